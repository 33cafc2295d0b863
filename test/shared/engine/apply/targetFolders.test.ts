import { crash, failure, type GraphFault } from '../../../memory/graphFaults.ts';
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

function own(): ReturnType<World['graph']['mailbox']> {
  return world.graph.mailbox(target);
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

describe('a resync that names the mailbox', () => {
  test.each([
    ['into Deleted Items', () => world.graph.mailbox(target).deleteFolder(folderId())],
    ['for good', () => world.graph.mailbox(target).purgeFolder(folderId())],
  ])('makes a folder again that the user deleted %s, and fills it', async (_, remove) => {
    await world.sync();
    remove();
    await world.sync();
    expect(world.targetNames(target)).toBeUndefined();
    await world.resync(target);
    await world.drain();
    expect(world.targetNames(target)).toEqual(all);
    expect(await world.progress(target)).toMatchObject({ state: 'current', contacts: 3 });
  });

  test('looks at the folder and no further where it is there', async () => {
    await world.sync();
    world.takeCalls();
    await world.resync(target);
    await world.drain();
    expect(new Set(world.takeCalls(target).map(({ operation }) => operation))).toEqual(
      new Set(['getFolder', 'isDeleted']),
    );
    expect(await world.progress(target)).toMatchObject({ state: 'current', contacts: 3 });
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

  const renamed = listOf({ destination: { folder: 'Colleagues', category: null } });

  test('does not rename a folder of the user’s: what is ours moves to one of that name', async () => {
    const mailbox = world.graph.mailbox(target);
    const own = mailbox.addFolder('Company');
    mailbox.add(own, { displayName: 'My own' });
    await world.sync();
    world.setLists(renamed);
    await world.sync();
    expect(mailbox.folder(own).displayName).toBe('Company');
    expect(world.targetNames(target)).toEqual(['My own']);
    expect(world.targetNames(target, 'Colleagues')).toEqual(all);
    await leave();
    expect(world.targetNames(target, 'Colleagues')).toBeUndefined();
    expect(world.targetNames(target)).toEqual(['My own']);
  });

  describe('to the name of a folder that the user has', () => {
    let mailbox: ReturnType<World['graph']['mailbox']>;
    let own: string;

    beforeEach(async () => {
      await world.sync();
      mailbox = world.graph.mailbox(target);
      own = mailbox.addFolder('COLLEAGUES');
      mailbox.add(own, { displayName: 'My own' });
      world.setLists(renamed);
    });

    test('uses that folder, leaves the user’s contacts alone, and our folder goes', async () => {
      await world.sync();
      expect(world.targetNames(target, 'Colleagues')).toEqual([...all, 'My own']);
      expect(world.targetNames(target)).toBeUndefined();
      const progress = await world.progress(target);
      expect(progress).toMatchObject({ state: 'current', contacts: 3 });
      expect(progress).not.toHaveProperty('problem');
      edit(0, 'Engines');
      world.takeCalls();
      await world.sync();
      expect(world.takeCalls(target)).toMatchObject([{ operation: 'patch', fields: ['department'] }]);
      await leave();
      expect(world.targetNames(target, 'Colleagues')).toEqual(['My own']);
    });

    test('carries over what the user changed, and what the source changed since wins', async () => {
      const id = world.targetId(target, 'Contact 1');
      const mine = { displayName: 'Contact 1', department: 'Mine', jobTitle: 'My boss', nickName: 'C' };
      mailbox.edit(id, mine);
      const sourceId = ids[0] ?? '';
      world.source.edit(sourceId, { ...world.source.contact(sourceId).contact, jobTitle: 'Chief' });
      await world.sync();
      expect(world.target(target, 'Colleagues')?.['Contact 1']).toEqual({ ...mine, jobTitle: 'Chief' });
    });

    test('carries over the user’s categories, and exchanges ours', async () => {
      world.setLists(withCategory);
      await world.sync();
      const id = world.targetId(target, 'Contact 1');
      mailbox.edit(id, { ...mailbox.contact(id).contact, categories: ['Company', 'Friends'] });
      for (const category of ['Firm', 'Board']) {
        world.setLists(listOf({ destination: { folder: 'Colleagues', category } }));
        await world.sync();
        const { categories } = world.target(target, 'Colleagues')?.['Contact 1'] ?? {};
        expect(categories?.toSorted()).toEqual([category, 'Friends']);
      }
    });

    test('leaves away what the user deleted, and where it is what the user moved', async () => {
      mailbox.remove(world.targetId(target, 'Contact 1'));
      mailbox.move(world.targetId(target, 'Contact 2'), mailbox.addFolder('Mine'));
      await world.resync(target, 'full');
      await world.drain();
      expect(world.targetNames(target, 'Colleagues')).toEqual(['Contact 3', 'My own']);
      expect(world.targetNames(target, 'Mine')).toEqual(['Contact 2']);
      edit(0, 'Engines');
      await world.sync();
      expect(world.targetNames(target, 'Colleagues')).toEqual(['Contact 1', 'Contact 3', 'My own']);
    });

    test('leaves our folder with what is the user’s in it, and says so', async () => {
      mailbox.add(folderId(), { displayName: 'My other' });
      await world.sync();
      expect(world.targetNames(target)).toEqual(['My other']);
      expect(world.targetNames(target, 'Colleagues')).toEqual([...all, 'My own']);
      expect(await world.latestRun()).toMatchObject({ notes: [{ mailbox: target, code: 'FolderKept' }] });
    });

    test('keeps contacts that the list keeps where they are, and takes them when it leaves', async () => {
      world.setLists(listOf({ removals: 'keep' }));
      world.source.remove(ids[0] ?? '');
      await world.sync();
      world.setLists(listOf({ removals: 'keep', destination: { folder: 'Colleagues', category: null } }));
      await world.sync();
      expect(world.targetNames(target)).toEqual(['Contact 1']);
      expect(world.targetNames(target, 'Colleagues')).toEqual(['Contact 2', 'Contact 3', 'My own']);
      await leave();
      expect(world.targetNames(target)).toEqual([]);
      expect(world.targetNames(target, 'Colleagues')).toEqual(['My own']);
    });

    test('leaves a contact that Graph refuses there where it was until it can be made', async () => {
      const poison = { kind: 'refused' as const, code: 'ErrorInvalidRequest', detail: 'no' };
      world.graph.fail({ on: { operation: 'create', displayName: 'Contact 2' }, answer: poison });
      await world.sync();
      expect(world.targetNames(target)).toEqual(['Contact 2']);
      await world.clock.advance(hour);
      await world.sync();
      expect(world.targetNames(target)).toBeUndefined();
      expect(world.targetNames(target, 'Colleagues')).toEqual([...all, 'My own']);
    });

    test.each(['renameFolder', 'listStamped', 'create', 'delete', 'deleteFolder'])(
      'is taken up again after a death at %s, and nothing is doubled or lost',
      async operation => {
        mailbox.edit(world.targetId(target, 'Contact 3'), { displayName: 'Contact 3', nickName: 'C' });
        for (const committed of [false, true]) {
          world.graph.fail({ on: { operation, mailbox: target }, committed, meanwhile: crash });
        }
        await world.sync();
        await world.clock.advance(hour);
        await world.sync();
        expect(world.targetNames(target, 'Colleagues')).toEqual([...all, 'My own']);
        expect(world.target(target, 'Colleagues')?.['Contact 3']).toMatchObject({ nickName: 'C' });
        expect(world.targetNames(target)).toBeUndefined();
        expect(await world.progress(target)).toMatchObject({ state: 'current', contacts: 3 });
      },
    );

    test('and back again is back in a folder of ours', async () => {
      await world.sync();
      world.setLists(listOf());
      await world.sync();
      expect(world.targetNames(target)).toEqual(all);
      expect(world.targetNames(target, 'Colleagues')).toEqual(['My own']);
      await leave();
      expect(world.targetNames(target)).toBeUndefined();
    });
  });

  test('does not take the folder along that another list uses, too', async () => {
    const partners = listOf({ id: 'partners', source: { mailbox: 'directory@contoso.com', folders: ['Partners'] } });
    world.addContacts(1, 'Partner', world.source.addFolder('Partners'));
    world.setLists(listOf(), partners);
    await world.sync();
    expect(world.targetNames(target)).toEqual([...all, 'Partner 1']);
    world.setLists(renamed, partners);
    await world.sync();
    expect(world.targetNames(target)).toEqual(['Partner 1']);
    expect(world.targetNames(target, 'Colleagues')).toEqual(all);
    expect(await world.progress(target, 'partners')).toMatchObject({ state: 'current', contacts: 1 });
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
      phase: { kind: 'cleared' },
      folder: undefined,
    });
  });

  test.each<[string, RegExp, () => unknown]>([
    ['a contact', /contacts that are not ours/, () => own().add(folderId(), { displayName: 'My own' })],
    ['a contact group', /contact groups/, () => own().addContactGroup(folderId())],
    ['a folder with contacts', /folders/, () => own().add(own().addFolder('Mine', folderId()), { displayName: 'Y' })],
  ])('keeps our folder where the user keeps %s in it, and the run says why', async (_, why, keep) => {
    await world.sync();
    keep();
    const before = own().contacts.size;
    await leave();
    expect(own().contacts.size).toBe(before);
    expect(
      own()
        .contactsIn(folderId())
        .filter(({ stamp }) => stamp),
    ).toEqual([]);
    expect(own().content(folderId())).not.toEqual({ contacts: 0, otherItems: 0, hasChildFolders: false });
    expect(await world.progress(target)).toMatchObject({ state: 'cleared' });
    const notes = [{ list: 'staff', mailbox: target, code: 'FolderKept', detail: expect.stringMatching(why) }];
    expect(await world.latestRun()).toMatchObject({ problems: [], notes });
  });

  const undeleted: [string, Omit<GraphFault, 'on'>][] = [
    ['refuses', { answer: { status: 403, code: 'ErrorCannotDeleteObject' } }],
    ['says to delete and does not', { ignored: true }],
  ];

  test.each(undeleted)('is done although Exchange %s to delete our folder, which is left empty', async (_, fault) => {
    await world.sync();
    world.graph.fail({ on: { operation: 'deleteFolder', mailbox: target }, ...fault });
    await leave();
    expect(world.targetNames(target)).toEqual([]);
    expect(await world.progress(target)).toMatchObject({ state: 'cleared', dueAt: 0 });
    const notes = [{ mailbox: target, code: 'FolderNotDeleted', detail: expect.stringContaining(folderId()) }];
    expect(await world.latestRun()).toMatchObject({ mailboxes: { done: 1, failed: 0 }, problems: [], notes });
    world.takeCalls();
    await world.sync();
    expect(world.takeCalls(target)).toEqual([]);
    // Still ours when the mailbox comes back.
    world.exclude(target, false);
    await world.clock.advance(hour);
    await world.sync();
    expect(world.targetNames(target)).toEqual(all);
    await leave();
    expect(world.targetNames(target)).toBeUndefined();
  });

  test('loses our folder also where one of its name lies in Deleted Items already', async () => {
    await world.sync();
    own().deleteFolder(folderId());
    await world.resync(target);
    await world.drain();
    await leave();
    expect(world.targetNames(target)).toBeUndefined();
    expect(await world.latestRun()).toMatchObject({ problems: [], notes: [] });
  });

  test.each(undeleted)(
    'keeps its folder by name where Exchange %s to delete it and one of its name lies in Deleted Items',
    async (_, fault) => {
      await world.sync();
      own().deleteFolder(folderId());
      await world.resync(target);
      await world.drain();
      world.graph.fail({ on: { operation: 'deleteFolder', mailbox: target }, ...fault });
      await leave();
      expect(world.targetNames(target)).toEqual([]);
    },
  );

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

  test.each(['getFolder', 'listStamped', 'delete', 'readFolderContent', 'findDeletedFolder', 'deleteFolder'])(
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

  test.each(['accessDenied', 'noMailbox'] as const)('and was never reached is left at once: %s', async kind => {
    world.graph.mailbox(target).failure = failure(kind);
    await world.sync();
    world.takeCalls();
    await leave();
    expect(world.takeCalls(target)).toHaveLength(1);
    expect(await world.progress(target)).toMatchObject({ state: 'cleared' });
  });
});

describe('a destination by the name that the default folder has in the language of the mailbox', () => {
  const local = listOf({ destination: { folder: 'kontakte', category: 'Company' } });
  beforeEach(() => own().renameFolder(own().defaultFolderId, 'Kontakte'));

  test('is the default folder, which stays when the mailbox leaves', async () => {
    world.setLists(local);
    await world.sync();
    expect(world.targetNames(target, 'contacts')).toEqual(all);
    await leave();
    expect(own().folder(own().defaultFolderId)).toMatchObject({ displayName: 'Kontakte' });
    expect(world.targetNames(target, 'contacts')).toEqual([]);
  });

  test('has what is ours move there from another folder', async () => {
    await world.sync();
    world.setLists(local);
    await world.sync();
    expect(world.targetNames(target, 'contacts')).toEqual(all);
    expect(world.targetNames(target)).toBeUndefined();
    world.setLists(listOf());
    await world.sync();
    expect(world.targetNames(target)).toEqual(all);
    expect(world.targetNames(target, 'contacts')).toEqual([]);
  });

  test('is a folder of its own where the mailbox speaks another language', async () => {
    const [, other = ''] = world.addTargets(2);
    world.setLists(local);
    await world.sync();
    expect(world.targetNames(other, 'kontakte')).toEqual(all);
    expect(world.targetNames(other, 'contacts')).toEqual([]);
  });
});
