import { startRefusedHost } from '../world/refusedStart.ts';

test('lists that are not JSON: the start ends with one clear message', async () => {
  const { exitCode, errors, output } = await startRefusedHost({ CONTACT_LISTS: '[{"id": "staff",]' });

  expect(errors).toMatch(/^- CONTACT_LISTS is not valid JSON \(.*position 16/m);
  expect(errors.match(/^- /gm)).toHaveLength(1);
  expect(errors).not.toMatch(/^\s+at /m);
  expect({ exitCode, output }).toEqual({ exitCode: 1, output: '' });
});

test('every setting that is missing or malformed is named at once, and no secret with it', async () => {
  const { exitCode, errors, output } = await startRefusedHost({
    SYNC_SCHEDULE: undefined,
    FULL_RECONCILE_SCHEDULE: '*/5 * * * *',
    GRAPH_ENDPOINT: 'http://127.0.0.1:1/v1.0',
    CAPTURE_QUEUE: 'no queue!',
    SYNC_QUEUE: undefined,
    PRIORITY_QUEUE: '',
    GRAPH_TIMEOUT_SECONDS: 'soon',
    TABLES_CONNECTION: undefined,
    ServiceBusConnection: 'swordfish-secret',
    CONTACT_LISTS: '{}',
  });

  const faults = errors.split('\n').filter(line => line.startsWith('- '));
  expect(faults.sort()).toEqual([
    expect.stringMatching(/^- CAPTURE_QUEUE is not the name of a Service Bus queue/),
    expect.stringMatching(/^- CONTACT_LISTS is not a JSON array/),
    expect.stringMatching(
      /^- FULL_RECONCILE_SCHEDULE "\*\/5 \* \* \* \*" is no NCRONTAB expression: it has 5 fields .*; give six fields/,
    ),
    expect.stringMatching(/^- GRAPH_ENDPOINT is not an origin/),
    expect.stringMatching(/^- GRAPH_TIMEOUT_SECONDS is not a number of seconds/),
    expect.stringMatching(/^- PRIORITY_QUEUE is missing: name the Service Bus queue/),
    expect.stringMatching(/^- SYNC_QUEUE is missing: name the Service Bus queue/),
    expect.stringMatching(/^- SYNC_SCHEDULE is missing: .*NCRONTAB/),
    expect.stringMatching(/^- ServiceBusConnection is not a connection string/),
    expect.stringMatching(/^- TABLES_CONNECTION is missing: .*TABLES_CONNECTION__accountName/),
  ]);
  expect(errors).not.toContain('swordfish-secret');
  expect({ exitCode, output }).toEqual({ exitCode: 1, output: '' });
});
