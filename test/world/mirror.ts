import { contentOf, folderNames, rowById } from './contactRows.ts';
import type { GraphDriver } from './graphDriver.ts';
import type { AppHost, World } from './world.ts';

type Json = Readonly<Record<string, unknown>>;

const propertySet = '{2395b2ce-e000-4311-bfe9-38b6808b0f26}';
const keyProperty = `String ${propertySet} Name ContactFolderSyncKey`;
const versionProperty = `String ${propertySet} Name ContactFolderSyncVersion`;
const expandStamp = `&$expand=${encodeURIComponent(
  `singleValueExtendedProperties($filter=id eq '${keyProperty}' or id eq '${versionProperty}')`,
)}`;

/** A folder of a target mailbox, read back through Graph and told apart by the stamps. */
export interface TargetView {
  /** Content of the list's contacts by source key. */
  readonly ours: ReadonlyMap<string, Json>;
  /** Ids of the list's contacts by source key. */
  readonly ids: ReadonlyMap<string, string>;
  /** Every other row as it is, by id: the user's own contacts, and other lists'. */
  readonly others: ReadonlyMap<string, Json>;
}

/** What the folders of a source should look like in a target: content with the list's category, by source key. */
export async function mirrorOf(
  graph: GraphDriver,
  mailbox: string,
  folderIds: readonly string[],
  category?: string,
): Promise<Map<string, Json>> {
  const mirror = new Map<string, Json>();
  for (const folderId of folderIds) {
    for (const row of await graph.readContacts(mailbox, folderId)) {
      const categories = [...(row.categories as string[]), ...(category === undefined ? [] : [category])];
      mirror.set(String(row.id), contentOf({ ...row, categories }));
    }
  }
  return mirror;
}

/** @throws when there is no such folder, or a contact of the list is there twice */
export async function readTarget(
  graph: GraphDriver,
  mailbox: string,
  folder: string,
  listId: string,
): Promise<TargetView> {
  const folderId = folder === 'contacts' ? folder : await graph.findFolder(mailbox, folder);
  if (folderId === undefined)
    throw new Error(`there is no folder ${folder} beside ${await folderNames(graph, mailbox)}`);
  const ours = new Map<string, Json>();
  const ids = new Map<string, string>();
  const others: Json[] = [];
  for (const { singleValueExtendedProperties, ...row } of await graph.readContacts(mailbox, folderId, expandStamp)) {
    const stamps = (singleValueExtendedProperties ?? []) as { id: string; value: string }[];
    const stamp = stamps.find(({ id }) => id === keyProperty)?.value;
    if (!stamp?.startsWith(`${listId}:`)) {
      others.push(row);
      continue;
    }
    const key = stamp.slice(listId.length + 1);
    if (ours.has(key)) throw new Error(`the contact ${key} is there twice`);
    ours.set(key, contentOf(row));
    ids.set(key, String(row.id));
  }
  return { ours, ids, others: rowById(others) };
}

/** The stamp of a contact of a list, for damage that another app does. */
export function stampOf(listId: string, sourceKey: string, version = '1.00000000'): Json {
  return {
    singleValueExtendedProperties: [
      { id: keyProperty, value: `${listId}:${sourceKey}` },
      { id: versionProperty, value: version },
    ],
  };
}

/** A scheduled run that sends nothing and writes nothing. */
export async function expectIdleRun({ graph, rest }: Pick<World, 'graph' | 'rest'>, host: AppHost): Promise<void> {
  await rest();
  await graph.control('DELETE', '/counters');
  const run = await host.runSchedule();
  const { byMailbox } = await graph.control<{ byMailbox: Record<string, { writes: number }> }>('GET', '/counters');
  const writes = Object.values(byMailbox).reduce((sum, mailbox) => sum + mailbox.writes, 0);
  expect({ mailboxes: run.mailboxes.total, writes }).toEqual({ mailboxes: 0, writes: 0 });
}

/** The same app with other settings: one host ends, the next takes over. */
export async function restartHost<Started extends AppHost>(
  world: {
    configure(settings: Readonly<Record<string, string>>): void;
    startHost(): Promise<Started>;
  },
  host: Started,
  lists?: readonly unknown[],
): Promise<Started> {
  await host.stop();
  if (lists) world.configure({ CONTACT_LISTS: JSON.stringify(lists) });
  return world.startHost();
}
