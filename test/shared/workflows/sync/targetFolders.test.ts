import { failure } from '../../../memory/graphFaults.ts';
import { createWorld, hour, listOf, type World } from '../world.ts';

let world: World;
let target: string;
let ids: string[];

beforeEach(() => {
  world = createWorld();
  [target = ''] = world.addTargets(1);
  ids = world.addContacts(3);
});

const withCategory = listOf({ destination: { folder: 'Company', category: 'Company' } });
const all = ['Contact 1', 'Contact 2', 'Contact 3'];

function folderId(name = 'Company'): string {
  return world.graph.mailbox(target).findFolder([name])?.id ?? '';
}

function edit(index: number, department: string): void {
  const id = ids[index] ?? '';
  world.source.edit(id, { ...world.source.contact(id).contact, department });
}

/** The mailbox leaves the list, an hour after anything was sent to it. */
async function leave(): Promise<void> {
  world.exclude(target);
  await world.clock.advance(hour);
  await world.sync();
}

describe('a folder of the user’s', () => {
  beforeEach(async () => {
    const own = world.graph.mailbox(target).addFolder('company');
    world.graph.mailbox(target).add(own, { displayName: 'My own' });
    await world.sync();
  });

  test('is used, and its contacts left alone', async () => {
    expect(world.targetNames(target)).toEqual([...all, 'My own']);
  });

  test('stays when the mailbox leaves, with what is the user’s in it', async () => {
    await leave();
    expect(world.targetNames(target)).toEqual(['My own']);
    expect(await world.progress(target)).toMatchObject({ state: 'cleared', contacts: 0 });
    expect(await world.ledger(target)).toEqual([]);
  });
});

describe('a folder that the user deleted', () => {
  test.each([
    ['into Deleted Items', () => world.graph.mailbox(target).deleteFolder(folderId())],
    ['for good', () => world.graph.mailbox(target).purgeFolder(folderId())],
  ])('is made and filled again once settings change: %s', async (_, remove) => {
    await world.sync();
    remove();
    world.setLists(withCategory);
    await world.sync();
    expect(world.targetNames(target)).toEqual(all);
    expect(world.target(target)?.['Contact 1']?.categories).toEqual(['Company']);
    expect(await world.progress(target)).toMatchObject({ state: 'current', contacts: 3 });
  });

  test('is made and filled again when a new contact does not fit into it', async () => {
    await world.sync();
    world.graph.mailbox(target).purgeFolder(folderId());
    world.addContacts(1, 'New');
    await world.sync();
    expect(world.targetNames(target)).toEqual([...all, 'New 1']);
  });

  test('is not made again to be cleaned up', async () => {
    await world.sync();
    world.graph.mailbox(target).purgeFolder(folderId());
    world.takeCalls();
    await leave();
    expect(world.takeCalls(target).map(({ operation }) => operation)).not.toContain('createFolder');
    expect(await world.progress(target)).toMatchObject({ state: 'cleared' });
  });

  test('keeps a contact that the user had moved out of it', async () => {
    await world.sync();
    const mailbox = world.graph.mailbox(target);
    mailbox.move(world.targetId(target, 'Contact 1'), mailbox.addFolder('Mine'));
    mailbox.deleteFolder(folderId());
    world.setLists(withCategory);
    await world.sync();
    expect(world.targetNames(target)).toEqual(['Contact 2', 'Contact 3']);
    expect(world.target(target, 'Mine')?.['Contact 1']?.categories).toEqual(['Company']);
  });
});

describe('a destination that is renamed', () => {
  test('renames our folder and keeps its contacts', async () => {
    await world.sync();
    const before = folderId();
    world.setLists(listOf({ destination: { folder: 'Colleagues', category: null } }));
    world.takeCalls();
    await world.sync();
    expect(folderId('Colleagues')).toBe(before);
    expect(world.targetNames(target, 'Colleagues')).toEqual(all);
    expect(world.takeCalls(target).map(({ operation }) => operation)).not.toContain('create');
  });

  test('does not rename a folder of the user’s', async () => {
    const own = world.graph.mailbox(target).addFolder('Company');
    await world.sync();
    world.setLists(listOf({ destination: { folder: 'Colleagues', category: null } }));
    await world.sync();
    expect(world.graph.mailbox(target).folder(own).displayName).toBe('Company');
  });
});

