import type { Preview } from '../../../../shared/api/preview.ts';
import type { NoTargetReason } from '../../../../shared/domain/reason.ts';
import { failure } from '../../../memory/graphFaults.ts';
import { createWorld, hour, listOf, minute, type World } from '../world.ts';

let world: World;
let target: string;
let other: string;
let ids: string[];

beforeEach(() => {
  world = createWorld();
  [target = '', other = ''] = world.addTargets(2);
  ids = world.addContacts(3);
});

/** Everything that is stored and everything that the mailboxes hold. */
async function everything(): Promise<string> {
  const { sources, mailboxes, progress, runs } = world.tables;
  const lists = ['staff', '$lists'];
  const tables = [
    ...(await Promise.all(lists.flatMap(id => [sources.query(id), progress.query(id)]))),
    ...(await Promise.all([target, other].map(id => mailboxes.query(id)))),
    await runs.queryAcross('summary', 100),
  ];
  const graph = [world.sourceId, target, other].map(id => {
    const { contacts, folders } = world.graph.mailbox(id);
    return [[...contacts], [...folders]];
  });
  return JSON.stringify([tables, graph, world.syncMessages()]);
}

/** The preview, which must not have written anything. */
async function preview(mailbox = target): Promise<Preview> {
  const before = await everything();
  world.takeCalls();
  const shown = await world.previewMailbox(mailbox);
  expect(await everything()).toBe(before);
  const operations = new Set(world.takeCalls().map(({ operation }) => operation));
  for (const write of ['create', 'patch', 'delete', 'createFolder', 'renameFolder', 'deleteFolder', 'readChanges']) {
    expect(operations).not.toContain(write);
  }
  if ('kind' in shown) throw new Error(`no target: ${shown.kind}`);
  return shown;
}

function brief({ operations }: Preview): unknown[] {
  return operations.map(({ action, displayName, reason }) => [action, displayName, reason]);
}

/** Resyncs the mailbox and checks that the run does what the preview said. */
async function previewAndRun(mailbox = target): Promise<Preview> {
  const shown = await preview(mailbox);
  const run = await world.resync(mailbox);
  await world.drain();
  const { creates: created, patches: updated, deletes: deleted } = shown;
  expect((await world.runView(run))?.contacts).toMatchObject({ created, updated, deleted });
  return shown;
}

function edit(index: number, changes: Record<string, unknown>): void {
  const id = ids[index] ?? '';
  world.source.edit(id, { ...world.source.contact(id).contact, ...changes });
}

function inFolder(displayName: string): string {
  return world.targetId(target, displayName);
}

test('before the first run everything is new, and the folder is made', async () => {
  const shown = await previewAndRun();
  expect(shown).toMatchObject({ creates: 3, patches: 0, deletes: 0, kept: 0, held: 0, problems: [] });
  expect(brief(shown)).toEqual([
    ['create', 'Contact 1', 'new at the source'],
    ['create', 'Contact 2', 'new at the source'],
    ['create', 'Contact 3', 'new at the source'],
  ]);
  expect(shown.notes).toEqual(['The folder "Company" is made']);
});

test('a folder of that name which the user has is said to be used, and what is in it left alone', async () => {
  const own = world.graph.mailbox(target).addFolder('Company');
  world.graph.mailbox(target).add(own, { displayName: 'My own' });
  const shown = await previewAndRun();
  expect(shown.creates).toBe(3);
  expect(shown.notes).toEqual([expect.stringContaining('not ours is left alone (contacts: 1)')]);
});

test('what the source changed is shown with its fields and reasons', async () => {
  await world.sync();
  edit(0, { mobilePhone: '1', jobTitle: 'Lead' });
  world.source.remove(ids[1] ?? '');
  world.addContacts(1, 'New');
  const shown = await previewAndRun();
  expect(shown).toMatchObject({ creates: 1, patches: 1, deletes: 1, kept: 0 });
  expect(brief(shown)).toEqual([
    ['create', 'New 1', 'new at the source'],
    ['patch', 'Contact 1', 'job title and mobile phone changed at the source'],
    ['delete', 'Contact 2', 'removed at the source'],
  ]);
  expect(shown.operations.find(({ action }) => action === 'patch')?.fields).toEqual(['jobTitle', 'mobilePhone']);
});

