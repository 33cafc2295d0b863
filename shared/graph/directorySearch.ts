import * as z from 'zod';
import type { DirectoryEntry, SearchDirectory } from '../ports/directorySearch.ts';
import type { GraphClient } from './client.ts';
import { graphPath, quote } from './links.ts';
import { openScope, readPage } from './requests.ts';

const objectId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const entrySchema = z.object({
  id: z.string(),
  displayName: z.string().nullish(),
  mail: z.string().nullish(),
  userPrincipalName: z.string().nullish(),
});

/** Of those that `$search` takes: https://learn.microsoft.com/graph/search-query-parameter#using-search-on-directory-object-collections */
const searched = {
  groups: ['displayName', 'mail'],
  users: ['displayName', 'mail', 'userPrincipalName'],
} as const;

/** `$search` is one of the directory's advanced queries. */
const advancedQuery = { ConsistencyLevel: 'eventual' };

/** Looks for groups and users as people type, in one request each. */
export function createDirectorySearch(client: GraphClient): SearchDirectory {
  const scope = openScope(client, 'directory');
  return async (kind, text, limit) => {
    const properties = searched[kind];
    const words = withoutMarks(text);
    if (words === '') return [];
    const found = objectId.test(words)
      ? { $filter: `id eq ${quote(words)}` }
      : { $search: properties.map(property => `"${property}:${words}"`).join(' OR ') };
    const path = graphPath([kind], { $select: ['id', ...properties], $top: limit, ...found });
    return (await readPage(scope, path, entrySchema, advancedQuery)).rows.map(toEntry);
  };
}

function toEntry({ id, displayName, mail, userPrincipalName }: z.infer<typeof entrySchema>): DirectoryEntry {
  const address = mail ?? userPrincipalName ?? undefined;
  return { id, name: displayName ?? address ?? id, ...(address !== undefined && { address }) };
}

/** A quotation mark and a backslash end what is looked for, or mean something else in it. */
function withoutMarks(text: string): string {
  return text.replaceAll(/["\\]/g, ' ').trim();
}
