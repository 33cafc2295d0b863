import { z } from 'zod';
import { type BatchRequest, connectToSimulator, type SendBatches } from './graphBatches.ts';
import { generatePeople, type Person } from './people.ts';
import { portrait } from './portrait.ts';

/**
 * The sample company. `CONTACT_LISTS` in local.settings.sample.json names its source, its group and its exclusions.
 * Of the group's 30 members 25 receive the list: two are left out by the excluded group, one by its address, one has
 * no mailbox and one's account is disabled.
 */
export const sampleTenant = {
  domain: 'contoso.example',
  directory: 'directory@contoso.example',
  sourceFolder: 'Staff',
  /** A target with contacts of her own. */
  firstMember: 'karolann.kessler@contoso.example',
  people: 250,
  members: 30,
  targets: 25,
  /** How many of the staff have a photo. */
  photos: 8,
} as const;

const { domain } = sampleTenant;

/** The group of all members, one inside it, and the one that the settings exclude. */
const groups = [
  { displayName: 'Everyone', mailNickname: 'everyone' },
  { displayName: 'Regional offices', mailNickname: 'regional-offices' },
  { displayName: 'Contractors', mailNickname: 'contractors' },
];

/** Positions among the members. The nested group holds those from `nestedFrom` on. */
const nestedFrom = 20;
const withoutMailbox = 24;
const disabled = 25;
const contractors = [22, 28];
/** Excluded by its address, which is the sample settings'. */
const frontDesk = { position: 29, alias: 'front-desk', displayName: 'Front desk' };

/** Marked private in Outlook (PidTagSensitivity 2), so that it arrives nowhere. */
const privateContact = {
  displayName: 'Works council, confidential',
  emailAddresses: [{ name: 'Works council', address: `works-council@${domain}` }],
  singleValueExtendedProperties: [{ id: 'Integer 0x36', value: '2' }],
};

/** What users have of their own and nobody may touch, by their position among the members. */
const ownContacts: readonly { position: number; folder: string | undefined; count: number }[] = [
  { position: 0, folder: undefined, count: 6 },
  { position: 3, folder: undefined, count: 12 },
  { position: 5, folder: 'Football club', count: 11 },
  { position: 8, folder: undefined, count: 3 },
  { position: 8, folder: 'Family', count: 5 },
  { position: 21, folder: 'Customers', count: 24 },
  { position: 13, folder: 'Company Contacts', count: 4 },
];

/** A colleague whom a member typed in by hand: the sample's list takes that contact over. */
const colleague = { position: 13, person: 5, notes: 'Sails. Call before ten.' };

/**
 * What another tool left in a member's folder, for infra/docs/existing.md to take over: the staff as they were, with who
 * is gone since and without who is new.
 */
const otherTool = { position: 9, folder: 'Global Contacts', category: 'GAL Sync' };

const createdSchema = z.object({ id: z.string() });
const userSchema = createdSchema.extend({ userPrincipalName: z.string() });
const anything = z.unknown();
type Created = z.infer<typeof createdSchema>;

type User = z.infer<typeof userSchema>;

/**
 * Fills the tenant of a Graph simulator with the sample company, through Graph's own API: the same at every call but
 * for the ids, which the simulator gives. The tenant must not have it yet.
 */
export async function seedSampleTenant(graphUrl: string): Promise<void> {
  const send = await connectToSimulator(graphUrl, 'sample-tenant');
  const people = generatePeople(sampleTenant.people, domain);
  const members = await createUsers(send, people);
  await createGroups(send, members);
  const staff = await createContacts(send, sampleTenant.directory, sampleTenant.sourceFolder, [
    ...people,
    privateContact,
  ]);
  await setPhotos(send, staff.slice(0, sampleTenant.photos));
  const friends = generatePeople(sampleTenant.people + 100, 'elsewhere.example').slice(sampleTenant.people);
  for (const { position, folder, count } of ownContacts) {
    const known = position === colleague.position ? typedIn(people[colleague.person]) : [];
    const contacts = [...friends.splice(0, count), ...known];
    await createContacts(send, members[position]?.userPrincipalName ?? '', folder, contacts);
  }
  const formerly = [...people.slice(0, -1), ...friends.splice(0, 1)].map(writtenByOtherTool);
  await createContacts(send, members[otherTool.position]?.userPrincipalName ?? '', otherTool.folder, formerly);
}