test('nothing changed, nothing to do', async () => {
  await world.sync();
  expect(await preview()).toMatchObject({ creates: 0, patches: 0, deletes: 0, kept: 0, operations: [], notes: [] });
});

test('what the user did is kept, and said', async () => {
  await world.sync();
  const mailbox = world.graph.mailbox(target);
  const first = inFolder('Contact 1');
  mailbox.edit(first, { ...mailbox.contact(first).contact, jobTitle: 'Friend', department: 'Chess' });
  mailbox.remove(inFolder('Contact 2'));
  mailbox.move(inFolder('Contact 3'), mailbox.addFolder('Friends'));
  edit(0, { department: 'Research' });
  const shown = await previewAndRun();
  expect(shown).toMatchObject({ creates: 0, patches: 1, deletes: 0, kept: 3 });
  expect(brief(shown)).toEqual([
    ['patch', 'Contact 1', 'department changed at the source'],
    ['keep', 'Contact 1', 'kept: the user changed job title'],
    ['keep', 'Contact 2', 'kept away: deleted by the user'],
    ['keep', 'Contact 3', 'kept: the user moved it to another folder'],
  ]);
});

test('a name beside an e-mail address that Exchange overwrote is nothing that the user changed', async () => {
  edit(0, { emailAddresses: [{ name: 'Ann', address: 'ann@contoso.com' }] });
  await world.sync();
  const mailbox = world.graph.mailbox(target);
  const first = inFolder('Contact 1');
  const { contact } = mailbox.contact(first);
  mailbox.edit(first, { ...contact, emailAddresses: [{ name: 'Ann Example', address: 'Ann@contoso.com' }] });
  expect((await preview()).kept).toBe(0);
  mailbox.edit(first, { ...contact, emailAddresses: [{ name: 'Ann', address: 'ann@home.example' }] });
  expect(brief(await preview())).toEqual([['keep', 'Contact 1', 'kept: the user changed email addresses']]);
});

test('a contact that the user deleted comes back when the source changes it', async () => {
  await world.sync();
  world.graph.mailbox(target).remove(inFolder('Contact 2'));
  edit(1, { department: 'Research' });
  const shown = await previewAndRun();
  expect(brief(shown)).toEqual([['create', 'Contact 2', 'gone from the mailbox, changed at the source']]);
});

test('other settings are told from changes at the source', async () => {
  await world.sync();
  world.setLists(listOf({ destination: { folder: 'Colleagues', category: 'Company' } }));
  const shown = await previewAndRun();
  expect(shown).toMatchObject({ creates: 0, patches: 3, deletes: 0 });
  expect(brief(shown)[0]).toEqual(['patch', 'Contact 1', "categories changed by the list's settings"]);
  expect(shown.notes).toEqual(['The folder is renamed to "Colleagues"']);
});

test('removals that are too many are held, not deleted', async () => {
  ids.push(...world.addContacts(20, 'More'));
  await world.sync();
  for (const id of ids.slice(0, 12)) world.source.remove(id);
  const shown = await previewAndRun();
  expect(shown).toMatchObject({ deletes: 0, held: 12 });
  expect(shown.operations.map(({ action }) => action)).toEqual(Array.from({ length: 12 }, () => 'hold'));
  expect(shown.problems).toEqual([expect.objectContaining({ code: 'TooManyRemovals' })]);
});

test('the policy that keeps what is removed', async () => {
  world.setLists(listOf({ removals: 'keep' }));
  await world.sync();
  world.source.remove(ids[0] ?? '');
  const shown = await previewAndRun();
  expect(brief(shown)).toEqual([
    ['keep', 'Contact 1', 'kept: removed at the source, and the list keeps what is removed'],
  ]);
});

test('the folder is named in the language of the user', async () => {
  const destination = { folder: { default: 'Company', de: 'Firma' }, category: null };
  world.setLists(listOf({ destination }));
  world.graph.setLanguage(target, 'de');
  const shown = await previewAndRun();
  expect(shown.notes).toEqual(['The folder "Firma" is made']);
  expect(await preview()).toMatchObject({ creates: 0, patches: 0, kept: 0, notes: [] });
});

