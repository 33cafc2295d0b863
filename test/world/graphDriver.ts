import type { Contact } from '../../shared/domain/contact.ts';

type Json = Readonly<Record<string, unknown>>;

const immutableIds = 'IdType="ImmutableId"';

/** Graph as an admin or a user would drive it: through its own API, with a token of its own. */
export interface GraphDriver {
  /** @throws with the method, path and status when Graph does not answer 2xx */
  call<Answer = Json>(method: string, path: string, body?: unknown): Promise<Answer>;
  /** The simulator's controls, without a token. */
  control<Answer = Json>(method: string, path: string, body?: unknown): Promise<Answer>;
  /** Many requests of one kind, 20 a batch. */
  batch(requests: readonly { method: string; url: string; body?: unknown }[]): Promise<Json[]>;
  addUser(name: string, properties?: Json): Promise<string>;
  addGroup(name: string, memberIds: readonly string[]): Promise<string>;
  /** Makes the folders of a path and resolves with the id of the last. */
  addFolder(userId: string, path: string): Promise<string>;
  findFolder(userId: string, name: string): Promise<string | undefined>;
  /** Every contact of a folder, all pages. */
  readContacts(userId: string, folderId: string, query?: string): Promise<Json[]>;
}

/** @param tenantId the first tenant unless given; of the controls, whose paths name one */
export async function openGraph(url: string, app = 'test', tenantId?: string): Promise<GraphDriver> {
  const query = new URLSearchParams({ app, ...(tenantId && { tenant: tenantId }) });
  const { access_token: token } = (await (await fetch(`${url}/_simulator/token?${query}`)).json()) as {
    access_token: string;
  };
  return { call, control, batch, addUser, addGroup, addFolder, findFolder, readContacts };

  async function send(
    method: string,
    address: string,
    body: unknown,
    headers: Record<string, string>,
  ): Promise<unknown> {
    const answer = await fetch(address, {
      method,
      headers: { ...headers, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${address} answered ${answer.status}: ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }

  async function call<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
    const address = path.startsWith('http') ? path : `${url}/v1.0${path}`;
    const headers = { Authorization: `Bearer ${token}`, Prefer: immutableIds, ConsistencyLevel: 'eventual' };
    return (await send(method, address, body, headers)) as Answer;
  }

  async function control<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
    return (await send(method, `${url}/_simulator${path}`, body, {})) as Answer;
  }

  async function batch(requests: readonly { method: string; url: string; body?: unknown }[]): Promise<Json[]> {
    const bodies: Json[] = [];
    for (let start = 0; start < requests.length; start += 20) {
      const part = requests.slice(start, start + 20).map((request, index) => ({
        id: String(index),
        headers: { 'Content-Type': 'application/json', Prefer: immutableIds },
        ...request,
      }));
      const { responses } = await call<{ responses: { id: string; status: number; body: Json }[] }>('POST', '/$batch', {
        requests: part,
      });
      const refused = responses.find(({ status }) => status >= 300);
      if (refused) throw new Error(`a batched request was refused: ${JSON.stringify(refused)}`);
      responses.sort((left, right) => Number(left.id) - Number(right.id));
      bodies.push(...responses.map(({ body }) => body));
    }
    return bodies;
  }

  async function addUser(name: string, properties: Json = {}): Promise<string> {
    const address = `${name}@contoso.example`;
    const user = await call<{ id: string }>('POST', '/users', {
      displayName: name,
      userPrincipalName: address,
      mail: address,
      accountEnabled: true,
      ...properties,
    });
    return user.id;
  }

  async function addGroup(name: string, memberIds: readonly string[]): Promise<string> {
    const { id } = await call<{ id: string }>('POST', '/groups', { displayName: name, mailNickname: name });
    for (const member of memberIds) {
      await call('POST', `/groups/${id}/members/$ref`, { '@odata.id': `${url}/v1.0/directoryObjects/${member}` });
    }
    return id;
  }

  async function addFolder(userId: string, path: string): Promise<string> {
    let parent = `/users/${userId}/contactFolders`;
    let folderId = '';
    for (const displayName of path.split('/')) {
      const { value } = await call<{ value: { id: string; displayName: string }[] }>('GET', `${parent}?$top=100`);
      const found = value.find(folder => folder.displayName === displayName);
      folderId = (found ?? (await call<{ id: string }>('POST', parent, { displayName }))).id;
      parent = `/users/${userId}/contactFolders/${folderId}/childFolders`;
    }
    return folderId;
  }

  async function findFolder(userId: string, name: string): Promise<string | undefined> {
    const { value } = await call<{ value: { id: string; displayName: string }[] }>(
      'GET',
      `/users/${userId}/contactFolders?$top=100`,
    );
    return value.find(({ displayName }) => displayName === name)?.id;
  }

  async function readContacts(userId: string, folderId: string, query = ''): Promise<Json[]> {
    const contacts: Json[] = [];
    let next: string | undefined = `/users/${userId}/contactFolders/${folderId}/contacts?$top=999${query}`;
    while (next !== undefined) {
      const page: { value: Json[]; '@odata.nextLink'?: string } = await call('GET', next);
      contacts.push(...page.value);
      next = page['@odata.nextLink'];
    }
    return contacts;
  }
}

/** A contact as a test names it, in the shape that Graph takes. */
export function graphContact({ birthday, ...fields }: Contact): Json {
  return birthday === undefined ? fields : { ...fields, birthday: `${birthday}T00:00:00Z` };
}
