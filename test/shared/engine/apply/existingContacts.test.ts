import type { Contact } from '../../../../shared/domain/contact.ts';
import { crash, failure } from '../../../memory/graphFaults.ts';
import { createWorld, hour, listOf, timing, type World } from '../world.ts';

const ada: Contact = {
  displayName: 'Ada Lovelace',
  jobTitle: 'Analyst',
  mobilePhone: '+44 1',
  emailAddresses: [{ address: 'ada@contoso.com' }],
};
/** As the user had her: another title, a note of their own, and no phone. */
const own: Contact = {
  displayName: 'Ada (work)',
  jobTitle: 'Countess',
  personalNotes: 'met in Turin',
  categories: ['Friends'],
  emailAddresses: [{ address: 'ada@contoso.com' }],
};
/** What the list makes of it. */
const takenOver: Contact = {
  ...ada,
  personalNotes: 'met in Turin',
  categories: ['Friends', 'Company'],
};

type Json = Readonly<Record<string, unknown>>;

function settings(changes: Json = {}) {
  return listOf({ existing: 'adoptInFolder', destination: { folder: 'Company' }, ...changes });
}

let world: World;
let target: string;
let mailbox: ReturnType<World['graph']['mailbox']>;
/** The user's, that the list writes into. */
let folder: string;
let atSource: string;

function openWorld(changes: Json = {}): void {
  world = createWorld(settings(changes));
  [target = ''] = world.addTargets(1);
  mailbox = world.graph.mailbox(target);
  folder = mailbox.addFolder('Company');
  atSource = world.source.add(world.sourceFolder, ada);
}

function contactOf(id: string): Contact | undefined {
  return mailbox.contacts.get(id)?.contact;
}

async function counts(): Promise<unknown> {
  return (await world.latestRun())?.contacts;
}

const nothing = { created: 0, updated: 0, deleted: 0, failed: 0 };

async function removeAtSource(): Promise<void> {
  world.source.remove(atSource);
  await world.sync();
}

async function reconcile(): Promise<void> {
  await world.resync(target, 'full');
  await world.drain();
}

beforeEach(() => openWorld());

