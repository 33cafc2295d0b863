import type { ServiceBusClient, ServiceBusReceivedMessage, ServiceBusReceiver } from '@azure/service-bus';
import type { AppSettings } from './appSettings.ts';
import type { HostConfiguration } from './hostConfiguration.ts';
import type { Run } from './invoker.ts';
import { describeError, type Log } from './log.ts';
import { openServiceBusClient } from './serviceBusClient.ts';
import { toInvocationRequest } from './serviceBusMessage.ts';
import type { ServiceBusTrigger, TriggeredFunction } from './triggers.ts';

export interface ServiceBusListenerOptions {
  functions: TriggeredFunction<ServiceBusTrigger>[];
  settings: AppSettings;
  configuration: HostConfiguration;
  run: Run;
  log: Log;
}

export interface ServiceBusListener {
  /** Runs a function once with this text as the message's body, by function name, and resolves when it has ended. */
  runNow: Map<string, (input: string | undefined) => Promise<void>>;
  /** Receives no more, waits until what runs is settled, and closes the connections. */
  stop(): Promise<void>;
}

const deadLetterSuffix = /\/\$deadletterqueue$/i;

/** A broker that is away fails each receiver every second. */
const repeatWarningMilliseconds = 30_000;

/** Closing a connection to a broker that is gone waits for it; nothing is lost by not doing so. */
const closeWithinMilliseconds = 2_000;

/**
 * Receives each function's queue with the real SDK: peek-lock, locks renewed while the handler runs, completed on
 * success, abandoned on a throw. A broker that cannot be reached is tried again by the SDK, for ever.
 */
export async function startServiceBusListener(options: ServiceBusListenerOptions): Promise<ServiceBusListener> {
  const { functions, settings, configuration, run, log } = options;
  const clients = new Map<string, ServiceBusClient>();
  const running = new Set<Promise<void>>();
  const stopping = new AbortController();
  const warnedAt = new Map<string, number>();
  const subscriptions: { close(): Promise<void> }[] = [];

  function warn(source: string, message: string): void {
    const now = performance.now();
    if (now - (warnedAt.get(source + message) ?? Number.NEGATIVE_INFINITY) < repeatWarningMilliseconds) return;
    warnedAt.set(source + message, now);
    log({ level: 'warning', source, message });
  }

  function track(work: Promise<void>): Promise<void> {
    running.add(work);
    return work.finally(() => running.delete(work));
  }

  async function openClient(connection: string): Promise<ServiceBusClient> {
    const client = clients.get(connection) ?? (await openServiceBusClient(connection, settings));
    clients.set(connection, client);
    return client;
  }

  async function handle(
    { name, trigger }: TriggeredFunction<ServiceBusTrigger>,
    receiver: ServiceBusReceiver,
    message: ServiceBusReceivedMessage,
  ): Promise<void> {
    let settle: 'complete' | 'abandon' | undefined = 'abandon';
    if (!stopping.signal.aborted) {
      try {
        await run(name, toInvocationRequest(trigger.name, message));
        settle = (trigger.autoCompleteMessages ?? configuration.autoCompleteMessages) ? 'complete' : undefined;
      } catch {
        // logged by run; the broker delivers the message again or dead-letters it
      }
    }
    try {
      if (settle === 'complete') await receiver.completeMessage(message);
      if (settle === 'abandon') await receiver.abandonMessage(message);
    } catch (error) {
      const text = `Message ${message.messageId} could not be settled (${settle}): ${describeError(error)}`;
      log({ level: 'warning', source: name, message: text });
    }
  }

  async function subscribe(f: TriggeredFunction<ServiceBusTrigger>): Promise<void> {
    const { connection, queueName } = f.trigger;
    const client = await openClient(connection);
    const receiver = client.createReceiver(queueName.replace(deadLetterSuffix, ''), {
      maxAutoLockRenewalDurationInMs: configuration.maxAutoLockRenewalMilliseconds,
      skipParsingBodyAsJson: true,
      ...(deadLetterSuffix.test(queueName) ? { subQueueType: 'deadLetter' } : {}),
    });
    subscriptions.push(
      receiver.subscribe(
        {
          processMessage: message => track(handle(f, receiver, message)),
          async processError({ error, errorSource }) {
            if (stopping.signal.aborted) return;
            warn(f.name, `${queueName}: ${errorSource}: ${describeError(error)}`);
          },
        },
        {
          autoCompleteMessages: false,
          maxConcurrentCalls: configuration.maxConcurrentCalls,
          abortSignal: stopping.signal,
        },
      ),
    );
  }

  async function closeClients(): Promise<void> {
    const closed = Promise.allSettled([...clients.values()].map(client => client.close()));
    await within(closeWithinMilliseconds, closed);
  }

  function runNow(f: TriggeredFunction<ServiceBusTrigger>, input: string | undefined): Promise<void> {
    const inputData = [{ name: f.trigger.name, data: input === undefined ? {} : { string: input } }];
    const ended = run(f.name, { inputData }).then(
      () => {},
      () => {},
    );
    track(ended);
    return ended;
  }

  try {
    for (const f of functions) await subscribe(f);
  } catch (error) {
    stopping.abort();
    await closeClients();
    throw error;
  }
  return {
    runNow: new Map(functions.map(f => [f.name, input => runNow(f, input)])),
    async stop() {
      stopping.abort();
      const closed = Promise.allSettled(subscriptions.map(subscription => subscription.close()));
      await within(closeWithinMilliseconds, closed);
      while (running.size > 0) await Promise.allSettled(running);
      await closeClients();
    },
  };
}

async function within(milliseconds: number, work: Promise<unknown>): Promise<void> {
  const timeout = Promise.withResolvers<void>();
  const timer = setTimeout(timeout.resolve, milliseconds);
  await Promise.race([work, timeout.promise]);
  clearTimeout(timer);
}
