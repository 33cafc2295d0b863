import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseSettings } from '../../../shared/settings/settings.ts';
import { readCsvContacts } from '../../../shared/sources/csv/readContacts.ts';
import { startGraphSimulator } from '../graph-simulator/index.ts';
import { readSettings } from '../settings.ts';
import { projectDirectory } from '../start/plan.ts';
import { SAMPLE_SETTINGS_FILE } from '../startServices.ts';
import { partnersFile } from './partnersFile.ts';
import { generatePeople } from './people.ts';
import { sampleTenant, seedSampleTenant } from './seed.ts';

interface Row {
  id: string;
  displayName: string;
  userPrincipalName: string;
  mail: string | null;
  accountEnabled: boolean;
  emailAddresses: { address: string }[];
}

interface MailboxContent {
  contacts: Row[];
  folders: Record<string, Row[]>;
}

/** A seeded tenant as Graph shows it, without what differs from simulator to simulator. */
interface TenantContent {
  users: Row[];
  members: Record<string, string[]>;
  mailboxes: Record<string, MailboxContent>;
}

async function seedAndRead(): Promise<TenantContent> {
  const simulator = await startGraphSimulator();
  const { access_token: token } = simulator.issueToken('test');

  async function read(path: string): Promise<Row[]> {
    const headers = { Authorization: `Bearer ${token}`, ConsistencyLevel: 'eventual' };
    const response = await fetch(`${simulator.url}/v1.0${path}`, { headers });
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
    const { value } = (await response.json()) as { value: Row[] };
    return value;
  }

  async function readMailbox(user: string): Promise<MailboxContent> {
    const folders = await read(`/users/${user}/contactFolders?$top=100`);
    const contents = folders.map(async ({ id, displayName }) => {
      return [displayName, await read(`/users/${user}/contactFolders/${id}/contacts?$top=999`)] as const;
    });
    return {
      contacts: await read(`/users/${user}/contacts?$top=999`),
      folders: Object.fromEntries(await Promise.all(contents)),
    };
  }

  try {
    await seedSampleTenant(simulator.url);
    const users = await read('/users?$top=999&$select=id,displayName,userPrincipalName,mail,accountEnabled');
    const members: Record<string, string[]> = {};
    for (const group of await read('/groups')) {
      const found = await read(`/groups/${group.id}/transitiveMembers/microsoft.graph.user?$top=999&$count=true`);
      members[group.mail ?? ''] = found.map(user => user.userPrincipalName);
    }
    const mailboxes: Record<string, MailboxContent> = {};
    for (const user of users.filter(({ mail }) => mail !== null)) {
      mailboxes[user.userPrincipalName] = await readMailbox(user.id);
    }
    return withoutIds({ users, members, mailboxes });
  } finally {
    await simulator.close();
  }
}

function withoutIds(content: TenantContent): TenantContent {
  const own = /^(id|parentFolderId|changeKey|@odata\.etag|createdDateTime|lastModifiedDateTime)$/;
  return JSON.parse(JSON.stringify(content, (name, value) => (own.test(name) ? undefined : value)));
}

let tenant: TenantContent;

beforeAll(async () => {
  tenant = await seedAndRead();
});

function staff(): Row[] {
  return tenant.mailboxes[sampleTenant.directory]?.folders[sampleTenant.sourceFolder] ?? [];
}

test('the data are the same each time', async () => {
  expect(await seedAndRead()).toEqual(tenant);
});

test('a person looks the same whenever and wherever it is generated', () => {
  expect(generatePeople(1, 'contoso.example')).toEqual([
    expect.objectContaining({
      displayName: 'Karolann Kessler',
      jobTitle: 'Investor Accounts Liaison',
      birthday: expect.stringMatching(/^2002-10-18T/),
      emailAddresses: [{ name: 'Karolann Kessler', address: sampleTenant.firstMember }],
    }),
  ]);
});

test('the source folder holds 250 people and a private contact, each with an address of its own', () => {
  const people = staff();
  expect(people).toHaveLength(251);
  const addresses = people.flatMap(({ emailAddresses }) => emailAddresses.map(({ address }) => address));
  expect(new Set(addresses).size).toBe(addresses.length);
});

