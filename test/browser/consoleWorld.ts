import type { SamplePerson } from '../local/functions-host/signIn.ts';
import { startOutsideSources } from '../local/outsideSources.ts';
import { type Host, startWorld, until, type World } from '../world/world.ts';

/** A tenant with something to see on every screen of the console, and people to sign in as. */
export interface ConsoleWorld {
  readonly world: World;
  readonly host: Host;
  /** Gives a contact of the staff another name at the source. */
  rename(displayName: string): Promise<void>;
  /** Makes a folder with contacts in the mailbox that lists read. */
  addSource(folder: string, names: readonly string[]): Promise<SourceFolder>;
  /** Deletes a contact of the staff at the source, lets that arrive, and resolves with its address. */
  removeColleague(): Promise<string>;
  /** Object ids by name. */
  readonly users: Readonly<Record<Person | Receiver, string>>;
  stop(): Promise<void>;
}

/** A folder that a list reads, as whoever keeps it. */
export interface SourceFolder {
  rename(index: number, displayName: string): Promise<void>;
  /** The first so many. */
  remove(count: number): Promise<void>;
}

const people = ['admin', 'operator', 'reader', 'employee', 'keeper'] as const;
export type Person = (typeof people)[number];
const receivers = ['ada', 'bob', 'full', 'unlicensed'] as const;
type Receiver = (typeof receivers)[number];

export const listName = 'Staff <b>& friends</b>';
export const markup = '<img src=x onerror="document.title=1">';
export const formula = '=HYPERLINK("http://contoso.example")';
export const contacts = 60;
export const held = 12;

const source = { mailbox: 'directory@contoso.example' };
const lists = [
  {
    id: 'staff',
    name: listName,
    source: { ...source, folders: ['Staff'] },
    targets: { groups: ['everyone@contoso.example'] },
    destination: { folder: 'Company' },
  },
  {
    id: 'partners',
    name: 'Partners',
    operators: ['keepers@contoso.example'],
    source: { ...source, folders: ['Partners'] },
    targets: { mailboxes: ['ada@contoso.example', 'bob@contoso.example'] },
    destination: { folder: 'Partners' },
    safeguards: { maxRemovalShare: 0.2, maxRemovals: 3 },
  },
  {
    id: 'press',
    name: 'Press',
    source: { ...source, folders: ['Partners'] },
    targets: { mailboxes: ['employee@contoso.example'] },
    destination: { folder: 'Press' },
    choice: 'optOut',
    safeguards: { maxRemovalShare: 1 },
  },
  {
    id: 'lost',
    name: 'Lost folder',
    source: { ...source, folders: ['Nowhere'] },
    targets: { mailboxes: ['ada@contoso.example'] },
    destination: { folder: 'Lost' },
  },
  {
    id: 'resting',
    name: 'Nobody_breaks_this_name_into_lines_and_it_is_longer_than_a_column_has_room_for',
    enabled: false,
    source: { ...source, folders: ['Staff'] },
    targets: { mailboxes: ['ada@contoso.example'] },
    destination: { folder: 'R' },
  },
];

