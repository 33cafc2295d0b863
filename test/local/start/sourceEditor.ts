import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { sampleTenant } from '../sample-tenant/seed.ts';

const contactSchema = z.object({ id: z.string(), displayName: z.string(), mobilePhone: z.string().nullable() });
const pageSchema = z.object({ value: z.array(contactSchema) });
const foldersSchema = z.object({ value: z.array(z.object({ id: z.string(), displayName: z.string() })) });
const usersSchema = z.object({
  value: z.array(z.object({ userPrincipalName: z.string(), mail: z.string().nullable() })),
});
const tokenSchema = z.object({ access_token: z.string() });

type Contact = z.infer<typeof contactSchema>;

/** What answers told of one contact. */
interface Known {
  /** Numbers that it may have: two where the last edit got no answer. */
  readonly numbers: readonly (string | null)[];
  /** `unknown` where a removal got no answer. */
  readonly presence: 'there' | 'gone' | 'unknown';
}

/** A person who edits the sample tenant's source while it may be killed, and remembers what was answered. */
export interface SourceEditor {
  /** Edits one contact after the other until the tenant is gone. */
  editUntilGone(graphUrl: string): Promise<void>;
  answered(): number;
  /** Where the source is not as answers told. */
  findContradictions(graphUrl: string): Promise<string[]>;
}

export function createSourceEditor(): SourceEditor {
  const known = new Map<string, Known>();
  let edits = 0;
  let answered = 0;

  async function edit(graph: Graph, contacts: string): Promise<void> {
    edits += 1;
    const mobilePhone = `+1 206 555 ${edits}`;
    const there = [...known].filter(([, { presence }]) => presence === 'there');
    const [id = '', before] = there[(edits * 37) % there.length] ?? [];
    if (before === undefined || edits % 3 === 0) {
      const body = { displayName: `Edited ${edits}`, mobilePhone };
      const made = contactSchema.parse(await graph('POST', contacts, body));
      known.set(made.id, { numbers: [mobilePhone], presence: 'there' });
    } else if (edits % 5 === 0) {
      known.set(id, { ...before, presence: 'unknown' });
      await graph('DELETE', `${contacts}/${id}`);
      known.set(id, { ...before, presence: 'gone' });
    } else {
      known.set(id, { ...before, numbers: [...before.numbers, mobilePhone] });
      await graph('PATCH', `${contacts}/${id}`, { mobilePhone });
      known.set(id, { ...before, numbers: [mobilePhone] });
    }
    answered += 1;
  }

  return {
    async editUntilGone(graphUrl) {
      try {
        const graph = await connect(graphUrl);
        const contacts = await findSource(graph);
        if (known.size === 0) {
          for (const { id, mobilePhone } of await readContacts(graph, contacts)) {
            known.set(id, { numbers: [mobilePhone], presence: 'there' });
          }
        }
        while (true) {
          await edit(graph, contacts);
          await wait(10);
        }
      } catch (error) {
        if (!isConnectionLost(error)) throw error;
      }
    },
    answered: () => answered,
    async findContradictions(graphUrl) {
      const graph = await connect(graphUrl);
      const contacts = await readContacts(graph, await findSource(graph));
      const found = new Map(contacts.map(contact => [contact.id, contact]));
      return [...known].flatMap(([id, { numbers, presence }]) => {
        const contact = found.get(id);
        if (!contact) return presence === 'there' ? [`${id} is gone`] : [];
        if (presence === 'gone') return [`${id} is back`];
        const { mobilePhone } = contact;
        return numbers.includes(mobilePhone) ? [] : [`${id} has ${mobilePhone} instead of ${numbers.join(' or ')}`];
      });
    },
  };
}

/** What the folders of that name hold, in order, by mailbox: each contact's name and number. */
export async function readFolders(graphUrl: string, folder: string): Promise<Map<string, string[]>> {
  const graph = await connect(graphUrl);
  const { value: users } = usersSchema.parse(await graph('GET', '/users?$top=999'));
  const contents = new Map<string, string[]>();
  for (const { userPrincipalName, mail } of users) {
    const path = mail === null ? undefined : await findContacts(graph, userPrincipalName, folder);
    if (path === undefined) continue;
    const contacts = await readContacts(graph, path);
    contents.set(
      userPrincipalName,
      contacts.map(({ displayName, mobilePhone }) => `${displayName} ${mobilePhone}`).sort(),
    );
  }
  return contents;
}

type Graph = (method: string, path: string, body?: object) => Promise<unknown>;

async function connect(graphUrl: string): Promise<Graph> {
  const answer = await fetch(`${graphUrl}/_simulator/token?app=editor`);
  const { access_token: token } = tokenSchema.parse(await answer.json());
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
  return async (method, path, body) => {
    const response = await fetch(`${graphUrl}/v1.0${path}`, {
      method,
      headers,
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path} is answered with ${response.status}`);
    return response.status === 204 ? undefined : response.json();
  };
}

/** The path of the folder's contacts, if the mailbox has the folder. */
async function findContacts(graph: Graph, mailbox: string, folder: string): Promise<string | undefined> {
  const folders = `/users/${mailbox}/contactFolders`;
  const { value } = foldersSchema.parse(await graph('GET', `${folders}?$top=99`));
  const found = value.find(({ displayName }) => displayName === folder);
  return found && `${folders}/${found.id}/contacts`;
}

async function findSource(graph: Graph): Promise<string> {
  return (await findContacts(graph, sampleTenant.directory, sampleTenant.sourceFolder)) ?? '';
}

async function readContacts(graph: Graph, contacts: string): Promise<Contact[]> {
  return pageSchema.parse(await graph('GET', `${contacts}?$top=999`)).value;
}

/** As `fetch` says it: before an answer, or in the middle of one. Under jest its errors are of another realm. */
function isConnectionLost(error: unknown): boolean {
  return /^TypeError: (fetch failed|terminated)$/.test(String(error));
}
