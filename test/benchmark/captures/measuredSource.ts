import { openSourceFiles } from '../../../shared/blobs/sourceFiles.ts';
import { type LocalExchangeServer, startExchangeServer } from '../../local/exchange-server/index.ts';
import type { StoredFields } from '../../local/exchange-server/mailboxes.ts';
import { startPglite } from '../../local/postgres/postgresServer.ts';
import type { World } from '../../world/world.ts';
import { type MadePerson, makePeople } from './people.ts';

/** A source full of contacts, and the ten changes that the second capture finds. */
export interface MeasuredSource {
  /** As a list's settings name it. */
  readonly source: Readonly<Record<string, unknown>>;
  readonly settings: Readonly<Record<string, string>>;
  /** Eight new phone numbers, a joiner and a leaver. */
  change(): Promise<void>;
  close(): Promise<void>;
}

export type MakeSource = (world: World, contacts: number) => Promise<MeasuredSource>;

const changedNumber = '+1 555 0100';
const newNumbers = 8;

export async function makeDirectory({ graph }: World, contacts: number): Promise<MeasuredSource> {
  const created = await graph.batch(
    makePeople(contacts).map(person => ({ method: 'POST', url: '/users', body: userOf(person) })),
  );
  const ids = created.map(({ id }) => String(id));
  return {
    source: { kind: 'directory' },
    settings: {},
    async change() {
      for (const id of ids.slice(0, newNumbers)) {
        await graph.call('PATCH', `/users/${id}`, { mobilePhone: changedNumber });
      }
      await graph.call('DELETE', `/users/${ids.at(-1)}`);
      await graph.call('POST', '/users', userOf(joiner(contacts)));
    },
    close: async () => {},
  };
}

function userOf({ name, first, last, address, phone, mobile, title, department, city }: MadePerson) {
  return {
    displayName: name,
    userPrincipalName: address,
    mail: address,
    givenName: first,
    surname: last,
    businessPhones: [phone],
    mobilePhone: mobile,
    jobTitle: title,
    department,
    city,
  };
}

export async function makeCsv(world: World, contacts: number): Promise<MeasuredSource> {
  const files = openSourceFiles({ connectionString: world.settings().AzureWebJobsStorage ?? '' });
  const blob = 'people.csv';
  const upload = async (people: readonly MadePerson[]): Promise<void> => {
    await files.replace(blob, Buffer.from(csvOf(people)), await files.findEtag(blob));
  };
  await upload(makePeople(contacts));
  return {
    source: { kind: 'csv', blob },
    settings: {},
    change: () => upload(changed(contacts)),
    close: async () => {},
  };
}

function csvOf(people: readonly MadePerson[]): string {
  const header =
    'First Name,Last Name,Display Name,Company,Department,Job Title,Business City,Business Phone,Mobile Phone,E-mail Address';
  const rows = people.map(({ first, last, name, company, department, title, city, phone, mobile, address }) =>
    [first, last, name, company, department, title, city, phone, mobile, address].map(text => `"${text}"`).join(','),
  );
  return `${[header, ...rows].join('\r\n')}\r\n`;
}

export async function makeDatabase(_world: World, contacts: number): Promise<MeasuredSource> {
  const server = await startPglite();
  const { host, port, user, password, database, ca } = server;
  await server.run(
    `CREATE TABLE people (id integer PRIMARY KEY, display_name text, given_name text, surname text, company_name text,
       department text, job_title text, city text, business_phone text, mobile_phone text, email text)`,
  );
  await server.run(`INSERT INTO people VALUES ${makePeople(contacts).map(rowOf).join()}`);
  return {
    source: {
      kind: 'sql',
      connection: 'crm',
      query: 'SELECT * FROM people',
      key: 'id',
      columns: { 'businessAddress.city': 'city' },
    },
    settings: {
      CONNECTIONS: JSON.stringify({
        crm: { kind: 'postgres', host, port, database, user, passwordSecret: 'password', caSecret: 'ca' },
      }),
      LOCAL_SECRETS: JSON.stringify({ password, ca }),
    },
    async change() {
      await server.run(`UPDATE people SET mobile_phone = '${changedNumber}' WHERE id < ${newNumbers};
        DELETE FROM people WHERE id = ${contacts - 1};
        INSERT INTO people VALUES ${rowOf(joiner(contacts), contacts)};`);
    },
    close: () => server.stop(),
  };
}

function rowOf(
  { name, first, last, company, department, title, city, phone, mobile, address }: MadePerson,
  id: number,
) {
  const texts = [name, first, last, company, department, title, city, phone, mobile, address];
  return `(${id}, ${texts.map(text => `'${text}'`).join()})`;
}

export function makeExchangeMailbox(_world: World, contacts: number): Promise<MeasuredSource> {
  return makeExchange(contacts, ({ mailboxes }) => ({ id: mailboxes.addMailbox(exchangeMailbox).contacts }));
}

export function makePublicFolder(_world: World, contacts: number): Promise<MeasuredSource> {
  return makeExchange(contacts, ({ mailboxes }) => {
    mailboxes.addMailbox(exchangeMailbox);
    const id = mailboxes.addFolder(mailboxes.publicRoot, 'Customers');
    return { id, source: { publicFolders: true, folders: ['Customers'] } };
  });
}

const exchangeMailbox = 'directory@contoso.example';

async function makeExchange(
  contacts: number,
  makeFolder: (server: LocalExchangeServer) => { readonly id: string; readonly source?: object },
): Promise<MeasuredSource> {
  const login = { user: 'reader', password: 'secret' };
  const server = await startExchangeServer({ ...login, mailbox: exchangeMailbox });
  const { id, source } = makeFolder(server);
  const { mailboxes } = server;
  const ids = makePeople(contacts).map(person => mailboxes.addContact(id, itemOf(person)));
  const { user } = login;
  return {
    source: {
      ...{ kind: 'exchangeServer', connection: 'onprem', mailbox: exchangeMailbox, folders: ['contacts'] },
      ...source,
    },
    settings: {
      CONNECTIONS: JSON.stringify({
        onprem: { kind: 'exchangeServer', url: server.url, user, passwordSecret: 'password', caSecret: 'ca' },
      }),
      LOCAL_SECRETS: JSON.stringify({ password: login.password, ca: server.ca }),
    },
    async change() {
      for (const item of ids.slice(0, newNumbers)) {
        mailboxes.changeContact(id, item, { phones: { MobilePhone: changedNumber } });
      }
      mailboxes.removeContact(id, ids.at(-1) ?? '');
      mailboxes.addContact(id, itemOf(joiner(contacts)));
    },
    close: () => server.close(),
  };
}

function itemOf({ name, first, last, company, department, title, city, phone, mobile, address }: MadePerson) {
  return {
    texts: {
      DisplayName: name,
      GivenName: first,
      Surname: last,
      CompanyName: company,
      Department: department,
      JobTitle: title,
    },
    phones: { BusinessPhone: phone, MobilePhone: mobile },
    emails: [{ address, name }],
    addresses: { Business: { City: city } },
  } satisfies StoredFields;
}

function joiner(number: number): MadePerson {
  return makePeople(number + 1).at(-1) as MadePerson;
}

function changed(contacts: number): MadePerson[] {
  const people = makePeople(contacts).map((person, index) =>
    index < newNumbers ? { ...person, mobile: changedNumber } : person,
  );
  return [...people.slice(0, -1), joiner(contacts)];
}
