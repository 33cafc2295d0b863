import { isDeepStrictEqual } from 'node:util';
import type { Preview } from '../../../../shared/api/preview.ts';
import type { RunView } from '../../../../shared/api/runs.ts';
import { contactFields } from '../../../../shared/domain/contact.ts';
import { askForFullReconcile } from '../../../../shared/engine/fan-out/fullReconcile.ts';
import type { ContactList } from '../../../../shared/settings/contactList.ts';
import { openProgress } from '../../../../shared/store/progress.ts';
import { failure } from '../../../memory/graphFaults.ts';
import { createWorld, hour, listOf, type World } from '../world.ts';

const day = 24 * hour;

/** Four targets have twelve contacts, unless `isNew`; then this happens, and the next run is foreseen. */
interface Situation {
  readonly lists?: readonly ContactList[];
  readonly isNew?: boolean;
  happens(scene: Scene): unknown;
  /** Contacts by name and mailboxes by id that Graph refuses, which nobody can foresee. */
  refused?(scene: Scene): readonly string[];
  /** A resync names the mailboxes one by one, and so looks at their folders; a scheduled run does not. */
  readonly byName?: boolean;
  /** The totals over all mailboxes, which are had without a look into any, do not tell it. */
  readonly onlySeenInMailboxes?: boolean;
  /** Contacts are written whole, since nobody knows what they hold: only what was another before is seen to change. */
  readonly contentInDoubt?: boolean;
}

type Mailbox = ReturnType<World['graph']['mailbox']>;

interface Scene {
  readonly world: World;
  readonly targets: readonly string[];
  /** At the source. */
  readonly contacts: readonly string[];
  /** Of the first target. */
  readonly mailbox: Mailbox;
  /** The id in the first target of the contact of that number. */
  inFirst(number: number): string;
  editSource(number: number, changes: Record<string, unknown>): void;
}

const named = (...names: string[]) => ({ mailboxes: names.map(name => `${name}@contoso.com`) });