test.each(['Latin', 'Cyrillic', 'Greek', 'Han', 'Hangul', 'Arabic', 'Hebrew', 'Devanagari', 'Thai'])(
  'several names are written in %s script',
  script => {
    const inScript = new RegExp(`^[\\p{Script=${script}}\\p{M}\\s]+$`, 'u');
    expect(staff().filter(({ displayName }) => inScript.test(displayName)).length).toBeGreaterThanOrEqual(10);
  },
);

test.each([
  'yomiGivenName',
  'businessPhones',
  'mobilePhone',
  'jobTitle',
  'department',
  'businessAddress',
  'homeAddress',
  'birthday',
  'personalNotes',
  'categories',
  'imAddresses',
])('some people have a %s', field => {
  const isFilled = (value: unknown) => value !== null && Object.keys(Object(value)).length > 0;
  const filled = staff().filter(person => isFilled(Object.entries(person).find(([name]) => name === field)?.[1]));
  expect(filled.length).toBeGreaterThanOrEqual(5);
});

test('the sample settings reach 25 mailboxes, past a nested group, exclusions, a disabled and a mailbox-less user', async () => {
  const { lists } = parseSettings(await readSettings(SAMPLE_SETTINGS_FILE), '.');
  const { sources, targets } = lists[0] ?? {};
  expect(sources).toMatchObject([{ mailbox: sampleTenant.directory, folders: [sampleTenant.sourceFolder] }]);
  const membersOf = (groups: readonly string[] = []) => groups.flatMap(group => tenant.members[group] ?? []);
  const excluded = [...membersOf(targets?.exclude.groups), ...(targets?.exclude.mailboxes ?? [])];
  const included = membersOf(targets?.groups);
  expect(excluded).toHaveLength(3);
  expect(included).toEqual(expect.arrayContaining(excluded));
  const users = tenant.users.filter(
    user => included.includes(user.userPrincipalName) && !excluded.includes(user.userPrincipalName),
  );
  expect(users.filter(({ mail }) => mail === null)).toHaveLength(1);
  expect(users.filter(({ accountEnabled }) => !accountEnabled)).toHaveLength(1);
  expect(users.filter(({ mail, accountEnabled }) => mail !== null && accountEnabled)).toHaveLength(25);
  expect(Object.values(tenant.members).map(({ length }) => length)).toEqual([30, 10, 2]);
});

test('three of the partners in the file are colleagues too, whom the list "partners" joins with the directory', async () => {
  const { lists } = parseSettings(await readSettings(SAMPLE_SETTINGS_FILE), '.');
  const [directory, file] = lists[1]?.sources ?? [];
  if (directory?.kind !== 'directory' || file?.kind !== 'csv') throw new Error('The list has other sources');
  const { contacts } = await readCsvContacts(await readFile(join(projectDirectory, partnersFile)), file);
  const addresses = contacts.map(({ contact }) => contact?.emailAddresses?.[0]?.address ?? '');
  const colleagues = directory.groups.flatMap(group => tenant.members[group] ?? []);
  expect([addresses.length, addresses.filter(address => colleagues.includes(address)).length]).toEqual([15, 3]);
  const owners = contacts.flatMap(({ contact }) => contact?.owners ?? []);
  expect(owners).toHaveLength(1);
  expect(colleagues).toEqual(expect.arrayContaining(owners));
});

test('users have contacts and folders of their own, one of them under the name of the destination', () => {
  const users = Object.entries(tenant.mailboxes).filter(([address]) => address !== sampleTenant.directory);
  const own = users.filter(([, { contacts }]) => contacts.length > 0);
  expect(own.map(([, { contacts }]) => contacts.length)).toEqual([6, 12, 3]);
  const folders = users.flatMap(([, mailbox]) => Object.entries(mailbox.folders));
  expect(Object.fromEntries(folders.map(([name, contacts]) => [name, contacts.length]))).toEqual({
    'Football club': 11,
    Family: 5,
    Customers: 24,
    'Company Contacts': 5,
    'Global Contacts': 250,
  });
});