/** Starts it, and lets it run until there is a hold, a list in error and a mailbox that fails. */
export async function startConsoleWorld(): Promise<ConsoleWorld> {
  const [world, outside] = await Promise.all([startWorld({ lists, quietHosts: true }), startOutsideSources()]);
  const { graph } = world;
  const users = Object.fromEntries(
    await Promise.all([...people, ...receivers].map(async name => [name, await graph.addUser(name)] as const)),
  ) as ConsoleWorld['users'];
  const directory = await graph.addUser('directory');
  await graph.addGroup(
    'everyone',
    [...people, ...receivers].map(name => users[name]),
  );
  await graph.addGroup('keepers', [users.keeper]);
  await graph.control('POST', `/mailboxes/${users.full}/state`, { state: 'overQuota' });
  await graph.control('POST', `/mailboxes/${users.unlicensed}/state`, { state: 'notEnabled' });
  const staff = await addContacts(world, directory, 'Staff', staffNames());
  const partners = await addContacts(world, directory, 'Partners', numbered('Partner', 20));
  world.configure({ ...outside.values, ...signInSettings(users) });
  const host = await world.startHost();
  await host.runSchedule();
  await graph.batch(
    partners.slice(0, held).map(id => ({ method: 'DELETE', url: `/users/${directory}/contacts/${id}` })),
  );
  await host.runSchedule();
  await until(async () => ((await failures(host)) > 0 ? true : undefined));
  const rename = async (displayName: string) => {
    await graph.call('PATCH', `/users/${directory}/contacts/${staff.at(-1)}`, { displayName });
  };
  const removeColleague = async () => {
    const gone = 20;
    await graph.call('DELETE', `/users/${directory}/contacts/${staff[gone]}`);
    await host.runSchedule();
    return String(staffNames()[gone]?.emailAddresses?.[0]?.address);
  };
  const stop = async () => void (await Promise.all([world.stop(), outside.close()]));
  return { world, host, users, rename, addSource, removeColleague, stop };

  async function addSource(folder: string, names: readonly string[]): Promise<SourceFolder> {
    const ids = await addContacts(
      world,
      directory,
      folder,
      names.map(displayName => ({ displayName })),
    );
    const url = `/users/${directory}/contacts`;
    return {
      rename: async (index, displayName) => {
        await graph.call('PATCH', `${url}/${ids[index]}`, { displayName });
      },
      remove: async count => {
        await graph.batch(ids.slice(0, count).map(id => ({ method: 'DELETE', url: `${url}/${id}` })));
      },
    };
  }
}

async function failures(host: Host): Promise<number> {
  const { mailboxes } = (await (await host.call('GET', '/api/lists/staff')).json()) as {
    mailboxes: { failed: number; waiting: number };
  };
  return mailboxes.failed + mailboxes.waiting;
}

interface NewContact {
  readonly displayName: string;
  readonly emailAddresses?: readonly { readonly address: string }[];
}

function staffNames(): NewContact[] {
  const named = [
    { displayName: markup, companyName: markup },
    { displayName: formula },
    { displayName: 'Works council', singleValueExtendedProperties: [{ id: 'Integer 0x36', value: '2' }] },
  ];
  return [...named, ...numbered('Colleague', contacts - named.length)];
}

function numbered(name: string, count: number): NewContact[] {
  return Array.from({ length: count }, (_, index) => ({
    displayName: `${name} ${index + 1}`,
    emailAddresses: [{ address: `${name}.${index + 1}@contoso.example`.toLowerCase() }],
  }));
}

async function addContacts(
  { graph }: World,
  mailbox: string,
  path: string,
  bodies: readonly object[],
): Promise<string[]> {
  const folder = await graph.addFolder(mailbox, path);
  const url = `/users/${mailbox}/contactFolders/${folder}/contacts`;
  const made = await graph.batch(bodies.map(body => ({ method: 'POST', url, body })));
  return made.map(({ id }) => String(id));
}

const roles: Readonly<Record<Person, readonly string[]>> = {
  admin: ['Admin'],
  operator: ['Operator'],
  reader: ['Reader'],
  employee: [],
  keeper: [],
};

function signInSettings(users: ConsoleWorld['users']): Record<string, string> {
  const signedIn = people.map(
    (name): SamplePerson => ({
      name,
      address: `${name}@contoso.example`,
      objectId: users[name],
      roles: [...roles[name]],
    }),
  );
  return {
    CONSOLE_SIGN_IN: 'entra',
    CONSOLE_TENANT_ID: '5a3b1f60-1c1e-4d0e-9f43-000000000001',
    CONSOLE_SOURCES: source.mailbox,
    WEBSITE_AUTH_ENABLED: 'true',
    LOCAL_PEOPLE: JSON.stringify(signedIn),
  };
}
