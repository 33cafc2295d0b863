import { canonicalForm } from '../../../../shared/domain/contact.ts';
import { GraphFailure } from '../../../../shared/ports/contactMailbox.ts';
import { parseCursor, writeCursor } from '../../../../shared/sources/contact-folder/cursor.ts';
import type { JournalChange } from '../../../../shared/store/journalRows.ts';
import { crash, failure } from '../../../memory/graphFaults.ts';
import { rewriteCheckpoint } from '../../../memory/rewriteCheckpoint.ts';
import { createWorld, hour, listOf, minute, type World } from '../world.ts';

let world: World;

beforeEach(() => {
  world = createWorld();
});

async function journal(position = 0): Promise<JournalChange[] | undefined> {
  return world.openListPartition('staff').readJournal(position, (await world.head()) ?? 0);
}

async function snapshotNames(): Promise<(string | undefined)[]> {
  const rows = await world.openListPartition('staff').readSnapshot();
  return rows.map(({ contact }) => contact.displayName).sort();
}

async function checkpoint() {
  return (await world.openListPartition('staff').readCheckpoint())?.checkpoint;
}

function operations(): string[] {
  return world.takeCalls().map(({ operation }) => operation);
}

describe('a capture', () => {
  test('journals every contact the first time, at dense positions', async () => {
    world.addContacts(3);
    expect(await world.capture()).toMatchObject({ head: 3, busy: false, problems: [] });
    expect((await journal())?.map(({ position, contact }) => [position, contact?.displayName])).toEqual([
      [1, 'Contact 1'],
      [2, 'Contact 2'],
      [3, 'Contact 3'],
    ]);
    expect(await snapshotNames()).toHaveLength(3);
    expect(await checkpoint()).toMatchObject({ contacts: 3, partial: false, capturingUntil: 0 });
  });

  test('of an idle source costs one delta query and changes nothing', async () => {
    world.addContacts(3);
    await world.capture();
    world.takeCalls();
    expect(await world.capture()).toMatchObject({ head: 3, graph: { requests: 1, roundTrips: 1 } });
    expect(operations()).toEqual(['readChanges']);
    expect(await journal()).toHaveLength(3);
  });

  test('journals an edit and a removal, and not what comes back unchanged', async () => {
    const [first = '', second = '', third = ''] = world.addContacts(20);
    await world.capture();
    world.source.edit(first, { displayName: 'Contact 1', department: 'Engines' });
    world.source.remove(second);
    world.source.edit(third, { displayName: 'Contact 3', department: 'Sales' });
    expect(await world.capture()).toMatchObject({ head: 22, problems: [] });
    expect((await journal(20))?.map(({ sourceKey, contact }) => [sourceKey, contact?.department])).toEqual([
      [first, 'Engines'],
      [second, undefined],
    ]);
    expect((await checkpoint())?.contacts).toBe(19);
    expect(await snapshotNames()).not.toContain('Contact 2');
  });

  test('journals what each contact was before, and none for one that the source did not have', async () => {
    const [first = '', second = ''] = world.addContacts(2);
    await world.capture();
    world.source.edit(first, { displayName: 'Contact 1', department: 'Engines' });
    world.source.remove(second);
    await world.capture();
    const source = { folderId: world.sourceFolder, form: canonicalForm };
    expect((await journal())?.map(({ before }) => before)).toEqual([
      null,
      null,
      { contact: { displayName: 'Contact 1', department: 'Sales' }, position: 1, source },
      { contact: { displayName: 'Contact 2', department: 'Sales' }, position: 2, source },
    ]);
  });

  test.each([
    ['that fit into one row beside the new ones', 200_000, true],
    ['that do not', 300_000, false],
  ])('journals long notes, with those of before %s', async (_, length, isKept) => {
    const [first = ''] = world.addContacts(1);
    world.source.edit(first, { displayName: 'Contact 1', personalNotes: 'a'.repeat(length) });
    await world.capture();
    world.source.edit(first, { displayName: 'Contact 1', personalNotes: 'b'.repeat(length) });
    await world.capture();
    const [change] = (await journal(1)) ?? [];
    expect(change?.contact?.personalNotes).toHaveLength(length);
    expect(change?.before?.contact.personalNotes?.length).toBe(isKept ? length : undefined);
  });

  test('reads several folders and follows a contact from one to the other', async () => {
    world = createWorld(
      listOf({ source: { mailbox: 'directory@contoso.com', folders: ['Staff', 'Partners/Lawyers'] } }),
    );
    const lawyers = world.source.addFolder('Partners/Lawyers');
    const [moved = ''] = world.addContacts(2);
    world.addContacts(1, 'Lawyer', lawyers);
    await world.capture();
    world.source.move(moved, lawyers);
    expect(await world.capture()).toMatchObject({ head: 3 });
    expect(await snapshotNames()).toEqual(['Contact 1', 'Contact 2', 'Lawyer 1']);
    world.source.move(moved, world.sourceFolder);
    expect(await world.capture()).toMatchObject({ head: 3 });
  });

  test('that was moved on to another source mailbox reads that one from the start', async () => {
    world.addContacts(20);
    await world.capture();
    const other = world.graph.addUser('partners@contoso.com');
    const folder = world.graph.mailbox(other).addFolder('Staff');
    world.graph.mailbox(other).add(folder, { displayName: 'Partner' });
    const list = listOf({
      source: { mailbox: 'partners@contoso.com', folders: ['Staff'] },
      safeguards: { maxRemovalShare: 1 },
    });
    expect(await world.capture(list)).toMatchObject({ head: 41 });
    expect(await snapshotNames()).toEqual(['Partner']);
  });
});

