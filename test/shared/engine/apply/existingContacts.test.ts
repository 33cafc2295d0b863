import type { Contact } from '../../../../shared/domain/contact.ts';
import { createWorld, listOf, type World } from '../world.ts';

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
  emailAddresses: [{ address: 'ADA@contoso.com' }],
};
const list = (changes: Record<string, unknown> = {}) =>
  listOf({ existing: 'adoptInFolder', destination: { folder: 'Company' }, ...changes });

function openWorld(changes: Record<string, unknown> = {}) {
  const world = createWorld(list(changes));
  const [target = ''] = world.addTargets(1);
  const mailbox = world.graph.mailbox(target);
  const folder = mailbox.addFolder('Company');
  return { world, target, mailbox, folder };
}

function contactOf(world: World, target: string, id: string): Contact | undefined {
  return world.graph.mailbox(target).contacts.get(id)?.contact;
}

describe("a user's own contact with an address of the source", () => {
  test('is taken over in the folder with what the source has, and keeps what it does not have', async () => {
    const { world, target, mailbox, folder } = openWorld();
    const id = mailbox.add(folder, own);
    world.source.add(world.sourceFolder, ada);
    await world.sync();
    expect(mailbox.contactsIn(folder)).toHaveLength(1);
    expect(contactOf(world, target, id)).toEqual({
      ...ada,
      emailAddresses: own.emailAddresses,
      personalNotes: 'met in Turin',
      categories: ['Friends', 'Company'],
    });
    expect((await world.latestRun())?.contacts).toEqual({ created: 0, updated: 0, deleted: 0, failed: 0, adopted: 1 });
    world.takeCalls();
    await world.sync();
    expect(world.takeCalls(target)).toEqual([]);
  });

  test('is given back as it was when the source removes it', async () => {
    const { world, target, mailbox, folder } = openWorld();
    const id = mailbox.add(folder, own);
    const atSource = world.source.add(world.sourceFolder, ada);
    await world.sync();
    world.source.remove(atSource);
    await world.sync();
    expect(contactOf(world, target, id)).toEqual(own);
    expect(mailbox.contacts.get(id)?.stamp).toBeUndefined();
    expect(await world.ledger(target)).toEqual([]);
    expect((await world.latestRun())?.contacts).toMatchObject({ deleted: 0, givenBack: 1 });
  });
});