const situations: Record<string, Situation> = {
  'a first sync': { isNew: true, happens: () => undefined },
  'a first sync into a folder that the user has': {
    isNew: true,
    happens: ({ mailbox }) => mailbox.add(mailbox.addFolder('Company'), { displayName: 'My own' }),
  },
  'a folder of another installation': {
    isNew: true,
    onlySeenInMailboxes: true,
    happens: ({ mailbox }) => mailbox.markFolder(mailbox.addFolder('Company'), 'another-installation'),
  },
  'nothing new': { happens: () => undefined },
  'edits, additions and removals': {
    happens({ world, contacts, editSource }) {
      editSource(1, { mobilePhone: '1', jobTitle: 'Lead' });
      world.source.remove(contacts[2] ?? '');
      world.addContacts(2, 'New');
    },
  },
  'what users changed, deleted and moved': {
    onlySeenInMailboxes: true,
    happens({ mailbox, inFirst, editSource }) {
      mailbox.edit(inFirst(1), { ...mailbox.contact(inFirst(1)).contact, jobTitle: 'Friend' });
      mailbox.remove(inFirst(2));
      mailbox.remove(inFirst(3));
      mailbox.move(inFirst(4), mailbox.addFolder('Friends'));
      for (const number of [1, 2, 4]) editSource(number, { department: 'Research' });
    },
  },
  'more removals than the limits allow': {
    happens: ({ world, contacts }) => contacts.slice(0, 11).map(id => world.source.remove(id)),
  },
  'a source that reads as empty': {
    happens: ({ world, contacts }) => contacts.map(id => world.source.remove(id)),
  },
  'a source folder that is gone': {
    happens({ world, editSource }) {
      editSource(1, { department: 'Research' });
      world.source.deleteFolder(world.sourceFolder);
    },
  },
  'one of two source folders that is gone': {
    lists: [listOf({ source: { mailbox: 'directory@contoso.com', folders: ['Staff', 'Partners'] } })],
    happens({ world, editSource }) {
      world.source.addFolder('Partners');
      editSource(1, { department: 'Research' });
    },
  },
  'the same people imported anew': {
    happens({ world, contacts }) {
      for (const id of contacts) {
        const { contact } = world.source.contact(id);
        world.source.remove(id);
        world.source.add(world.sourceFolder, { ...contact, department: 'Moved' });
      }
    },
  },
  'another category': {
    happens: ({ world }) => world.setLists(listOf({ destination: { folder: 'Company', category: 'Company' } })),
  },
  'another destination': {
    happens: ({ world }) => world.setLists(listOf({ destination: { folder: 'Colleagues', category: null } })),
  },
  'another destination, of which the user has a folder': {
    onlySeenInMailboxes: true,
    happens({ world, mailbox }) {
      mailbox.add(mailbox.addFolder('Colleagues'), { displayName: 'My own' });
      world.setLists(listOf({ destination: { folder: 'Colleagues', category: null } }));
    },
  },
  'another mapping, and a policy that keeps': {
    happens({ world, contacts }) {
      world.setLists(listOf({ mapping: { nickName: 'department' }, removals: 'keep' }));
      world.source.remove(contacts[0] ?? '');
    },
  },
  'a group that reads as empty': {
    happens: ({ world }) => world.graph.setGroup('all@contoso.com', []),
  },
  'a group without most of its members': {
    happens: ({ world, targets }) => world.graph.setGroup('all@contoso.com', targets.slice(0, 1)),
  },
  'a mailbox that leaves, by name': {
    lists: [listOf({ targets: named('target1', 'target2', 'target3') })],
    happens: ({ world }) => world.setLists(listOf({ targets: named('target2', 'target3') })),
  },
  'mailboxes that leave, with what users keep in the folder and a namesake in Deleted Items': {
    lists: [listOf({ targets: named('target1', 'target2', 'target3', 'target4') })],
    happens({ world, mailbox, targets }) {
      const folder = mailbox.findFolder(['Company'])?.id ?? '';
      mailbox.add(mailbox.addFolder('Friends', folder), { displayName: 'Friend' });
      const [second, third] = targets.slice(1).map(id => world.graph.mailbox(id));
      second?.addContactGroup(second.findFolder(['Company'])?.id ?? '');
      third?.deleteFolder(third.addFolder('Old'));
      const old = [...(third?.folders.values() ?? [])].find(({ displayName }) => displayName === 'Old');
      if (old) third?.folders.set(old.id, { ...old, displayName: 'Company' });
      world.setLists(listOf({ targets: named('target4') }));
    },
  },
  'a mailbox that was cleared, and one whose user is gone': {
    onlySeenInMailboxes: true,
    refused: ({ targets }) => targets.slice(1, 2),
    async happens({ world, targets: [first = '', second = ''], editSource }) {
      await world.clear(first);
      await world.drain();
      world.graph.removeUser(second);
      editSource(1, { department: 'Research' });
    },
  },
  'a ledger that was lost': {
    onlySeenInMailboxes: true,
    contentInDoubt: true,
    async happens({ world, targets: [first = ''], editSource }) {
      const rows = await world.tables.mailboxes.query(first);
      const ledger = rows.filter(({ rowKey }) => rowKey.startsWith('contact:'));
      await world.tables.mailboxes.write(
        first,
        ledger.map(({ rowKey }) => ({ kind: 'delete', rowKey })),
      );
      editSource(1, { department: 'Research' });
    },
  },
  'an excluded mailbox and one whose account is disabled': {
    happens({ world, targets }) {
      world.graph.setGroup('robots@contoso.com', targets.slice(0, 1));
      world.graph.setEnabled(targets[1] ?? '', false);
      const exclude = { groups: ['robots@contoso.com'] };
      world.setLists(listOf({ targets: { groups: ['all@contoso.com'], exclude } }));
    },
  },
  'targets that lead to nobody among others': {
    isNew: true,
    lists: [listOf({ targets: { ...named('target1', 'ghost'), groups: ['ghosts@contoso.com'] } })],
    happens: () => undefined,
  },
  'a loop through a group': {
    isNew: true,
    lists: [listOf({ destination: { folder: 'Staff', category: null } })],
    happens: ({ world, targets }) => world.graph.setGroup('all@contoso.com', [world.sourceId, ...targets]),
  },
  'two lists of one source into one folder': {
    isNew: true,
    lists: [listOf(), listOf({ id: 'again', destination: { folder: ' COMPANY', category: null } })],
    happens: () => undefined,
  },
  'two lists of different sources in one folder': {
    lists: [listOf(), listOf({ id: 'board', source: { mailbox: 'directory@contoso.com', folders: ['Board'] } })],
    happens({ world, editSource }) {
      world.addContacts(2, 'Member', world.source.addFolder('Board'));
      editSource(1, { department: 'Research' });
    },
  },
  'a contact that Graph refuses': {
    refused: () => ['Contact 2'],
    isNew: true,
    happens: ({ world }) => poison(world, 'create', { status: 400, code: 'ErrorInvalidProperty' }),
  },
  'a contact that Graph fails at for good, on create': {
    refused: () => ['Contact 2'],
    isNew: true,
    happens: ({ world }) => poison(world, 'create', { status: 500, code: 'ErrorInternalServerError' }),
  },
  'a contact that Graph fails at for good, on patch': {
    refused: () => ['Contact 2'],
    happens({ world, editSource }) {
      for (const number of [1, 2, 3]) editSource(number, { department: 'Research' });
      poison(world, 'patch', { status: 500, code: 'ErrorItemSave' });
    },
  },
  'a mailbox that is not ready, one that is full and one that may not be read': {
    onlySeenInMailboxes: true,
    refused: ({ targets }) => targets.slice(1, 2),
    isNew: true,
    happens({ world, targets: [first = '', second = '', third = ''] }) {
      world.graph.mailbox(first).failure = failure('noMailbox');
      world.graph.mailbox(second).overQuota = true;
      world.graph.mailbox(third).failure = failure('accessDenied');
    },
  },
  'a mailbox that was replaced behind its user': {
    onlySeenInMailboxes: true,
    happens({ mailbox, editSource }) {
      mailbox.replace();
      editSource(1, { department: 'Research' });
    },
  },
  'a folder that the user deleted, for good and not': {
    byName: true,
    onlySeenInMailboxes: true,
    happens({ world, mailbox, targets, editSource }) {
      mailbox.purgeFolder(mailbox.findFolder(['Company'])?.id ?? '');
      const second = world.graph.mailbox(targets[1] ?? '');
      second.binFolder(second.findFolder(['Company'])?.id ?? '');
      editSource(1, { department: 'Research' });
    },
  },
  "a full reconcile: a user's copy, edits, deletions and an orphan": {
    onlySeenInMailboxes: true,
    async happens({ world, mailbox, inFirst }) {
      const copy = mailbox.copy(inFirst(1));
      mailbox.edit(copy, { ...mailbox.contact(copy).contact, jobTitle: 'Mine' });
      mailbox.copy(inFirst(2));
      mailbox.remove(inFirst(3));
      const folder = mailbox.findFolder(['Company'])?.id ?? '';
      mailbox.add(folder, { displayName: 'Orphan' }, { key: 'staff:nobody', version: '1' });
      await askForFullReconcile(world.lists, openProgress(world.tables.progress), world.clock);
      await world.clock.advance(day);
    },
  },
  'notes that collections cut, and an entry without an address': {
    happens({ editSource }) {
      editSource(1, { personalNotes: `\r\n${'long '.repeat(100)}` });
      editSource(2, { emailAddresses: [{ name: 'Nobody' }] });
    },
  },
};

