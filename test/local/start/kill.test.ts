import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { createSourceEditor, readFolders } from './sourceEditor.ts';
import { endStarted, type StartProcess, spawnStart, writeSettingsFile } from './startProcess.ts';

jest.setTimeout(300_000);

afterEach(endStarted);

/** Ten people, of whom two are contractors, one has no mailbox and one's account is disabled. */
const settings = writeSettingsFile({
  CONTACT_LISTS: JSON.stringify([
    {
      id: 'staff',
      source: { kind: 'contactFolder', mailbox: 'directory@contoso.example', folders: ['Staff'] },
      targets: { groups: ['regional-offices@contoso.example'] },
      destination: { folder: 'Staff directory' },
      privateContacts: 'share',
      // On a fast machine the editor deletes more than an admin lets go without being asked.
      safeguards: { maxRemovalShare: 1 },
    },
  ]),
});

/** Where a start is when it is killed: at a random moment within so many milliseconds after it says this. */
const moments: readonly [says: RegExp, within: number][] = [
  [/nothing leaves/, 1500],
  [/❯ Functions host/, 3000],
  [/❯ Sync/, 1500],
  [/❯ Sync/, 5000],
];

/** What the functions host was given; undefined as long as there is none. */
function readHostSetting(start: StartProcess, name: string): string | undefined {
  try {
    const children = readFileSync(`/proc/${start.child.pid}/task/${start.child.pid}/children`, 'utf8').trim();
    const [, value] =
      new RegExp(`(?:^|\0)${name}=([^\0]*)`).exec(readFileSync(`/proc/${children}/environ`, 'utf8')) ?? [];
    return value;
  } catch {
    return undefined;
  }
}

async function graphUrlOf(start: StartProcess): Promise<string> {
  while (start.child.signalCode === null) {
    const url = readHostSetting(start, 'GRAPH_ENDPOINT');
    if (url) return url;
    await wait(20);
  }
  return '';
}

test('killed at any moment, the tenant keeps each answered edit, and every mailbox gets it, once', async () => {
  const data = join(mkdtempSync(join(tmpdir(), 'start-kill-')), 'state');
  const editor = createSourceEditor();
  const killed: string[] = [];
  const starts: StartProcess[] = [];
  for (const [says, within] of moments) {
    const start = spawnStart(['--data', data, '--settings', settings]);
    const editing = graphUrlOf(start).then(url => (url ? editor.editUntilGone(url) : undefined));
    await start.shows(says);
    const delay = Math.round(Math.random() * within);
    await wait(delay);
    killed.push(`${delay} ms after ${says}`);
    start.child.kill('SIGKILL');
    await start.exited;
    await editing;
    starts.push(start);
  }
  expect(editor.answered()).toBeGreaterThan(0);

  const start = spawnStart(['--data', data, '--settings', settings]);
  await start.shows(/Stays up/);
  const graphUrl = await graphUrlOf(start);
  expect([killed, await editor.findContradictions(graphUrl)]).toEqual([killed, []]);
  const source = (await readFolders(graphUrl, 'Staff')).get('directory@contoso.example');
  const targets = await readFolders(graphUrl, 'Staff directory');
  expect([killed, targets.size]).toEqual([killed, 8]);
  for (const contacts of targets.values()) expect([killed, contacts]).toEqual([killed, source]);
  start.child.kill('SIGINT');
  expect(await start.exited).toBe(0);
  expect(starts.filter(each => each.leftovers().includes('a process'))).toEqual([]);
});
