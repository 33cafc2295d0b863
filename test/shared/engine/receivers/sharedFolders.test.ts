import type { ContactList } from '../../../../shared/settings/contactList.ts';
import { createWorld, hour, listOf, type World } from '../world.ts';

const source = { mailbox: 'directory@contoso.com', folders: ['Staff'] };
const first = listOf();
/** Reads the same folder and writes into the same one. */
const second = reading({});

function reading(changes: Partial<typeof source>): ContactList {
  return listOf({
    id: 'again',
    source: { ...source, folders: ['contacts/STAFF'], ...changes },
    targets: { groups: ['some@contoso.com'] },
    destination: { folder: ' COMPANY ', category: null },
  });
}

let world: World;
let both: string;
let onlySecond: string;

beforeEach(() => {
  world = createWorld(first, second);
  world.addContacts(2);
  [both = ''] = world.addTargets(2);
  onlySecond = world.graph.addUser('other@contoso.com');
  world.graph.setGroup('some@contoso.com', [both, onlySecond]);
});

function names(mailbox: string): (string | undefined)[] {
  const { contacts, isDeleted } = world.graph.mailbox(mailbox);
  return [...contacts.values()].flatMap(({ contact, folderId }) => (isDeleted(folderId) ? [] : [contact.displayName]));
}

describe('two lists that write the same contacts into the same folder', () => {
  test('double nobody: the later one skips the mailboxes that both have, and says which list it was', async () => {
    const { problems } = await world.sync();
    expect(problems).toMatchObject([{ list: 'again', code: 'FolderOfAnotherList', mailbox: both }]);
    expect([names(both), names(onlySecond)]).toEqual(Array(2).fill(['Contact 1', 'Contact 2']));
    expect(await world.progress(both, 'again')).toMatchObject({
      ...{ wanted: 'skipped', skipReason: 'FolderOfAnotherList:staff' },
    });
    expect(await world.previewMailbox(both, second)).toEqual({ kind: 'folderOfAnotherList', list: 'staff' });
  });

  test('are seen by a resync of the later one that names the mailbox', async () => {
    await world.sync();
    const run = await world.resync(both);
    await world.drain();
    expect(await world.runView(run)).toMatchObject({
      problems: [{ list: 'again', mailbox: both, code: 'FolderOfAnotherList' }],
    });
  });

  test('by another address of the source mailbox are found by the folder that was read', async () => {
    world.setLists(first, reading({ mailbox: world.sourceId }));
    await world.sync();
    // Both were captured for the first time: from the next run on at the latest.
    await world.sync();
    expect(await world.progress(both, 'again')).toMatchObject({ wanted: 'skipped' });
  });

  test('leave the mailbox to the later one once the earlier one has it no more', async () => {
    await world.sync();
    world.exclude(both);
    world.setLists({ ...first, targets: { ...first.targets, exclude: { mailboxes: [both], groups: [] } } }, second);
    await world.clock.advance(hour);
    await world.sync();
    await world.sync();
    expect(names(both)).toEqual(['Contact 1', 'Contact 2']);
    expect(await world.progress(both, 'again')).toMatchObject({ wanted: 'target', state: 'current' });
  });

  test.each<[string, Partial<ContactList>]>([
    ['other folders', { destination: { folder: 'Others', category: null } }],
    ['folders of another source', { sources: reading({ folders: ['Partners'] }).sources }],
  ])('are nothing to each other with %s', async (_, changes) => {
    world.source.addFolder('Partners');
    world.setLists(first, { ...second, ...changes });
    await world.sync();
    expect(await world.progress(both, 'again')).toMatchObject({ wanted: 'target' });
  });
});

describe('two lists of one source whose folders are one only by its local name', () => {
  const inDefault = listOf({ destination: { folder: 'contacts', category: null } });
  const inNamed = listOf({ id: 'named', destination: { folder: 'Kontakte', category: null } });
  const note = { list: 'named', mailbox: '', code: 'FolderOfAnotherList', detail: expect.stringContaining('"staff"') };

  beforeEach(() => {
    const mailbox = world.graph.mailbox(both);
    mailbox.renameFolder(mailbox.defaultFolderId, 'Kontakte');
    world.setLists(inDefault, inNamed);
  });

  test('double nobody: whichever comes second writes nothing there, and says which list it was', async () => {
    await world.sync();
    expect(names(both)).toEqual(['Contact 1', 'Contact 2']);
    expect((await world.latestRun())?.problems).toMatchObject([{ ...note, mailbox: both }]);
    expect(await world.progress(both, 'named')).toMatchObject({ state: 'skipped' });
    expect(await world.progress(both, 'staff')).toMatchObject({ state: 'current' });
    expect(await world.previewMailbox(both, inNamed)).toMatchObject({ creates: 0, problems: [{ code: note.code }] });
    const explained = await world.explain(both, 'Contact 1', inNamed);
    expect(explained.contacts).toMatchObject([{ present: false, reason: expect.stringContaining('"staff"') }]);
    await world.clock.advance(2 * hour);
    await world.resync(undefined, 'full');
    await world.drain();
    expect(names(both)).toEqual(['Contact 1', 'Contact 2']);
  });

  test('fill both folders where these are two', async () => {
    const [, other = ''] = world.addTargets(2);
    await world.sync();
    expect(names(other).sort()).toEqual(['Contact 1', 'Contact 1', 'Contact 2', 'Contact 2']);
  });

  test('go on in the mailbox where the first has left it', async () => {
    await world.sync();
    world.setLists(
      { ...inDefault, targets: { ...inDefault.targets, exclude: { mailboxes: [both], groups: [] } } },
      inNamed,
    );
    await world.sync();
    await world.clock.advance(2 * hour);
    await world.sync();
    expect(names(both)).toEqual(['Contact 1', 'Contact 2']);
    expect(await world.progress(both, 'named')).toMatchObject({ state: 'current', contacts: 2 });
  });
});

describe('two lists of different sources that share a folder', () => {
  const partners = reading({ folders: ['Partners'] });

  beforeEach(() => {
    world.addContacts(1, 'Partner', world.source.addFolder('Partners'));
    world.setLists(first, partners);
  });

  test('fill it side by side, which the run notes once for those who get both', async () => {
    await world.sync();
    const noted = (await world.latestRun())?.notes;
    expect(noted).toMatchObject([{ code: 'SharedFolder', detail: expect.stringContaining('have both lists (1)') }]);
    expect(names(both).sort()).toEqual(['Contact 1', 'Contact 2', 'Partner 1']);
    await world.sync();
    await world.resync(undefined, 'full');
    await world.drain();
    expect(names(both).sort()).toEqual(['Contact 1', 'Contact 2', 'Partner 1']);
    expect((await world.latestRun())?.notes).toEqual([]);
  });

  test('is told by the preview of a mailbox that has both', async () => {
    await world.sync();
    expect(await world.previewMailbox(both, partners)).toMatchObject({ notes: [expect.stringContaining('"staff"')] });
    expect(await world.previewMailbox(onlySecond, partners)).toMatchObject({ notes: [] });
  });
});
