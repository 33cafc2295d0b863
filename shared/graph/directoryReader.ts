import * as z from 'zod';
import { chunksOf } from '../domain/chunks.ts';
import type { DirectoryCollection, DirectoryReader, DirectoryRow, DirectoryValues } from '../ports/directoryReader.ts';
import { createBatches } from './batch.ts';
import { readBatched } from './batchedReading.ts';
import type { GraphAnswer, GraphClient } from './client.ts';
import { failureOf } from './failures.ts';
import { batchUrl, graphPath, pathOfLink, quote } from './links.ts';
import { guardPages, openScope, type Page, readAllPages, readPage } from './requests.ts';
import { readUserPhotos } from './userPhotos.ts';

/** A single extension attribute cannot be selected, only all of them (rules.md: Graph, Extension attributes). */
const properties: Record<DirectoryCollection, readonly string[]> = {
  users: [
    'id',
    'accountEnabled',
    'userType',
    'userPrincipalName',
    'mail',
    'proxyAddresses',
    'showInAddressList',
    'displayName',
    'givenName',
    'surname',
    'jobTitle',
    'department',
    'companyName',
    'officeLocation',
    'businessPhones',
    'mobilePhone',
    'streetAddress',
    'city',
    'state',
    'postalCode',
    'country',
    'faxNumber',
    'imAddresses',
    'onPremisesExtensionAttributes',
  ],
  contacts: [
    'id',
    'mail',
    'proxyAddresses',
    'displayName',
    'givenName',
    'surname',
    'jobTitle',
    'department',
    'companyName',
    'addresses',
    'phones',
  ],
};

const memberTypes: Record<DirectoryCollection, string> = {
  users: 'microsoft.graph.user',
  contacts: 'microsoft.graph.orgContact',
};

const managerSchema = z.object({ id: z.string(), displayName: z.string().nullish() });
const rowSchema = z.looseObject({
  id: z.string(),
  '@removed': z.unknown().optional(),
  'manager@delta': z.array(z.object({ id: z.string(), '@removed': z.unknown().optional() })).optional(),
  manager: managerSchema.nullish(),
});
const rowsSchema = z.object({ value: z.array(rowSchema), '@odata.nextLink': z.string().optional() });
const idSchema = z.object({ id: z.string() });

/** A cast in a transitive query is one of the directory's advanced queries. */
const advancedQuery = { ConsistencyLevel: 'eventual' };
const smallestPage = { Prefer: 'odata.maxpagesize=1' };
/** What did not change is left out of a later round: so it says whether a name did (Microsoft: user delta). */
const changesAlone = { Prefer: 'return=minimal' };
const managerExpanded = { $expand: 'manager($select=id,displayName)' };
/** Graph takes so many values of `in` (Microsoft: $filter). */
const mostIdsInFilter = 15;

