import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readQueueConfiguration } from './queueConfiguration.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'queues-'));
});
afterAll(() => rm(directory, { recursive: true }));

async function write(namespace: object): Promise<string> {
  const file = join(directory, 'Config.json');
  await writeFile(file, JSON.stringify({ UserConfig: { Namespaces: [{ Name: 'sbemulatorns', ...namespace }] } }));
  return file;
}

test("reads the project's own file", async () => {
  const queues = await readQueueConfiguration(join(import.meta.dirname, 'Config.json'));
  expect(queues).toContainEqual({
    name: 'sync-mailbox',
    lockDuration: 60_000,
    maxDeliveryCount: 10,
    requiresDuplicateDetection: true,
    duplicateDetectionWindow: 600_000,
    defaultTimeToLive: 86_400_000,
    deadLetterOnExpiration: true,
  });
});

test('names every fault: topics, sessions, forwarding, a bad duration', async () => {
  const file = await write({
    Queues: [
      { Name: 'a', Properties: { RequiresSession: true } },
      { Name: 'b', Properties: { LockDuration: '1 minute', ForwardTo: 'a' } },
    ],
    Topics: [{ Name: 't' }],
  });
  const error: Error = await readQueueConfiguration(file).then(
    () => new Error('accepted'),
    reason => reason,
  );
  for (const part of [file, 'sessions are not supported', 'topics are not supported', 'forwarding', '1 minute']) {
    expect(error.message).toContain(part);
  }
});