describe('a delta link that is dead', () => {
  test('means reading from the start; what is missing then is removed', async () => {
    const [first = ''] = world.addContacts(20);
    await world.capture();
    world.source.remove(first);
    world.addContacts(1, 'New');
    world.source.killDeltaTokens();
    world.takeCalls();
    expect(await world.capture()).toMatchObject({ head: 22, problems: [] });
    expect(operations()).toEqual(['readChanges', 'readChanges', 'listExtended']);
    expect(await snapshotNames()).not.toContain('Contact 1');
  });

  test('changes nothing when nothing changed', async () => {
    world.addContacts(3);
    await world.capture();
    world.source.killDeltaTokens();
    expect(await world.capture()).toMatchObject({ head: 3 });
  });
});

describe('a stored delta link that cannot be used', () => {
  test.each<[string, string, GraphFailure]>([
    ['is refused', '/v1.0/damaged', failure('refused')],
    ['leads elsewhere', 'https://elsewhere.example/', new GraphFailure('refused', { status: 0, code: 'ForeignLink' })],
    [
      'answers something else',
      '/v1.0/users',
      new GraphFailure('unavailable', { status: 200, code: 'DeltaWithoutLink' }),
    ],
  ])('(it %s) means reading from the start, once', async (_, deltaLink, answer) => {
    const [first = ''] = world.addContacts(20);
    await world.capture();
    await changeLink(deltaLink);
    world.source.remove(first);
    world.graph.fail({ on: { operation: 'readChanges' }, answer });
    world.takeCalls();
    expect(await world.capture()).toMatchObject({ head: 21, problems: [] });
    expect(operations()).toEqual(['readChanges', 'readChanges', 'listExtended']);
    await world.capture();
    expect(operations()).toEqual(['readChanges']);
  });

  test('(there is none in it) means reading from the start', async () => {
    const [first = ''] = world.addContacts(20);
    await world.capture();
    await changeLink('');
    world.source.remove(first);
    expect(await world.capture()).toMatchObject({ head: 21, problems: [] });
  });

  async function changeLink(deltaLink: string): Promise<void> {
    await rewriteCheckpoint(world.tables, 'staff', ({ cursor = '', ...checkpoint }) => {
      const known = parseCursor(cursor);
      if (!known) throw new Error('The cursor of contact folders was to be read');
      const folders = known.folders.map(folder => ({ ...folder, deltaLink }));
      return { ...checkpoint, cursor: writeCursor({ ...known, folders }) };
    });
  }
});

