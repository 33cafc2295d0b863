import * as z from 'zod';
import type { Directory, DirectoryUser } from '../ports/directory.ts';
import type { GraphClient } from './client.ts';
import { graphPath, type Query, quote } from './links.ts';
import { openScope, readAllPages, readIfThere, readPage } from './requests.ts';

const objectId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Without User.Read.All Graph leaves `accountEnabled` out: then nobody counts as disabled. */
const userSchema = z.object({
  id: z.string(),
  accountEnabled: z.boolean().nullish(),
  userPrincipalName: z.string().nullish(),
  mail: z.string().nullish(),
  proxyAddresses: z.array(z.string()).nullish(),
});
const languageSchema = z.object({ preferredLanguage: z.string().nullish() });
const groupSchema = z.object({ id: z.string() });
const selectUser = { $select: ['id', 'accountEnabled'] };
const selectWithAddresses = { $select: [...selectUser.$select, 'userPrincipalName', 'mail', 'proxyAddresses'] };

/** A cast in a transitive query is one of the directory's advanced queries. */
const advancedQuery = { ConsistencyLevel: 'eventual' };

/** The tenant's users and groups. */
export function openDirectory(client: GraphClient): Directory {
  const scope = openScope(client, 'directory');
  return {
    counts: scope.meter.read,
    async findUser(idOrAddress, withAddresses = false) {
      const select = withAddresses ? selectWithAddresses : selectUser;
      const user = await readIfThere(scope, graphPath(['users', idOrAddress], select), userSchema);
      if (user) return toUser(user);
      const found = await findByAddress('users', idOrAddress, select, userSchema);
      return found && toUser(found);
    },
    async findLanguage(userId) {
      const path = graphPath(['users', userId], { $select: 'preferredLanguage' });
      return (await readIfThere(scope, path, languageSchema))?.preferredLanguage || undefined;
    },
    async findGroup(idOrAddress) {
      if (objectId.test(idOrAddress)) {
        return (await readIfThere(scope, graphPath(['groups', idOrAddress], { $select: 'id' }), groupSchema))?.id;
      }
      return (await findByAddress('groups', idOrAddress, { $select: ['id'] }, groupSchema))?.id;
    },
    async groupMembers(groupId, withAddresses = false) {
      const path = graphPath(['groups', groupId, 'transitiveMembers', 'microsoft.graph.user'], {
        ...(withAddresses ? selectWithAddresses : selectUser),
        $top: 999,
        $count: true,
      });
      const { rows } = await readAllPages(scope, path, userSchema, advancedQuery);
      return [...new Map(rows.map(row => [row.id, toUser(row)])).values()];
    },
  };

  /** By its mail address, or else by any other that mail reaches it by. */
  async function findByAddress<Schema extends z.ZodType>(
    collection: 'users' | 'groups',
    address: string,
    select: Query,
    schema: Schema,
  ): Promise<z.infer<Schema> | undefined> {
    if (!address.includes('@')) return undefined;
    for (const filter of [`mail eq ${quote(address)}`, `proxyAddresses/any(p:p eq ${quote(`smtp:${address}`)})`]) {
      const path = graphPath([collection], { ...select, $filter: filter });
      const [found] = (await readPage(scope, path, schema)).rows;
      if (found) return found;
    }
    return undefined;
  }
}

function toUser(user: z.infer<typeof userSchema>): DirectoryUser {
  const addresses = addressesOf(user);
  return { id: user.id, accountEnabled: user.accountEnabled ?? true, ...(addresses && { addresses }) };
}

/** Every user has a principal name: without one, the app may not read any of them. */
function addressesOf({
  userPrincipalName,
  mail,
  proxyAddresses,
}: z.infer<typeof userSchema>): readonly string[] | undefined {
  if (!userPrincipalName) return undefined;
  const proxies = (proxyAddresses ?? []).flatMap(proxy => /^smtp:(.+)$/i.exec(proxy)?.[1] ?? []);
  return [...new Set([userPrincipalName, mail ?? userPrincipalName, ...proxies].map(each => each.toLowerCase()))];
}