describe("a user's own contact with an address of the source", () => {
  test('is taken over in the folder with what the source has, and keeps what it does not have', async () => {
    const id = mailbox.add(folder, own);
    await world.sync();
    expect(mailbox.contactsIn(folder)).toHaveLength(1);
    expect(contactOf(id)).toEqual(takenOver);
    expect(await counts()).toEqual({ ...nothing, adopted: 1 });
    world.takeCalls();
    await world.sync();
    expect(world.takeCalls(target)).toEqual([]);
    await reconcile();
    expect(world.takeCalls(target).filter(({ operation }) => operation === 'patch')).toEqual([]);
  });

  test('is left alone, and made beside, unless the list says otherwise', async () => {
    openWorld({ existing: 'leave' });
    const id = mailbox.add(folder, own);
    await world.sync();
    expect(contactOf(id)).toEqual(own);
    expect(mailbox.contactsIn(folder)).toHaveLength(2);
  });

  test('is written with the fields that differ alone', async () => {
    const { jobTitle: _, ...same } = ada;
    mailbox.add(folder, { ...same, jobTitle: 'Countess', categories: ['Company'] });
    await world.sync();
    const [write] = world.takeCalls(target).filter(({ operation }) => operation === 'patch');
    expect(write?.fields).toEqual(['jobTitle']);
  });

  test('is taken over in the default folder where the list looks everywhere, and stays there', async () => {
    openWorld({ existing: 'adoptAnywhere' });
    const id = mailbox.add(mailbox.defaultFolderId, own);
    await world.sync();
    expect(contactOf(id)).toEqual(takenOver);
    expect(mailbox.contactsIn(folder)).toEqual([]);
    world.takeCalls();
    world.source.edit(atSource, { ...ada, jobTitle: 'Boss' });
    await world.sync();
    expect(contactOf(id)).toEqual({ ...takenOver, jobTitle: 'Boss' });
    // One write, and not a look at where it lies.
    expect(world.takeCalls(target)).toHaveLength(1);
    await reconcile();
    expect(await world.explain(target, atSource)).toMatchObject({ contacts: [{ present: true, state: 'present' }] });
    await removeAtSource();
    expect(contactOf(id)).toEqual(own);
  });

  test('in the default folder is no contact of a list that looks in its own folder', async () => {
    const id = mailbox.add(mailbox.defaultFolderId, own);
    await world.sync();
    expect(contactOf(id)).toEqual(own);
    expect(mailbox.contactsIn(folder)).toHaveLength(1);
  });

  test('is taken over in the default folder that the list writes into, and clean-up takes what is ours alone', async () => {
    openWorld({ destination: { folder: 'Contacts', category: 'Company' } });
    const id = mailbox.add(mailbox.defaultFolderId, own);
    const friend = mailbox.add(mailbox.defaultFolderId, { displayName: 'Eve' });
    world.source.add(world.sourceFolder, { displayName: 'Ben' });
    await world.sync();
    expect(contactOf(id)).toEqual(takenOver);
    expect(mailbox.contactsIn(mailbox.defaultFolderId)).toHaveLength(3);
    world.exclude(target);
    await world.clock.advance(hour);
    await world.sync();
    expect(contactOf(id)).toEqual(own);
    expect(mailbox.contactsIn(mailbox.defaultFolderId).map(contact => contact.id)).toEqual([id, friend]);
  });

  test('of which there are two is left: the contact is made beside them, counted and explained', async () => {
    const ids = [mailbox.add(folder, own), mailbox.add(folder, { ...own, displayName: 'Ada 2' })];
    await world.sync();
    expect(ids.map(contactOf)).toEqual([own, { ...own, displayName: 'Ada 2' }]);
    expect(mailbox.contactsIn(folder)).toHaveLength(3);
    expect(await counts()).toEqual({ ...nothing, created: 1, ambiguous: 1 });
    const { contacts } = await world.explain(target, atSource);
    expect(contacts[0]?.reason).toContain('several contacts of the user');
  });

  test('that two contacts of the source mean is left', async () => {
    world.source.add(world.sourceFolder, { ...ada, displayName: 'Desk' });
    const id = mailbox.add(folder, own);
    await world.sync();
    expect(contactOf(id)).toEqual(own);
    expect(await counts()).toEqual({ ...nothing, created: 2, ambiguous: 2 });
  });

  describe('that two lists want', () => {
    const staff = { existing: 'adoptAnywhere', destination: { folder: 'Staff list' } };
    const partners = settings({
      id: 'partners',
      source: { mailbox: 'directory@contoso.com', folders: ['Partners'] },
      existing: 'adoptAnywhere',
      destination: { folder: 'Partners' },
    });
    let id: string;

    beforeEach(() => {
      world.source.add(world.source.addFolder('Partners'), { ...ada, jobTitle: 'Partner' });
      world.setLists(settings(staff), partners);
      id = mailbox.add(mailbox.defaultFolderId, own);
    });

    function titles(): (string | undefined)[] {
      return [...mailbox.contacts.values()].map(({ contact }) => contact.jobTitle).sort();
    }

    test('is taken over by one of them, and given back by that one alone', async () => {
      await world.sync();
      expect(await counts()).toEqual({ ...nothing, created: 1, adopted: 1 });
      expect(titles()).toEqual(['Analyst', 'Partner']);
      const before = contactOf(id);
      await reconcile();
      expect(contactOf(id)).toEqual(before);
      world.setLists(settings({ ...staff, enabled: false }), partners);
      await removeAtSource();
      expect(contactOf(id)).toEqual(before);
      world.setLists(settings(staff), partners);
      await world.sync();
      expect(contactOf(id)).toEqual(own);
      expect(world.targetNames(target, 'Partners')).toEqual(['Ada Lovelace']);
    });

    test.each([
      ['is refused', { status: 400, code: 'ErrorPropertyValidationFailure' }, false],
      ['has to wait', failure('throttled', hour), false],
      ['gets no answer', failure('unavailable'), false],
      ['gets no answer and is done', failure('unavailable'), true],
    ])('is no contact of the second while the write of the first %s', async (_, answer, committed) => {
      world.graph.fail({ on: { operation: 'patch' }, answer, committed });
      await world.sync();
      await world.clock.advance(2 * hour);
      await world.sync();
      await reconcile();
      expect(titles()).toEqual(['Analyst', 'Partner']);
      expect(contactOf(id)?.jobTitle).toBe('Analyst');
      await removeAtSource();
      expect(contactOf(id)).toEqual(own);
    });
  });

  test('is not looked for when the source gets another contact later', async () => {
    await world.sync();
    mailbox.add(folder, { displayName: 'Ben', emailAddresses: [{ address: 'ben@contoso.com' }] });
    world.source.add(world.sourceFolder, { displayName: 'Ben', emailAddresses: [{ address: 'ben@contoso.com' }] });
    world.takeCalls();
    await world.sync();
    expect(world.takeCalls(target).map(({ operation }) => operation)).toEqual(['create']);
  });

  test('is known by its address whatever the case, which is no difference', async () => {
    const id = mailbox.add(folder, { ...own, emailAddresses: [{ address: 'ADA@contoso.com' }] });
    await world.sync();
    expect(contactOf(id)).toEqual({ ...takenOver, emailAddresses: [{ address: 'ADA@contoso.com' }] });
  });

  test('costs one listing of each folder more, however many there are', async () => {
    const people = Array.from({ length: 500 }, (_, index) => ({
      displayName: `Person ${index}`,
      emailAddresses: [{ address: `person${index}@contoso.com` }],
    }));
    const requests = async (changes: Json) => {
      openWorld(changes);
      for (const person of people) {
        world.source.add(world.sourceFolder, person);
        mailbox.add(mailbox.defaultFolderId, person);
      }
      world.takeCalls();
      await world.sync();
      return world.takeCalls(target).length;
    };
    const today = await requests({ existing: 'leave' });
    expect((await requests({ existing: 'adoptAnywhere' })) - today).toBeLessThanOrEqual(2 + 2);
  });
});