describe('once a week a source is read from the start', () => {
  const week = 7 * 24 * hour;

  /** Removed, and no delta query tells of it. */
  function removeUnseen(...ids: string[]): void {
    for (const id of ids) world.source.contacts.delete(id);
  }

  test('and a removal that a delta query missed is found', async () => {
    const [missed = ''] = world.addContacts(20);
    await world.capture();
    removeUnseen(missed);
    await world.clock.advance(week - hour);
    expect(await world.capture()).toMatchObject({ head: 20 });
    await world.clock.advance(hour);
    world.takeCalls();
    expect(await world.capture()).toMatchObject({ head: 21, problems: [] });
    expect(operations()).toEqual(['findUser', 'findFolder', 'readChanges', 'listExtended']);
    expect(await snapshotNames()).not.toContain('Contact 1');
    world.takeCalls();
    await world.capture();
    expect(operations()).toEqual(['readChanges']);
  });

  test('which journals nothing when nothing changed', async () => {
    world.addContacts(3);
    await world.capture();
    await world.clock.advance(week);
    expect(await world.capture()).toMatchObject({ head: 3 });
  });

  test('and too many removals are held', async () => {
    const ids = world.addContacts(40);
    await world.capture();
    removeUnseen(...ids.slice(0, 20));
    await world.clock.advance(week);
    expect(await world.capture()).toMatchObject({ head: 40, problems: [{ code: 'TooManyRemovals' }] });
    expect(await snapshotNames()).toHaveLength(40);
  });

  test('and a full mailbox is listed, and asked by id for who seems to be gone', async () => {
    const [missed = ''] = world.addContacts(20);
    await world.capture();
    removeUnseen(missed);
    world.source.overQuota = true;
    await world.clock.advance(week);
    world.takeCalls();
    expect(await world.capture()).toMatchObject({ head: 21 });
    expect(operations()).toEqual([
      'findUser',
      'findFolder',
      'readChanges',
      'listContacts',
      'listExtended',
      'getContact',
    ]);
  });
});

describe('a source mailbox that is full', () => {
  test('is listed, and asked by id for who seems to be gone', async () => {
    const [gone = '', missed = ''] = world.addContacts(20);
    await world.capture();
    world.source.overQuota = true;
    world.source.contacts.delete(gone);
    // A listing may miss a contact that moved between its pages.
    const list = world.source.list.bind(world.source);
    world.source.list = folderId => list(folderId).filter(({ id }) => id !== missed);
    world.takeCalls();
    expect(await world.capture()).toMatchObject({ head: 21, problems: [] });
    expect(operations()).toEqual(['readChanges', 'listContacts', 'listExtended', 'getContact', 'getContact']);
    expect(await snapshotNames()).not.toContain('Contact 1');
    expect(await snapshotNames()).toContain('Contact 2');
  });

  test('is read by delta again once it has space', async () => {
    world.addContacts(3);
    world.source.overQuota = true;
    expect(await world.capture()).toMatchObject({ head: 3 });
    world.source.overQuota = false;
    await world.capture();
    world.takeCalls();
    await world.capture();
    expect(operations()).toEqual(['readChanges']);
    expect(await world.head()).toBe(3);
  });
});

describe('a source that cannot be read', () => {
  test.each<[string, (changed: World) => void, string]>([
    ['folder gone', changed => changed.source.purgeFolder(changed.sourceFolder), 'SourceFolderNotFound'],
    ['folder in Deleted Items', changed => changed.source.deleteFolder(changed.sourceFolder), 'SourceFolderNotFound'],
    ['mailbox gone', changed => changed.graph.removeUser(changed.sourceId), 'SourceMailboxNotFound'],
    [
      'access denied',
      changed => {
        changed.source.failure = failure('accessDenied');
      },
      'ErrorAccessDenied',
    ],
  ])('is a problem of the list and removes nothing: %s', async (_, change, code) => {
    world.addContacts(3);
    await world.capture();
    change(world);
    await world.clock.advance(8 * 24 * hour);
    expect(await world.capture()).toMatchObject({ head: 3, busy: false, problems: [{ code }] });
    expect(await checkpoint()).toMatchObject({ problems: [{ code }], contacts: 3, capturingUntil: 0 });
    expect(await snapshotNames()).toHaveLength(3);
  });

  test('is read again when it is back', async () => {
    world.addContacts(3);
    await world.capture();
    world.source.failure = failure('unavailable');
    await world.capture();
    world.source.failure = undefined;
    expect(await world.capture()).toMatchObject({ head: 3, problems: [] });
    expect(await checkpoint()).toMatchObject({ problems: [] });
  });

  test('has no head before the first capture', async () => {
    world.source.failure = failure('unavailable');
    expect((await world.capture()).head).toBeUndefined();
  });

  test('is found again when its mailbox was made anew under the same address', async () => {
    world.addContacts(3);
    await world.capture();
    world.graph.removeUser(world.sourceId);
    const again = world.graph.addUser('directory@contoso.com');
    const folder = world.graph.mailbox(again).addFolder('Staff');
    world.graph.mailbox(again).add(folder, { displayName: 'New' });
    await world.capture();
    expect(await snapshotNames()).toContain('New');
  });
});

