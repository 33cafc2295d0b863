import * as z from 'zod';
import { GraphFailure } from '../ports/contactMailbox.ts';
import type { LiveSubscription, Subscriptions, Watched } from '../ports/subscriptions.ts';
import type { GraphClient } from './client.ts';
import { graphPath } from './links.ts';
import { change, openScope, readAllPages } from './requests.ts';

const liveRow = z.object({
  id: z.string(),
  expirationDateTime: z.iso.datetime({ offset: true }).transform(text => Date.parse(text)),
});
const ownRow = liveRow.extend({ notificationUrl: z.string() });

/** The app's subscriptions to changes. https://learn.microsoft.com/graph/api/resources/subscription */
export function openSubscriptions(client: GraphClient): Subscriptions {
  const scope = openScope(client, 'directory');
  const path = (...segments: string[]) => graphPath(['subscriptions', ...segments]);
  return {
    async create({ watched, expiresAt, ...rest }) {
      const body = {
        ...rest,
        ...describe(watched),
        expirationDateTime: new Date(expiresAt).toISOString(),
        latestSupportedTlsVersion: 'v1_2',
      };
      return toLive(await change(scope, { method: 'POST', path: path(), body }, liveRow));
    },
    async renew(id, expiresAt) {
      const body = { expirationDateTime: new Date(expiresAt).toISOString() };
      return unlessGone(async () => toLive(await change(scope, { method: 'PATCH', path: path(id), body }, liveRow)));
    },
    async remove(id) {
      await unlessGone(() => change(scope, { method: 'DELETE', path: path(id) }, z.unknown()));
    },
    async listOwn() {
      const { rows } = await readAllPages(scope, path(), ownRow);
      return rows.map(row => ({ ...toLive(row), notificationUrl: row.notificationUrl }));
    },
  };
}

/** Graph's ids are not encoded: they are safe in a URL, and this is no URL. */
function describe(watched: Watched): { readonly resource: string; readonly changeType: string } {
  switch (watched.kind) {
    case 'folder':
      return {
        resource: `/users/${watched.mailboxId}/contactFolders/${watched.folderId}/contacts`,
        changeType: 'created,updated,deleted',
      };
    case 'users':
      // A user who is made, and one who is deleted but can be brought back, is an update; `created` is not offered.
      return { resource: '/users', changeType: 'updated,deleted' };
    case 'members':
      return { resource: `/groups/${watched.groupId}/members`, changeType: 'updated,deleted' };
  }
}

function toLive({ id, expirationDateTime }: z.infer<typeof liveRow>): LiveSubscription {
  return { id, expiresAt: expirationDateTime };
}

/** Whatever the code beside it: a path below `subscriptions` names nothing but the subscription. */
async function unlessGone<Result>(call: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof GraphFailure && error.status === 404) return undefined;
    throw error;
  }
}