describe('an adopted contact', () => {
  let id: string;

  beforeEach(async () => {
    id = mailbox.add(folder, own);
    await world.sync();
  });

  function isGivenBack(): void {
    expect(contactOf(id)).toEqual(own);
    expect(mailbox.contacts.get(id)?.stamp).toBeUndefined();
  }

  test('whose categories the user had before is not said to be changed by the user, until it is', async () => {
    const explained = async () => (await world.explain(target, 'Ada Lovelace')).contacts[0];
    expect((await explained())?.changedByUser).toBeUndefined();
    expect(await world.previewMailbox(target)).toMatchObject({ kept: 0, operations: [] });
    mailbox.edit(id, { ...takenOver, categories: ['Friends', 'Company', 'Rowing'] });
    expect(await explained()).toMatchObject({ changedByUser: ['categories'] });
    mailbox.edit(id, { ...takenOver, categories: ['Friends'] });
    expect(await explained()).toMatchObject({ changedByUser: ['categories'] });
  });

  test('is given back as it was when the source removes it', async () => {
    await removeAtSource();
    isGivenBack();
    expect(await world.ledger(target)).toEqual([]);
    expect(await counts()).toEqual({ ...nothing, givenBack: 1 });
  });

  test('is given back when the mailbox leaves, is cleared, or its list is gone', async () => {
    world.exclude(target);
    await world.clock.advance(hour);
    await world.sync();
    isGivenBack();
    world.exclude(target, false);
    await world.sync();
    expect(contactOf(id)).toEqual(takenOver);
    await world.clear(target);
    await world.drain();
    isGivenBack();
    await world.resync(target);
    await world.drain();
    expect(contactOf(id)).toEqual(takenOver);
    world.setLists();
    await world.clock.advance(hour);
    await world.sync();
    await world.decide({ kind: 'mailboxes', decision: 'approve', removals: 1 });
    await world.sync();
    isGivenBack();
  });

  test('keeps what the user changed in it, also when it is given back', async () => {
    mailbox.edit(id, { ...takenOver, jobTitle: 'Boss', personalNotes: 'met again' });
    await removeAtSource();
    expect(contactOf(id)).toEqual({ ...own, jobTitle: 'Boss', personalNotes: 'met again' });
  });

  test('is given a field back that the source empties, and takes one that the source fills', async () => {
    const { jobTitle: _, ...others } = ada;
    world.source.edit(atSource, { ...others, personalNotes: 'of the company' });
    await world.sync();
    const { jobTitle: __, ...kept } = takenOver;
    expect(contactOf(id)).toEqual({ ...kept, jobTitle: 'Countess', personalNotes: 'of the company' });
    await removeAtSource();
    isGivenBack();
  });

  test('is given back what the user wrote into a field before the source filled it', async () => {
    mailbox.edit(id, { ...takenOver, personalNotes: 'met again' });
    world.source.edit(atSource, { ...ada, personalNotes: 'of the company' });
    await world.sync();
    expect(contactOf(id)?.personalNotes).toBe('of the company');
    await removeAtSource();
    expect(contactOf(id)).toEqual({ ...own, personalNotes: 'met again' });
  });

  test('keeps a category that the user had given it before', async () => {
    const second = mailbox.add(folder, { emailAddresses: [{ address: 'ben@x' }], categories: ['company'] });
    const ben = world.source.add(world.sourceFolder, { displayName: 'Ben', emailAddresses: [{ address: 'ben@x' }] });
    await reconcile();
    expect(contactOf(second)).toMatchObject({ displayName: 'Ben', categories: ['company'] });
    world.source.remove(ben);
    await world.sync();
    expect(contactOf(second)).toEqual({ emailAddresses: [{ address: 'ben@x' }], categories: ['company'] });
  });

  test('is no contact of ours to a reconcile that puts edits back, where the source has nothing', async () => {
    world.setLists(settings({ userEdits: 'revert' }));
    await world.sync();
    mailbox.edit(id, { ...takenOver, jobTitle: 'Boss', personalNotes: 'met again', nickName: 'A' });
    await reconcile();
    expect(contactOf(id)).toEqual({ ...takenOver, personalNotes: 'met again', nickName: 'A' });
    await removeAtSource();
    expect(contactOf(id)).toEqual({ ...own, personalNotes: 'met again', nickName: 'A' });
  });

  test('that the user deleted stays deleted until the source changes it, and is ours then', async () => {
    mailbox.remove(id);
    await reconcile();
    expect(mailbox.contactsIn(folder)).toEqual([]);
    world.source.edit(atSource, { ...ada, jobTitle: 'Boss' });
    await world.sync();
    expect(mailbox.contactsIn(folder)).toHaveLength(1);
    await removeAtSource();
    expect(mailbox.contactsIn(folder)).toEqual([]);
  });

  test('that the user deleted and brought back is given back as it was', async () => {
    mailbox.remove(id);
    await reconcile();
    mailbox.move(id, folder);
    await reconcile();
    await removeAtSource();
    isGivenBack();
  });

  test('stays where it is when the list moves to another folder', async () => {
    world.setLists(settings({ destination: { folder: 'Firm', category: 'Company' } }));
    await world.sync();
    expect(contactOf(id)).toEqual(takenOver);
    expect(mailbox.contacts.get(id)?.folderId).toBe(folder);
    await removeAtSource();
    isGivenBack();
  });

  test('of which the user made a copy stays twice', async () => {
    const copy = mailbox.copy(id);
    await reconcile();
    expect(contactOf(copy)).toEqual(takenOver);
    await removeAtSource();
    isGivenBack();
    expect(mailbox.contacts.has(copy)).toBe(true);
  });

  test('whose row was lost is known by its stamp, and never deleted', async () => {
    await world.tables.mailboxes.write(target, [{ kind: 'delete', rowKey: `contact:staff:${atSource}` }]);
    await removeAtSource();
    await reconcile();
    expect(mailbox.contacts.has(id)).toBe(true);
    expect(mailbox.contacts.get(id)?.stamp).toBeUndefined();
  });

  test('is followed under the settings that adopt nobody any more', async () => {
    world.setLists(settings({ existing: 'leave' }));
    world.source.edit(atSource, { ...ada, jobTitle: 'Boss' });
    await world.sync();
    expect(contactOf(id)).toEqual({ ...takenOver, jobTitle: 'Boss' });
    await removeAtSource();
    isGivenBack();
  });

  test('is given its addresses back although Exchange named them as its directory does', async () => {
    const { mobilePhone: _, ...edited } = takenOver;
    mailbox.edit(id, { ...edited, emailAddresses: [{ name: 'Ada L', address: 'ada@contoso.com' }] });
    await removeAtSource();
    expect(contactOf(id)).toEqual(own);
  });
});

