import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { graphPath } from '../../../shared/graph/links.ts';
import { writeStamp } from '../../../shared/graph/stamps.ts';
import { type Conversation, Refusal } from './conversation.ts';

/** A folder of its own in one mailbox, in which everything is tried. */
export interface Trial {
  readonly graph: Conversation;
  /** The user's object id. */
  readonly mailboxId: string;
  readonly folderId: string;
  /** What the folder's own stamp says. */
  readonly stampKey: string;
  /** Origin under which the app is reached from outside. */
  readonly webhook: string | undefined;
  /** Whose people the console lets in; undefined where nothing names the tenant. */
  readonly tenantId: string | undefined;
  /** Path of something in the folder. */
  path(...segments: readonly string[]): string;
  /** Makes a contact. */
  addContact(properties?: Readonly<Record<string, unknown>>): Promise<string>;
  /** Deletes at the end what lies outside of the folder. */
  removeLater(path: string): void;
}

export interface TrialOptions {
  readonly graph: Conversation;
  /** Address or object id. */
  readonly mailbox: string;
  readonly webhook: string | undefined;
  readonly tenantId: string | undefined;
}

export const immutable = { Prefer: 'IdType="ImmutableId"' };
export const identified = z.object({ id: z.string() });

/** Makes the folder, has it used, and removes it again, whatever happened. Rejects with `Refusal` where it cannot. */
export async function withTrial<Result>(
  { graph, mailbox, webhook, tenantId }: TrialOptions,
  use: (trial: Trial) => Promise<Result>,
): Promise<Result> {
  const { id: mailboxId } = await graph.ask('GET', graphPath(['users', mailbox], { $select: 'id' }), identified);
  const stampKey = randomUUID();
  const folders = graphPath(['users', mailboxId, 'contactFolders']);
  const { id: folderId } = await graph.ask('POST', folders, identified, {
    body: {
      displayName: `Contact Folder Sync check ${stampKey.slice(0, 8)}`,
      singleValueExtendedProperties: writeStamp({ key: stampKey, version: '1' }),
    },
  });
  const path = (...segments: readonly string[]) =>
    graphPath(['users', mailboxId, 'contactFolders', folderId, ...segments]);
  const outside: string[] = [];
  let added = 0;
  try {
    return await use({
      graph,
      mailboxId,
      folderId,
      stampKey,
      webhook,
      tenantId,
      path,
      async addContact(properties = {}) {
        added += 1;
        const body = { displayName: `Check ${added}`, ...properties };
        return (await graph.ask('POST', path('contacts'), identified, { body, headers: immutable })).id;
      },
      removeLater: each => outside.push(each),
    });
  } finally {
    for (const each of outside) await remove(graph, each);
    await removeFolder(graph, path());
  }
}

/** For good where Graph offers it: otherwise it lies in Deleted Items until the mailbox forgets it. */
async function removeFolder(graph: Conversation, path: string): Promise<void> {
  const { status } = await graph.send('POST', `${path}/permanentDelete`);
  if (status !== 204) await remove(graph, path);
}

async function remove(graph: Conversation, path: string): Promise<void> {
  const reply = await graph.send('DELETE', path);
  if (reply.status >= 400 && reply.status !== 404) throw new Refusal('DELETE', path, reply);
}
