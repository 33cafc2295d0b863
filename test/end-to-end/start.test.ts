import { findFreePort } from '../local/freePort.ts';
import { endStarted, spawnStart } from '../local/start/startProcess.ts';

afterEach(endStarted);

test('npm start -- --once syncs the sample tenant, says what it did, and leaves nothing behind', async () => {
  const port = await findFreePort();
  const start = spawnStart(['--once', '--port', String(port)]);
  expect([await start.exited, start.output()]).toEqual([0, expect.any(String)]);
  expect(start.output()).toMatch(/\[█+\] 27\/27 mailboxes, 6,536 contacts written/);
  expect(start.output()).toMatch(/Mailboxes +25 done, 2 skipped\n/);
  expect(start.output()).toMatch(/Contacts +6,335 created, 0 updated, 0 deleted, 0 failed, 1 adopted, 200 photos\n/);
  expect(start.output()).toMatch(/Graph +6,\d{3} requests, \d{3} round trips\n/);
  expect(start.output()).toMatch(/Time +\d+\.\d s\n/);
  expect(start.output()).toMatch(
    /List staff +251 contacts, of which 1 is private; 25 mailboxes are current, 2 skipped\n/,
  );
  expect(start.output()).toMatch(/List partners +19 contacts; 5 mailboxes are current, 2 skipped\n/);
  expect(start.output()).toMatch(/Skipped\n(.*\n)*.*MailboxNotEnabledForRESTAPI \(list staff, mailbox [0-9a-f-]{36}\)/);
  expect(start.leftovers()).toEqual([]);
  await expect(fetch(`http://127.0.0.1:${port}/api/health`)).rejects.toThrow();
});