describe('a process that dies', () => {
  test.each([
    ['before a contact was taken over', { on: { operation: 'patch' }, meanwhile: crash }],
    ['after it was, and nobody recorded it', { on: { operation: 'patch' }, committed: true, meanwhile: crash }],
  ])('%s doubles nothing, and what the user had is given back', async (_, fault) => {
    const id = mailbox.add(folder, own);
    world.graph.fail(fault);
    await world.sync();
    expect(mailbox.contactsIn(folder)).toHaveLength(1);
    expect(contactOf(id)).toEqual(takenOver);
    await removeAtSource();
    expect(contactOf(id)).toEqual(own);
    expect(await world.ledger(target)).toEqual([]);
  });

  test.each([
    ['before it is given back', { on: { operation: 'unstamp' }, meanwhile: crash }],
    ['after it was, and nobody recorded it', { on: { operation: 'unstamp' }, committed: true, meanwhile: crash }],
  ])('%s takes nothing from the user', async (_, fault) => {
    const id = mailbox.add(folder, own);
    await world.sync();
    world.graph.fail(fault);
    await removeAtSource();
    expect(contactOf(id)).toEqual(own);
    expect(await world.ledger(target)).toEqual([]);
  });

  test('before a field of the user was overwritten for the first time: what it held is given back', async () => {
    const id = mailbox.add(folder, own);
    await world.sync();
    world.source.edit(atSource, { ...ada, personalNotes: 'of the company' });
    world.graph.fail({ on: { operation: 'patch' }, committed: true, meanwhile: crash });
    await world.sync();
    expect(contactOf(id)?.personalNotes).toBe('of the company');
    await removeAtSource();
    expect(contactOf(id)).toEqual(own);
  });

  test('with a change that nobody recorded, and the source removes the contact then', async () => {
    const id = mailbox.add(folder, own);
    await world.sync();
    world.source.edit(atSource, { ...ada, jobTitle: 'Boss' });
    await world.run();
    world.graph.fail({ on: { operation: 'patch' }, committed: true, meanwhile: crash });
    await world.deliver();
    world.source.remove(atSource);
    await world.sync();
    expect(contactOf(id)).toEqual(own);
  });
});

