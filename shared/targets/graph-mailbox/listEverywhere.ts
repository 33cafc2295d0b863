import * as z from 'zod';
import type { SendBatch } from '../../graph/batch.ts';
import { readBatched } from '../../graph/batchedReading.ts';
import type { GraphAnswer } from '../../graph/client.ts';
import { failureOf } from '../../graph/failures.ts';
import { folderSchema, selectFolder } from '../../graph/folders.ts';
import { batchUrl, graphPath, pathOfLink } from '../../graph/links.ts';
import { type RequestScope, readAllPages } from '../../graph/requests.ts';
import { expandStamp, extendedPropertiesSchema, readStamp } from '../../graph/stamps.ts';
import { type ContactMailbox, GraphFailure, type PlacedContact } from '../../ports/contactMailbox.ts';

const deletedItems = 'deleteditems';
const defaultFolder = 'contacts';
/** A mailbox's folders nest a few levels; this only ends a chain that would not end. */
const deepestNesting = 50;
/** The most that Graph gives in one page. */
const contactsQuery = { $select: ['parentFolderId', 'emailAddresses'], $expand: expandStamp, $top: 999 };
const foldersQuery = { ...selectFolder, $top: 100 };

const contactRow = z.object({
  parentFolderId: z.string(),
  emailAddresses: z.array(z.object({ address: z.string().nullish() })).nullish(),
  singleValueExtendedProperties: extendedPropertiesSchema,
});

type ContactRow = z.infer<typeof contactRow>;
interface KnownFolder {
  /** Or its well-known name. */
  readonly id: string;
  readonly place: PlacedContact['place'];
}

/** Few exchanges: all folders of a level come in one batch, and then what lies in all folders. */
export function createListingEverywhere(
  scope: RequestScope,
  mailboxId: string,
  sendBatch: SendBatch,
): ContactMailbox['listEverywhere'] {
  const folders = ['users', mailboxId, 'contactFolders'];
  return async () => {
    const known = await listAllFolders();
    const pages = await readPages(
      known.map(({ id }) => [...folders, id, 'contacts']),
      contactsQuery,
      contactRow,
    );
    return known.flatMap(({ place }, index) => (pages[index] ?? []).map(row => placed(row, place)));
  };

  async function listAllFolders(): Promise<KnownFolder[]> {
    // Without a parent, the folders below the default one: Graph lists them at the root (rules.md: Graph, Default
    // folder).
    const [below = [], deleted = []] = await readPages(
      [folders, [...folders, deletedItems, 'childFolders']],
      foldersQuery,
      folderSchema,
    );
    const found: KnownFolder[] = [
      ...below.map(({ id }) => ({ id, place: 'otherFolder' as const })),
      ...deleted.map(({ id }) => ({ id, place: 'deletedItems' as const })),
    ];
    return [
      { id: defaultFolder, place: 'defaultFolder' },
      { id: deletedItems, place: 'deletedItems' },
      ...found,
      ...(await listBelow(found)),
    ];
  }

  async function listBelow(parents: readonly KnownFolder[], depth = 1): Promise<KnownFolder[]> {
    if (parents.length === 0 || depth === deepestNesting) return [];
    const children = await readPages(
      parents.map(({ id }) => [...folders, id, 'childFolders']),
      foldersQuery,
      folderSchema,
    );
    const found = parents.flatMap(({ place }, index) => (children[index] ?? []).map(({ id }) => ({ id, place })));
    return [...found, ...(await listBelow(found, depth + 1))];
  }

  /** The rows of several collections: the first pages together, and where there are more all of them once more. */
  async function readPages<Row>(
    collections: readonly (readonly string[])[],
    query: Parameters<typeof batchUrl>[1],
    row: z.ZodType<Row>,
  ): Promise<Row[][]> {
    const page = z.object({ value: z.array(row), '@odata.nextLink': z.string().optional() });
    const urls = collections.map(segments => batchUrl(segments, query));
    const first = await readBatched(scope, sendBatch, urls, answer => {
      const read = readAnswer(answer, page);
      // Its folder went meanwhile.
      return read instanceof GraphFailure && read.kind === 'notFound' ? { value: [] } : read;
    });
    const all: Row[][] = [];
    for (const [index, { value, '@odata.nextLink': next }] of first.entries()) {
      if (next === undefined) all.push(value);
      else all.push([...value, ...(await readOthers(next, graphPath(collections[index] ?? [], query), row))]);
    }
    return all;
  }

  /** Pages are cut by position: what comes or goes meanwhile shifts others over an edge, where one reading misses them. */
  async function readOthers<Row>(next: string, start: string, row: z.ZodType<Row>): Promise<Row[]> {
    const rest = await readAllPages(scope, pathOfLink(next, scope.client.endpointOrigin), row);
    const again = await readAllPages(scope, start, row);
    return [...rest.rows, ...again.rows];
  }

  function readAnswer<Body>(answer: GraphAnswer, schema: z.ZodType<Body>): Body | GraphFailure {
    if (answer.status !== 200) return failureOf(answer, scope.client.clock.now(), scope.resource);
    const parsed = schema.safeParse(answer.body);
    if (parsed.success) return parsed.data;
    return new GraphFailure('unavailable', { status: answer.status, code: 'UnreadableAnswer' });
  }
}

function placed(
  { parentFolderId, emailAddresses, singleValueExtendedProperties }: ContactRow,
  place: PlacedContact['place'],
): PlacedContact {
  return {
    folderId: parentFolderId,
    place,
    stampKey: readStamp(singleValueExtendedProperties).key,
    addresses: (emailAddresses ?? []).flatMap(({ address }) => address ?? []),
  };
}