function poison(world: World, operation: string, answer: { status: number; code: string }): void {
  world.graph.fail({ on: { operation, displayName: 'Contact 2' }, times: 1000, answer });
}

async function arrange({ lists = [listOf()], isNew = false, happens }: Situation): Promise<Scene> {
  const world = createWorld(...lists);
  const targets = world.addTargets(4);
  const contacts = world.addContacts(12);
  const mailbox = world.graph.mailbox(targets[0] ?? '');
  const scene: Scene = {
    world,
    targets,
    contacts,
    mailbox,
    inFirst: number => world.targetId(targets[0] ?? '', `Contact ${number}`),
    editSource(number, changes) {
      const id = contacts[number - 1] ?? '';
      world.source.edit(id, { ...world.source.contact(id).contact, ...changes });
    },
  };
  if (!isNew) await world.sync();
  await world.clock.advance(hour);
  await happens(scene);
  return scene;
}

/** What is written to a mailbox: contacts with their fields, and folders. */
type Writes = readonly string[];

function foreseen(previews: readonly Preview[]): Writes {
  const contacts = previews
    .flatMap(({ operations }) => operations)
    .filter(({ action }) => action !== 'keep' && action !== 'hold')
    .map(({ action, displayName, fields }) => write(action, displayName, fields));
  const notes = previews.flatMap(preview => preview.notes);
  return [...contacts, ...folderNotes.filter(([, note]) => notes.some(text => note.test(text))).map(([what]) => what)];
}

const folderNotes: readonly (readonly [what: string, note: RegExp])[] = [
  ['makes a folder', /is made$/],
  ['renames a folder', /is renamed to/],
  ['removes a folder', /^The folder is removed$/],
];

function write(action: string, displayName: string | null | undefined, fields: readonly string[] = []): string {
  return [action, displayName, ...fields.toSorted()].join(' ');
}

