import * as z from 'zod';
import { GraphFailure } from '../ports/contactMailbox.ts';
import type { LiveSubscription, Subscriptions } from '../ports/subscriptions.ts';
import type { GraphClient } from './client.ts';
import { graphPath } from './links.ts';
import { change, type RequestScope, readAllPages } from './requests.ts';

const liveRow = z.object({
  id: z.string(),
  expirationDateTime: z.iso.datetime({ offset: true }).transform(text => Date.parse(text)),
});
const ownRow = liveRow.extend({ notificationUrl: z.string() });

/** The app's subscriptions to the contacts of folders. https://learn.microsoft.com/graph/api/resources/subscription */
export function openSubscriptions(client: GraphClient): Subscriptions {
  const scope: RequestScope = { client, counts: { requests: 0, roundTrips: 0 }, resource: 'directory' };
  const path = (...segments: string[]) => graphPath(['subscriptions', ...segments]);
  return {
    async create({ mailboxId, folderId, expiresAt, ...rest }) {
      const body = {
        ...rest,
        // Not encoded: Graph's ids are safe in a URL, and this is no URL.
        resource: `/users/${mailboxId}/contactFolders/${folderId}/contacts`,
        changeType: 'created,updated,deleted',
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