test('a folder that is gone is made and filled again', async () => {
  await world.sync();
  const mailbox = world.graph.mailbox(target);
  mailbox.purgeFolder(mailbox.findFolder(['Company'])?.id ?? '');
  world.addContacts(1, 'New');
  const shown = await previewAndRun();
  expect(shown.creates).toBe(4);
  expect(shown.notes).toEqual(['The folder "Company" is made', expect.stringMatching(/^The folder of before is gone/)]);
});

test('a mailbox that leaves is shown to be cleaned up', async () => {
  await world.sync();
  world.graph.setGroup('all@contoso.com', [other]);
  const shown = await preview();
  expect(shown).toMatchObject({ creates: 0, deletes: 3, kept: 0 });
  expect(shown.notes).toEqual([expect.stringContaining('leaves the list'), 'The folder is removed']);
  await world.clock.advance(hour);
  await world.sync();
  expect(world.target(target)).toBeUndefined();
});

test('who died at work leaves a listing owed, and what it wrote is not shown again', async () => {
  world.graph.fail({
    on: { operation: 'create', displayName: 'Contact 3' },
    meanwhile: () => Promise.reject(new Error('the process died')),
  });
  await world.run();
  await world.deliver();
  await world.clock.advance(10 * minute);
  const shown = await preview();
  const done = Object.keys(world.target(target) ?? {}).length;
  expect(shown.creates).toBe(3 - done);
});

test('a mailbox that cannot be read is a problem, with what it is', async () => {
  await world.sync();
  edit(0, { department: 'Research' });
  world.graph.mailbox(target).failure = failure('accessDenied');
  expect(await preview()).toMatchObject({
    patches: 0,
    problems: [expect.objectContaining({ code: 'ErrorAccessDenied' })],
  });
});

test('a source that is not there is a problem, and nothing is removed', async () => {
  world.setLists(listOf({ source: { mailbox: 'directory@contoso.com', folders: ['Nothing'] } }));
  expect(await preview()).toMatchObject({
    creates: 0,
    deletes: 0,
    problems: [expect.objectContaining({ code: 'SourceFolderNotFound' })],
  });
});

test('any number of previews leaves the delta link of the next capture alive', async () => {
  await world.sync();
  for (let times = 0; times < 5; times += 1) await preview();
  edit(0, { department: 'Research' });
  world.takeCalls();
  await world.sync();
  const calls = world.takeCalls(world.sourceId).map(({ operation }) => operation);
  expect(calls).toEqual(['readChanges', 'readExtended']);
});

describe('no target', () => {
  async function reasonFor(mailbox: string): Promise<NoTargetReason> {
    const shown = await world.previewMailbox(mailbox);
    if (!('kind' in shown)) throw new Error('it is a target');
    return shown;
  }

  test('a mailbox that nothing names', async () => {
    expect(await reasonFor(world.graph.addUser('ghost@contoso.com'))).toEqual({ kind: 'notATarget', allRead: true });
  });

  test('a mailbox that a group excludes', async () => {
    world.graph.setGroup('robots@contoso.com', [target]);
    world.setLists(listOf({ targets: { groups: ['all@contoso.com'], exclude: { groups: ['robots@contoso.com'] } } }));
    const shown = await reasonFor(target);
    expect(shown).toEqual({ kind: 'excluded', by: 'robots@contoso.com' });
  });

  test('a disabled account', async () => {
    world.graph.setEnabled(target, false);
    expect(await reasonFor(target)).toEqual({ kind: 'accountDisabled' });
  });

  test('a mailbox that was cleared', async () => {
    await world.sync();
    await world.clear(target);
    await world.drain();
    expect(await reasonFor(target)).toEqual({ kind: 'cleared' });
  });

  test('a mailbox that left and was cleaned up', async () => {
    await world.sync();
    world.graph.setGroup('all@contoso.com', [other]);
    await world.clock.advance(hour);
    await world.sync();
    expect(await reasonFor(target)).toEqual({ kind: 'notATarget', allRead: true });
  });
});