/** The contacts and folders of a mailbox that are not in Deleted Items, by id. */
function contentOf(mailbox: Mailbox) {
  const contacts = [...mailbox.contacts.values()].filter(({ folderId }) => !mailbox.isDeleted(folderId));
  const folders = [...mailbox.folders.values()].filter(({ id }) => !mailbox.isDeleted(id));
  return {
    contacts: new Map(contacts.map(({ id, contact }) => [id, contact])),
    folders: new Map(folders.map(({ id, displayName }) => [id, displayName])),
  };
}

type Content = ReturnType<typeof contentOf>;

function done(before: Content, after: Content): Writes {
  const writes = [...after.contacts].flatMap(([id, contact]) => {
    const old = before.contacts.get(id);
    if (!old) return [write('create', contact.displayName)];
    const fields = contactFields.filter(field => !isDeepStrictEqual(contact[field], old[field]));
    return fields.length > 0 ? [write('patch', contact.displayName, fields)] : [];
  });
  const gone = [...before.contacts].filter(([id]) => !after.contacts.has(id));
  const made = [...after.folders.keys()].some(id => !before.folders.has(id));
  const removed = [...before.folders.keys()].some(id => !after.folders.has(id));
  const renamed = [...after.folders].some(([id, name]) => (before.folders.get(id) ?? name) !== name);
  const folders = [made && 'makes a folder', renamed && 'renames a folder', removed && 'removes a folder'];
  return [
    ...writes,
    ...gone.map(([, { displayName }]) => write('delete', displayName)),
    ...folders.filter(what => what !== false),
  ];
}

test.each(Object.entries(situations))('%s: a run does what the preview said', async (_, situation) => {
  const scene = await arrange(situation);
  const { world, targets } = scene;
  const mailboxes = [world.sourceId, ...targets];
  const refused = situation.refused?.(scene) ?? [];
  const previews = new Map<string, Preview[]>();
  for (const id of mailboxes) previews.set(id, await previewAll(world, id));
  const totals: Preview[] = [];
  for (const list of world.lists) totals.push(await world.previewList(list));
  const present = mailboxes.filter(id => !refused.includes(id));
  const before = new Map(present.map(id => [id, contentOf(world.graph.mailbox(id))]));

  const { problems } = situation.byName ? await runByName(world, present) : await world.run();
  await world.deliver();

  for (const id of present) {
    const after = contentOf(world.graph.mailbox(id));
    const written = done(before.get(id) ?? after, after);
    const all = foreseen(previews.get(id) ?? []).filter(text => !refused.some(name => text.includes(name)));
    const said = situation.contentInDoubt ? all.flatMap(text => changeIn(text, written)) : all;
    expect([id, ...written.toSorted()]).toEqual([id, ...said.toSorted()]);
  }
  const told = totals.flatMap(each => [...each.problems.map(({ code }) => code), ...each.notes]);
  expect(problems.filter(problem => !isTold(problem, told))).toEqual([]);
  const met = problems.map(({ code }) => code);
  expect(totals.flatMap(each => each.problems).filter(({ code }) => !met.includes(code))).toEqual([]);
  if (!situation.onlySeenInMailboxes) expect(sum(totals)).toBe(sum([...previews.values()].flat()));
});

async function runByName(world: World, mailboxes: readonly string[]): Promise<Pick<RunView, 'problems'>> {
  for (const id of mailboxes) {
    await world.resync(id);
    await world.drain();
  }
  return { problems: [] };
}

/** What of a patch of every field is seen in the mailbox: none, where the contact was as it is written. */
function changeIn(text: string, written: Writes): string[] {
  const [action, name, number] = text.split(' ');
  if (action !== 'patch') return [text];
  return written.filter(each => each.startsWith(`patch ${name} ${number} `));
}

/** By its code, or in the words of a note: mailboxes that a list skips keep it from nothing. */
function isTold({ code, detail }: { code: string; detail: string }, told: readonly string[]): boolean {
  const words = detail.replace(/^\d+ mailboxes are skipped\. /, '');
  return told.some(text => text === code || text.endsWith(words));
}

async function previewAll(world: World, mailboxId: string): Promise<Preview[]> {
  const previews: Preview[] = [];
  for (const list of world.lists) {
    const shown = await world.previewMailbox(mailboxId, list);
    if ('operations' in shown) previews.push(shown);
  }
  return previews;
}

function sum(previews: readonly Preview[]): number {
  return previews.reduce((total, { creates, patches, deletes }) => total + creates + patches + deletes, 0);
}