describe('making the folder', () => {
  test('without an answer finds it, and makes it once', async () => {
    world.graph.fail({ on: { operation: 'createFolder' }, committed: true, answer: failure('unavailable') });
    await world.sync();
    expect(world.targetNames(target)).toEqual(all);
    const made = [...world.graph.mailbox(target).folders.values()].filter(
      ({ displayName }) => displayName === 'Company',
    );
    expect(made).toHaveLength(1);
    await leave();
    expect(world.targetNames(target)).toBeUndefined();
  });

  test('beside a hidden folder of that name is a problem that says what to do', async () => {
    world.graph.fail({ on: { operation: 'createFolder' }, answer: failure('folderExists') });
    await world.sync();
    const problem = { code: 'ErrorFolderExists', detail: expect.stringMatching(/hidden: choose another/) };
    expect(await world.progress(target)).toMatchObject({ state: 'failed', problem });
  });
});

describe('a mailbox that leaves', () => {
  test('loses our contacts and then our folder', async () => {
    await world.sync();
    await leave();
    expect(world.targetNames(target)).toBeUndefined();
    expect(await world.ledger(target)).toEqual([]);
    expect((await world.mailboxState(target)).checkpoints.get('staff')).toMatchObject({
      cleared: true,
      position: -1,
      folderId: '',
    });
  });

  test('keeps our folder where the user put a contact into it', async () => {
    await world.sync();
    world.graph.mailbox(target).add(folderId(), { displayName: 'My own' });
    await leave();
    expect(world.targetNames(target)).toEqual(['My own']);
    expect(await world.progress(target)).toMatchObject({ state: 'cleared' });
  });

  test('loses also what the list keeps when the source removes it', async () => {
    world.setLists(listOf({ removals: 'keep' }));
    await world.sync();
    world.source.remove(ids[0] ?? '');
    await world.sync();
    await leave();
    expect(world.targetNames(target)).toBeUndefined();
  });

  test('is cleaned up once, and not looked at again', async () => {
    await world.sync();
    await leave();
    world.takeCalls();
    edit(0, 'Engines');
    expect(await world.sync()).toMatchObject({ sent: 0 });
    expect(world.takeCalls(target)).toEqual([]);
  });

  test.each(['delete', 'listContacts', 'deleteFolder'])(
    'is taken up again when %s fails in the middle',
    async operation => {
      await world.sync();
      world.graph.fail({ on: { operation, mailbox: target }, answer: failure('accessDenied') });
      await leave();
      expect(await world.progress(target)).toMatchObject({ state: 'failed', problem: { code: 'ErrorAccessDenied' } });
      await world.clock.advance(hour);
      await world.sync();
      expect(world.targetNames(target)).toBeUndefined();
      expect(await world.progress(target)).toMatchObject({ state: 'cleared', contacts: 0 });
    },
  );

  test('and comes back gets a new folder', async () => {
    await world.sync();
    const before = folderId();
    await leave();
    world.exclude(target, false);
    await world.clock.advance(hour);
    await world.sync();
    expect(world.targetNames(target)).toEqual(all);
    expect(folderId()).not.toBe(before);
  });

  test('before it was ever reached is left at once', async () => {
    world.graph.mailbox(target).failure = failure('accessDenied');
    await world.sync();
    world.graph.mailbox(target).failure = undefined;
    world.takeCalls();
    await leave();
    expect(world.takeCalls(target)).toEqual([]);
    expect(await world.progress(target)).toMatchObject({ state: 'cleared' });
  });
});