/** It knew fewer fields, and found its contacts again by what it filed them as. */
function writtenByOtherTool({ givenName, surname, displayName, emailAddresses, jobTitle }: Person, index: number) {
  const fileAs = `gal-${String(index).padStart(6, '0')}`;
  const names = { givenName, surname, displayName, fileAs };
  return { ...names, emailAddresses, jobTitle, categories: [otherTool.category] };
}

function typedIn(person: Person | undefined): Person[] {
  if (!person) return [];
  const { givenName, surname, emailAddresses } = person;
  const displayName = `${givenName} (office)`;
  return [{ givenName, surname, displayName, emailAddresses, personalNotes: colleague.notes, categories: ['Friends'] }];
}

/** The directory's mailbox and the members, who are the first of the staff. Resolves with the members. */
async function createUsers(send: SendBatches, people: readonly Person[]): Promise<User[]> {
  const directory = { displayName: 'Company directory', userPrincipalName: sampleTenant.directory };
  const users = [directory, ...people.slice(0, sampleTenant.members).map(memberUser)];
  const made = await send(
    users.map(user => post('/users', user)),
    userSchema,
  );
  return made.slice(1);
}

function memberUser(person: Person, position: number) {
  const { givenName, surname, displayName } = person;
  if (position === frontDesk.position) {
    return { displayName: frontDesk.displayName, userPrincipalName: `${frontDesk.alias}@${domain}` };
  }
  return {
    givenName,
    surname,
    displayName,
    userPrincipalName: person.emailAddresses[0]?.address ?? '',
    ...(position === withoutMailbox && { mail: null }),
    ...(position === disabled && { accountEnabled: false }),
  };
}

async function createGroups(send: SendBatches, members: readonly User[]): Promise<void> {
  const [everyone, nested, excluded] = await send(
    groups.map(group => post('/groups', group)),
    createdSchema,
  );
  await send(
    [
      ...members.slice(0, nestedFrom).map(member => addMember(everyone, member)),
      addMember(everyone, nested),
      ...members.slice(nestedFrom).map(member => addMember(nested, member)),
      ...contractors.map(position => addMember(excluded, members[position])),
    ],
    anything,
  );
}

export async function createContacts(
  send: SendBatches,
  mailbox: string,
  folder: string | undefined,
  contacts: readonly object[],
): Promise<Created[]> {
  const folders = `/users/${mailbox}/contactFolders`;
  const [made] = folder ? await send([post(folders, { displayName: folder })], createdSchema) : [];
  return send(
    contacts.map(contact => post(`${folders}/${made?.id ?? 'contacts'}/contacts`, contact)),
    createdSchema,
  );
}

/** Each of another colour. */
async function setPhotos(send: SendBatches, contacts: readonly Created[]): Promise<void> {
  const requests = contacts.map(({ id }, index): BatchRequest => {
    const photo = portrait(110 + 12 * index, 40 + 25 * index, 215 - 25 * index);
    const url = `/users/${sampleTenant.directory}/contacts/${id}/photo/$value`;
    return { method: 'PUT', url, body: photo.toString('base64'), contentType: 'image/jpeg' };
  });
  await send(requests, anything);
}

function addMember(to: { id: string } | undefined, member: { id: string } | undefined): BatchRequest {
  const reference = { '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${member?.id}` };
  return post(`/groups/${to?.id}/members/$ref`, reference);
}

function post(url: string, body: unknown): BatchRequest {
  return { method: 'POST', url, body };
}