describe('a source folder that is missing beside others', () => {
  const folders = ['Staff', 'Partners'];
  const list = listOf({ source: { mailbox: 'directory@contoso.com', folders } });
  let partners: string;

  beforeEach(async () => {
    world = createWorld(list);
    partners = world.source.addFolder('Partners');
    world.addContacts(2, 'Partner', partners);
    world.addContacts(2);
    await world.capture();
  });

  test.each<[string, () => void]>([
    ['deleted', () => world.source.deleteFolder(partners)],
    ['gone for good', () => world.source.purgeFolder(partners)],
  ])('(%s) keeps its contacts, stops no other, and is named by its place in the settings', async (_, lose) => {
    lose();
    world.addContacts(1, 'New');
    const { problems } = await world.capture();
    expect(problems).toMatchObject([{ code: 'SourceFolderNotFound', setting: { path: 'source.folders[1]' } }]);
    expect(problems[0]?.detail).toContain('source.folders[1]');
    expect(JSON.stringify(problems)).not.toContain('Partners');
    expect(await checkpoint()).toMatchObject({ problems, contacts: 5 });
    expect(await snapshotNames()).toEqual(['Contact 1', 'Contact 2', 'New 1', 'Partner 1', 'Partner 2']);
    world.source.killDeltaTokens();
    await world.capture();
    expect(await snapshotNames()).toHaveLength(5);
    expect(await checkpoint()).not.toHaveProperty('hold');
  });

  test('is read again when it is back, and its contacts are followed', async () => {
    const lost = world.source.contactsIn(partners).map(({ id }) => id);
    world.source.deleteFolder(partners);
    await world.capture();
    const again = world.source.addFolder('Partners');
    world.source.move(lost[0] ?? '', again);
    expect(await world.capture()).toMatchObject({ problems: [], head: 5 });
    expect(await snapshotNames()).toEqual(['Contact 1', 'Contact 2', 'Partner 1']);
  });

  test('by a path that was changed removes nothing of what the old path held', async () => {
    const misspelt = listOf({ source: { mailbox: 'directory@contoso.com', folders: ['Staff', 'Partnerz'] } });
    expect(await world.capture(misspelt)).toMatchObject({ problems: [{ code: 'SourceFolderNotFound' }], head: 4 });
    expect(await snapshotNames()).toHaveLength(4);
    await world.capture(listOf());
    expect(await snapshotNames()).toEqual(['Contact 1', 'Contact 2']);
  });

  test('from the first capture on is no reason to read nothing', async () => {
    world = createWorld(list);
    world.addContacts(2);
    expect(await world.capture()).toMatchObject({ problems: [{ code: 'SourceFolderNotFound' }], head: 2 });
  });
});

describe('the path of a source folder', () => {
  test.each([
    ['HR~1Legal', ['HR/Legal']],
    ['HR~1Legal/Team ~0 1', ['HR/Legal', 'Team ~ 1']],
    ['~archive', ['~archive']],
  ])('may name %s', async (path, names) => {
    world = createWorld(listOf({ source: { mailbox: 'directory@contoso.com', folders: [path] } }));
    const [first = '', ...below] = names;
    let folder = world.source.createFolder(first).id;
    for (const name of below) folder = world.source.addFolder(name, folder);
    world.addContacts(1, 'Contact', folder);
    expect(await world.capture()).toMatchObject({ problems: [], head: 1 });
  });
});

test('a path may begin with the local name of the default folder', async () => {
  const list = listOf({ source: { mailbox: 'directory@contoso.com', folders: ['kontakte/Kunden'] } });
  world.source.renameFolder(world.source.defaultFolderId, 'Kontakte');
  world.addContacts(2, 'Customer', world.source.addFolder('Kunden'));
  expect(await world.capture(list)).toMatchObject({ problems: [], head: 2 });
});

