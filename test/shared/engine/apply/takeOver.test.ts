import { isDeepStrictEqual } from 'node:util';
import type { Contact } from '../../../../shared/domain/contact.ts';
import { createWorld, listOf } from '../world.ts';

const people = 600;
const mailboxes = 20;
/** Of these the tool wrote another title than the source has. */
const outdated = 10;

function person(index: number): Contact {
  return {
    displayName: `Person ${index}`,
    givenName: 'Person',
    surname: `${index}`,
    jobTitle: 'Clerk',
    businessPhones: [`+44 20 ${index}`],
    emailAddresses: [{ name: `Person ${index}`, address: `person${index}@contoso.com` }],
  };
}

/** What other tools leave on a contact to know it again. An open extension is none of its properties: Graph shows no trace. */
const tools: Record<string, (contact: Contact, index: number) => Contact> = {
  'by a category': contact => ({ ...contact, categories: ['Synced'] }),
  'by an open extension': contact => contact,
  'by a GUID in File as': (contact, index) => ({ ...contact, fileAs: `2f1c7a0e-0000-4000-8000-${index}` }),
  'by the e-mail address alone': ({ emailAddresses = [], ...contact }) => ({
    ...contact,
    emailAddresses: emailAddresses.map(({ address = '' }) => ({ address: address.toUpperCase() })),
  }),
};

test('the folder of another tool is taken over in place: nobody made, nobody deleted, only what differs written', async () => {
  const world = createWorld(listOf({ existing: 'adoptInFolder', destination: { folder: 'Synced', category: null } }));
  const targets = world.addTargets(mailboxes);
  for (let index = 0; index < people; index++) world.source.add(world.sourceFolder, person(index));
  const before = new Map<string, Contact>();
  const marks = Object.values(tools);
  for (const [position, target] of targets.entries()) {
    const mailbox = world.graph.mailbox(target);
    const folder = mailbox.addFolder('Synced');
    const mark = marks[position % marks.length] as (contact: Contact, index: number) => Contact;
    for (let index = 0; index < people; index++) {
      const contact = mark({ ...person(index), ...(index < outdated && { jobTitle: 'Apprentice' }) }, index);
      before.set(mailbox.add(folder, contact), contact);
    }
    mailbox.add(folder, { displayName: 'Left behind', emailAddresses: [{ address: 'former@contoso.com' }] });
  }
  world.takeCalls();

  await world.sync();

  const calls = world.takeCalls().filter(({ mailbox }) => targets.includes(mailbox));
  const written = calls.filter(({ operation }) => operation === 'patch');
  expect((await world.latestRun())?.contacts).toEqual({
    created: 0,
    updated: 0,
    deleted: 0,
    failed: 0,
    adopted: people * mailboxes,
  });
  expect(calls.filter(({ operation }) => ['create', 'delete', 'unstamp'].includes(operation))).toEqual([]);
  // What does not differ gets our stamp alone.
  const fields = written.map(call => call.fields?.join());
  expect(fields.filter(each => each === 'jobTitle')).toHaveLength(outdated * mailboxes);
  expect(fields.filter(each => each === '')).toHaveLength((people - outdated) * mailboxes);
  for (const target of targets) {
    const all = [...world.graph.mailbox(target).contacts.values()];
    expect(all).toHaveLength(people + 1);
    const others = all.filter(({ id, contact }) => {
      const was = before.get(id);
      return was && !isDeepStrictEqual(contact, { ...was, jobTitle: 'Clerk' });
    });
    expect(others).toEqual([]);
  }
  world.takeCalls();
  await world.sync();
  expect(world.takeCalls().filter(({ mailbox }) => targets.includes(mailbox))).toEqual([]);
});