describe('a preview', () => {
  test('shows who is taken over and who is given back, and writes nothing', async () => {
    const id = mailbox.add(folder, own);
    expect(await world.previewMailbox(target)).toMatchObject({
      creates: 0,
      adopts: 1,
      operations: [{ action: 'adopt', displayName: 'Ada Lovelace', reason: expect.stringContaining('own contact') }],
    });
    expect(contactOf(id)).toEqual(own);
    await world.sync();
    world.source.remove(atSource);
    expect(await world.previewMailbox(target)).toMatchObject({
      deletes: 0,
      givesBack: 1,
      operations: [{ action: 'giveBack' }],
    });
    expect(contactOf(id)).toEqual(takenOver);
  });
});

test('contacts that were adopted in a folder which the user threw away are made in the next one, over as many messages as it takes', async () => {
  const people = Array.from({ length: 30 }, (_, index) => ({
    displayName: `Person ${index}`,
    emailAddresses: [{ address: `person${index}@contoso.com` }],
  }));
  for (const person of people) {
    world.source.add(world.sourceFolder, { ...person, jobTitle: 'Clerk' });
    mailbox.add(folder, person);
  }
  await world.sync();
  const [moved = ''] = mailbox.contactsIn(folder).map(({ id }) => id);
  mailbox.move(moved, mailbox.addFolder('Friends'));
  mailbox.binFolder(folder);
  const meanwhile = () => world.clock.advance(timing.handlerSeconds * 1000);
  world.graph.fail({ on: { operation: 'create', mailbox: target }, times: Infinity, meanwhile });
  await reconcile();
  const next = mailbox.findFolder(['Company'])?.id ?? '';
  expect(mailbox.contactsIn(next)).toHaveLength(30);
});
