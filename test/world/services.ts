/**
 * The local services on free ports, with message locks of a given length and a given number of deliveries:
 * `--settings FILE --lock-seconds N --max-delivery-count N`.
 */
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { writeSettings } from '../local/settings.ts';
import { startServices } from '../local/startServices.ts';

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      settings: { type: 'string', default: '' },
      'lock-seconds': { type: 'string', default: '60' },
      'max-delivery-count': { type: 'string', default: '10' },
    },
  });
  const stopped = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  const lockSeconds = Number(values['lock-seconds']);
  const maxDeliveryCount = Number(values['max-delivery-count']);
  const services = await startServices({ ports: 'free', empty: true, queueConfig: { lockSeconds, maxDeliveryCount } });
  await writeSettings(values.settings, services.values);
  const { graphUrl: graph, statisticsUrl: statistics } = services;
  process.stdout.write(`${JSON.stringify({ ready: true, graph, statistics })}\n`);
  await stopped;
  await services.close();
}

main();
