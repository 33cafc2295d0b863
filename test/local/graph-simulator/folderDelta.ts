/** Delta queries on contact folders, at every depth. https://learn.microsoft.com/graph/api/contactfolder-delta */
import { z } from 'zod';
import { folderEntity } from './contactFolders.ts';
import { expiredToken } from './deltaTokens.ts';
import { type GraphAnswer, linkTo, preferenceHeaders } from './exchange.ts';
import { badlyFormedToken, quotaExceeded } from './graphError.ts';
import { folderId } from './identifiers.ts';
import { deletedItemsFolder, type Folder, isDeleted, type Mailbox } from './mailbox.ts';
import { readSignedText, signText } from './signedText.ts';
import type { MailboxCall } from './world.ts';

const defaultPageSize = 10;

const tokenSchema = z.object({
  foldersOf: z.string(),
  epoch: z.number(),
  /** Changes of the mailbox up to here were shown; null in a first round. */
  after: z.number().nullable(),
  until: z.number(),
  /** Position of the round's last row that was shown; null between rounds. */
  cursor: z.number().nullable(),
});
type Token = z.infer<typeof tokenSchema>;
type Row = { sequence: number; body: Record<string, unknown> };

export function foldersDelta(call: MailboxCall): GraphAnswer {
  if (call.user.state === 'overQuota') throw quotaExceeded();
  const token = readToken(call) ?? newRound(call, null);
  const size = Math.max(1, call.preferences.pageSize ?? defaultPageSize);
  const rows = rowsOf(call, token).filter(({ sequence }) => sequence > (token.cursor ?? 0));
  const shown = rows.slice(0, size);
  const more = rows.length > size;
  const next = more
    ? { ...token, cursor: shown.at(-1)?.sequence ?? 0 }
    : { ...token, after: token.until, cursor: null };
  return {
    status: 200,
    headers: preferenceHeaders(call.preferences),
    body: {
      '@odata.context': `${call.request.origin}/v1.0/$metadata#Collection(contactFolder)`,
      value: shown.map(({ body }) => body),
      [more ? '@odata.nextLink' : '@odata.deltaLink']: link(call, more ? '$skiptoken' : '$deltatoken', next),
    },
  };
}

function newRound({ world, mailbox }: MailboxCall, after: number | null): Token {
  return { foldersOf: mailbox.key, epoch: world.deltaExpiry.epoch, after, until: mailbox.sequence, cursor: 0 };
}

function readToken(call: MailboxCall): Token | undefined {
  const { query } = call.request;
  const text = query.get('$deltatoken') ?? query.get('$skiptoken');
  if (!text) return undefined;
  const { tenant, deltaExpiry } = call.world;
  const parsed = tokenSchema.safeParse(readSignedText(tenant.secret, text));
  if (!parsed.success || parsed.data.foldersOf !== call.mailbox.key) throw badlyFormedToken();
  const token = parsed.data;
  if (token.epoch < deltaExpiry.epoch) {
    throw expiredToken(deltaExpiry.code, token.until, call.mailbox.sequence, link(call, '$deltatoken', undefined));
  }
  return token.cursor === null ? newRound(call, token.after) : token;
}

function link(call: MailboxCall, name: string, token: Token | undefined): string {
  const select = call.request.query.get('$select');
  const query = new URLSearchParams(select === null ? {} : { $select: select });
  const text = token === undefined ? '' : signText(call.world.tenant.secret, token);
  return linkTo({ ...call.request, query }, { [name]: text });
}

function rowsOf(call: MailboxCall, token: Token): Row[] {
  const { mailbox } = call;
  const { after, until } = token;
  const type = { '@odata.type': '#microsoft.graph.contactFolder' };
  const rows: Row[] = [...mailbox.folders.values()]
    .filter(folder => isFollowed(mailbox, folder) && folder.sequence > (after ?? 0) && folder.sequence <= until)
    .map(folder => ({ sequence: folder.sequence, body: { ...type, ...folderEntity(call, folder) } }));
  for (const { number, sequence } of after === null ? [] : mailbox.folderTombstones) {
    const folder = mailbox.folders.get(number);
    if (sequence <= (after ?? 0) || sequence > until || (folder && isFollowed(mailbox, folder))) continue;
    const id = folderId(mailbox.key, number);
    rows.push({ sequence, body: { ...type, id, '@removed': { reason: 'deleted' } } });
  }
  return rows.sort((a, b) => a.sequence - b.sequence);
}

function isFollowed(mailbox: Mailbox, folder: Folder): boolean {
  return folder.number > deletedItemsFolder && !folder.hidden && !isDeleted(mailbox, folder);
}