export function openDirectoryReader(client: GraphClient): DirectoryReader {
  const scope = openScope(client, 'directory');
  const sendBatch = createBatches(scope);
  return {
    counts: scope.meter.read,
    async readChanges(collection, deltaLink) {
      const tracked = properties[collection];
      const $select = collection === 'users' ? [...tracked, 'manager'] : tracked;
      const rows: DirectoryRow[] = [];
      const guard = guardPages();
      for (let path = deltaLink ?? graphPath([collection, 'delta'], { $select }); ; ) {
        guard(path);
        const headers = deltaLink === undefined ? {} : changesAlone;
        const page: Page<z.infer<typeof rowSchema>> = await readPage(scope, path, rowSchema, headers);
        rows.push(...page.rows.map(row => readRow(row, collection)));
        if (page.delta !== undefined) return { rows, deltaLink: page.delta };
        // A round without a link at its end cannot go on: it counts as half read.
        if (page.next === undefined) throw failureOf({ status: 502, retryAfter: undefined, body: undefined }, 0);
        path = page.next;
      }
    },
    async tryChanges(collection) {
      await readPage(scope, graphPath([collection, 'delta'], { $select: 'id' }), idSchema, smallestPage);
    },
    async listOrganisationContacts() {
      const rows = await readRows(graphPath(['contacts'], { $select: properties.contacts, $top: 999 }));
      return rows.map(row => readRow(row, 'contacts'));
    },
    async lookUpUsers(ids) {
      const query = { $select: properties.users, ...managerExpanded };
      const urls = chunksOf(ids, mostIdsInFilter).map(some =>
        batchUrl(['users'], { ...query, $filter: `id in (${some.map(quote)})` }),
      );
      const pages = await readBatched(scope, sendBatch, urls, answer => readAnswer(answer, rowsSchema));
      const listed = pages.flatMap(({ value }) => value);
      const known = new Set(listed.map(({ id }) => id));
      // A list may lag behind what the directory answers of one user.
      const others = await readEach(ids.filter(id => !known.has(id)).map(id => batchUrl(['users', id], query)));
      return [...listed, ...others].map(row => withManager(readRow(row, 'users'), row.manager ?? null));
    },
    async lookUpContacts(ids) {
      const rows = await readEach(ids.map(id => batchUrl(['contacts', id], { $select: properties.contacts })));
      return rows.map(row => readRow(row, 'contacts'));
    },
    async readReports(managerIds) {
      const query = { $select: properties.users, $top: 999 };
      const urls = managerIds.map(id => batchUrl(['users', id, 'directReports', 'microsoft.graph.user'], query));
      const pages = await readBatched(scope, sendBatch, urls, answer => {
        const read = readAnswer(answer, rowsSchema);
        return read instanceof Error && read.kind === 'notFound' ? { value: [] } : read;
      });
      const reports: DirectoryRow[] = [];
      for (const [index, page] of pages.entries()) {
        const link = page['@odata.nextLink'];
        const further = link === undefined ? [] : await readRows(pathOfLink(link, client.endpointOrigin));
        const managerId = managerIds[index] ?? null;
        reports.push(...[...page.value, ...further].map(row => ({ ...readRow(row, 'users'), managerId })));
      }
      return reports;
    },
    async memberIds(groupId, collection) {
      const segments = ['groups', groupId, 'transitiveMembers', memberTypes[collection]];
      const path = graphPath(segments, { $select: 'id', $top: 999, $count: true });
      const { rows } = await readAllPages(scope, path, idSchema, advancedQuery);
      return [...new Set(rows.map(({ id }) => id))];
    },
    readUserPhotos: questions => readUserPhotos(scope, sendBatch, questions),
  };

  /** Without those that are not there. */
  async function readEach(urls: readonly string[]): Promise<z.infer<typeof rowSchema>[]> {
    const rows = await readBatched(scope, sendBatch, urls, answer => {
      const read = readAnswer(answer, rowSchema);
      return read instanceof Error && read.kind === 'notFound' ? undefined : read;
    });
    return rows.filter(row => row !== undefined);
  }

  async function readRows(path: string): Promise<z.infer<typeof rowSchema>[]> {
    return (await readAllPages(scope, path, rowSchema)).rows;
  }

  function readAnswer<Schema extends z.ZodType>(answer: GraphAnswer, schema: Schema) {
    if (answer.status < 200 || answer.status >= 300) return failureOf(answer, client.clock.now(), 'directory');
    const read = schema.safeParse(answer.body);
    return read.success ? read.data : failureOf({ ...answer, status: 502, body: undefined }, client.clock.now());
  }
}

function readRow(row: z.infer<typeof rowSchema>, collection: DirectoryCollection): DirectoryRow {
  const managers = row['manager@delta'];
  const values: DirectoryValues = Object.fromEntries(
    properties[collection].flatMap(name => (name in row ? [[name, row[name]]] : [])),
  );
  return {
    id: row.id,
    removed: row['@removed'] !== undefined,
    values,
    // One who lost the manager has an empty list, or the manager marked as removed.
    ...(managers && { managerId: managers.find(each => each['@removed'] === undefined)?.id ?? null }),
  };
}

function withManager(row: DirectoryRow, manager: z.infer<typeof managerSchema> | null): DirectoryRow {
  return { ...row, managerId: manager?.id ?? null, managerName: manager?.displayName ?? null };
}
