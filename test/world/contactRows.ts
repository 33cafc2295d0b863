import type { GraphDriver } from './graphDriver.ts';

type Json = Readonly<Record<string, unknown>>;

const texts = `assistantName businessHomePage companyName department displayName fileAs generation givenName initials
  jobTitle manager middleName mobilePhone nickName officeLocation personalNotes profession spouseName surname title
  yomiCompanyName yomiGivenName yomiSurname`.split(/\s+/);
const lists = ['businessPhones', 'categories', 'children', 'homePhones', 'imAddresses'];
const addresses = ['businessAddress', 'homeAddress', 'otherAddress'];

/** Of a birthday the nearest midnight counts. */
const halfADay = 43_199_000;

/**
 * What a contact says, whoever wrote it: without what is unset (null, "", [] or {}) and without what Graph adds; a
 * birthday is its date. Fields come in one order, so that equal contacts give equal JSON. Written apart from the
 * product's own reading of contacts, since it checks that.
 */
export function contentOf(row: Json): Json {
  const content: Record<string, unknown> = {};
  for (const name of texts) {
    if (row[name]) content[name] = row[name];
  }
  for (const name of lists) {
    const values = (row[name] ?? []) as readonly unknown[];
    if (values.length > 0) content[name] = values;
  }
  for (const name of addresses) {
    const parts = Object.entries(row[name] ?? {}).filter(([, part]) => part);
    if (parts.length > 0) content[name] = Object.fromEntries(parts.sort(([left], [right]) => (left < right ? -1 : 1)));
  }
  const emails = (row.emailAddresses ?? []) as readonly Json[];
  if (emails.length > 0) content.emailAddresses = emails.map(({ name, address }) => ({ name, address }));
  if (row.birthday) content.birthday = new Date(Date.parse(String(row.birthday)) + halfADay).toISOString().slice(0, 10);
  return content;
}

/** Contents as JSON, in an order that does not depend on the folder's. */
export function contentsOf(rows: readonly Json[]): string[] {
  return rows.map(row => JSON.stringify(contentOf(row))).sort();
}

/** A row without what changes when nothing is written to it: the links that name the request. */
export function rowById(rows: readonly Json[]): Map<string, Json> {
  return new Map(rows.map(row => [String(row.id), row]));
}

/** What the contacts of a mailbox's folder say, in an order of their own; undefined without such a folder. */
export async function contentsOfFolder(
  graph: GraphDriver,
  userId: string,
  name: string,
): Promise<readonly Json[] | undefined> {
  const folderId = await graph.findFolder(userId, name);
  if (folderId === undefined) return undefined;
  const contents = contentsOf(await graph.readContacts(userId, folderId));
  return contents.map(content => JSON.parse(content) as Json);
}

/** The names of the contact folders at a mailbox's root. */
export async function folderNames(graph: GraphDriver, userId: string): Promise<string[]> {
  const path = `/users/${userId}/contactFolders?$top=100`;
  const { value } = await graph.call<{ value: { displayName: string }[] }>('GET', path);
  return value.map(({ displayName }) => displayName).sort();
}

export async function addContact(graph: GraphDriver, userId: string, folderId: string, fields: Json): Promise<string> {
  const { id } = await graph.call<{ id: string }>(
    'POST',
    `/users/${userId}/contactFolders/${folderId}/contacts`,
    fields,
  );
  return id;
}

export async function patchContact(graph: GraphDriver, userId: string, id: string, fields: Json): Promise<void> {
  await graph.call('PATCH', `/users/${userId}/contacts/${id}`, fields);
}