describe('a source folder that was made again', () => {
  test.each([
    ['alone', ['Staff']],
    ['beside another', ['Staff', 'Partners']],
  ])('replaces the contacts of the old one: %s', async (_, folders) => {
    world = createWorld(listOf({ source: { mailbox: 'directory@contoso.com', folders } }));
    world.addContacts(2, 'Partner', world.source.addFolder('Partners'));
    const [first = ''] = world.addContacts(20);
    const found = world.source.contact(first);
    await world.capture();
    world.source.purgeFolder(world.sourceFolder);
    const again = world.source.addFolder('Staff');
    for (let number = 1; number <= 20; number++)
      world.source.add(again, { ...found.contact, displayName: `New ${number}` });
    await world.capture(
      listOf({ source: { mailbox: 'directory@contoso.com', folders }, safeguards: { maxRemovals: 1000 } }),
    );
    expect((await snapshotNames()).filter(name => name?.startsWith('Contact'))).toEqual([]);
  });
});

describe('captures of one list at once', () => {
  test('one reads, the other is busy', async () => {
    world.addContacts(3);
    const results = await world.drive(Promise.all([world.capture(), world.capture()]));
    expect(results.map(({ busy }) => busy).sort()).toEqual([false, true]);
    expect(await journal()).toHaveLength(3);
  });

  test('one that died is waited for as long as its lease lasts', async () => {
    world.addContacts(3);
    world.graph.fail({ on: { operation: 'readChanges' }, meanwhile: crash });
    await expect(world.capture()).rejects.toThrow('died');
    expect(await world.capture()).toMatchObject({ busy: true, head: undefined });
    await world.clock.advance(3 * minute);
    expect(await world.capture()).toMatchObject({ busy: false, head: 3 });
  });

  test('one whose lease ran out leaves the journal to the other', async () => {
    world.addContacts(3);
    world.graph.fail({
      on: { operation: 'readChanges' },
      meanwhile: async () => {
        await world.clock.advance(4 * minute);
        await world.capture();
      },
    });
    expect(await world.capture()).toMatchObject({ busy: true });
    expect(await journal()).toHaveLength(3);
  });
});

describe('a change that needs several transactions', () => {
  function failWrite(number: number): () => void {
    const { write } = world.tables.sources;
    let writes = 0;
    world.tables.sources.write = async (...change) => {
      writes += 1;
      if (writes === number) throw new Error('storage is out of reach');
      return write(...change);
    };
    return () => {
      world.tables.sources.write = write;
    };
  }

  test.each([3, 4, 5])('is finished by the next capture when write %i failed', async number => {
    world.addContacts(120);
    const repair = failWrite(number);
    await expect(world.capture()).rejects.toThrow('out of reach');
    repair();
    await world.clock.advance(3 * minute);
    expect(await world.capture()).toMatchObject({ head: 120, busy: false });
    expect(await checkpoint()).toMatchObject({ partial: false, contacts: 120 });
    expect(new Set((await journal())?.map(({ sourceKey }) => sourceKey)).size).toBe(120);
  });

  test('is read from the start after an interruption: what came and went meanwhile has no tombstone', async () => {
    await world.capture();
    const [first = ''] = world.addContacts(120);
    const repair = failWrite(3);
    await expect(world.capture()).rejects.toThrow('out of reach');
    repair();
    expect(await snapshotNames()).toContain('Contact 1');
    world.source.remove(first);
    const { changes } = world.source;
    world.source.changes = (folderId, deltaLink) => {
      const reading = changes(folderId, deltaLink);
      return { ...reading, contacts: reading.contacts.filter(({ contact }) => contact !== null) };
    };
    await world.clock.advance(3 * minute);
    await world.capture();
    expect(await snapshotNames()).toHaveLength(119);
    expect(await snapshotNames()).not.toContain('Contact 1');
  });

  test('removals among them are inferred from the full reading', async () => {
    const ids = world.addContacts(120);
    const list = listOf({ safeguards: { maxRemovalShare: 1 } });
    await world.capture(list);
    for (const id of ids.slice(0, 110)) world.source.remove(id);
    const repair = failWrite(3);
    await expect(world.capture(list)).rejects.toThrow('out of reach');
    repair();
    await world.clock.advance(3 * minute);
    expect(await world.capture(list)).toMatchObject({ head: 230 });
    expect(await snapshotNames()).toHaveLength(10);
    expect(await checkpoint()).toMatchObject({ contacts: 10, partial: false });
  });
});
