import type { RunView } from '../../shared/api/runs.ts';
import { openProgress, type Progress } from '../../shared/store/progress.ts';
import { connectTables } from '../../shared/store/tables/tables.ts';
import { contentsOf, rowById } from '../world/contactRows.ts';
import { type GraphWorld, startGraphWorld } from '../world/graphWorld.ts';
import { type AppHost, startWorld, until, type World } from '../world/world.ts';

type Json = Readonly<Record<string, unknown>>;

interface MailboxCounts {
  /** `requests` are all, refused ones too; `reads` and `writes` are those that were not throttled. */
  readonly requests: number;
  readonly reads: number;
  readonly writes: number;
  /** Epoch milliseconds. */
  readonly firstRequestAt: number;
  readonly lastAnswerAt: number;
}

/** Below the sizes of a tenant, and more than two batches. */
const contactCount = 45;
export const destination = 'Company';
export const staffList = {
  id: 'staff',
  source: { mailbox: 'directory@contoso.example', folders: ['Staff'] },
  targets: { groups: ['everyone@contoso.example'] },
  destination: { folder: destination },
  safeguards: { maxRemovalShare: 1 },
  // Which contacts are private is read in batches, and the batches that tests break are those of targets.
  privateContacts: 'share',
};

/** Waits in seconds instead of minutes; a request and what Graph may do after it was given up fit into the lease. */
const shortWaits = {
  GRAPH_TIMEOUT_SECONDS: '2',
  GRAPH_GRACE_SECONDS: '1.5',
  LEASE_SECONDS: '4',
  LONGEST_WAIT_SECONDS: '6',
};

/** Where no process has to be started or killed meanwhile. */
const shorterWaits = { GRAPH_TIMEOUT_SECONDS: '1.5', GRAPH_GRACE_SECONDS: '0.75' };

const stampKey = 'String {2395b2ce-e000-4311-bfe9-38b6808b0f26} Name ContactFolderSyncKey';
const stamped = `&$expand=${encodeURIComponent(`singleValueExtendedProperties($filter=id eq '${stampKey}')`)}`;

export type Staff = Awaited<ReturnType<typeof openStaff>>;
export type GraphStaff = Awaited<ReturnType<typeof openGraphStaff>>;

/** The staff of a world of processes. */
export async function openStaff(options: Omit<Parameters<typeof startWorld>[0], 'lists'> = {}) {
  const world = await startWorld({ ...options, lists: [staffList], settings: { ...shortWaits, ...options.settings } });
  const connectionString = world.settings().TABLES_CONNECTION ?? '';
  return { ...(await addStaff(world, openProgress(connectTables({ connectionString }).progress))), queuesAreEmpty };

  /** Resolves when every message that was sent is completed or dead. */
  async function queuesAreEmpty(): Promise<void> {
    await until(async () => {
      const { queues } = await world.statistics();
      const open = Object.entries(queues).filter(([name]) => !name.includes('/'));
      return open.every(([, { sent, completed, deadLettered }]) => sent <= completed + deadLettered) ? true : undefined;
    });
  }
}

/** The staff of a world of which Graph alone is reached by HTTP. */
export async function openGraphStaff() {
  const world = await startGraphWorld({ lists: [staffList], settings: { ...shortWaits, ...shorterWaits } });
  return addStaff(world, openProgress(world.tables.progress));
}

/**
 * Fills a world with one source folder, whose list goes to the members of a group. Each test takes a mailbox of its own
 * with `newMailbox`, so that many tests share one world: what one does to its mailbox is nothing to the others.
 */
async function addStaff<Started extends World | GraphWorld>(world: Started, progress: ReturnType<typeof openProgress>) {
  const { graph } = world;
  const directory = await graph.addUser('directory');
  const everyone = await graph.addGroup('everyone', []);
  const folder = await graph.addFolder(directory, 'Staff');
  const sourceUrl = `/users/${directory}/contactFolders/${folder}/contacts`;
  const contacts = Array.from({ length: contactCount }, (_, index) => ({
    method: 'POST',
    url: sourceUrl,
    body: { displayName: `Contact ${String(index).padStart(3, '0')}`, jobTitle: 'Clerk', businessPhones: ['555-0100'] },
  }));
  const sourceIds = (await graph.batch(contacts)).map(({ id }) => String(id));
  const own = new Map<string, Map<string, Json>>();
  let titles = 0;
  const staff = {
    world,
    graph,
    directory,
    sourceIds,
    contactCount,
    newMailbox,
    addOwnContact,
    /** The user's own contacts are gone with the mailbox. */
    forgetOwnContacts: (mailbox: string) => own.delete(mailbox),
    changeSource,
    addToSource,
    removeFromSource: (id: string) => graph.call('DELETE', `/users/${directory}/contacts/${id}`),
    /** Graph's answers from now on: see the simulator's `faults`. */
    fail: (match: Json, fault: Json) => graph.control('POST', '/faults', { match, fault }),
    stopFailing: () => graph.control('DELETE', '/faults'),
    setState: (mailbox: string, state: string) => graph.control('POST', `/mailboxes/${mailbox}/state`, { state }),
    targetFolder,
    targetRows,
    progressOf,
    counts,
    resetCounts: () => graph.control('DELETE', '/counters'),
    arrive,
    expectMirror,
    expectTargetHolds,
    expectIdle,
    removeMember: (id: string) => graph.call('DELETE', `/groups/${everyone}/members/${id}/$ref`),
    stop: () => world.stop(),
  };
  return staff;

  /** A member of the group, with a contact of its user's own. */
  async function newMailbox(name: string): Promise<string> {
    const id = await graph.addUser(name);
    const member = { '@odata.id': `${world.graphUrl}/v1.0/directoryObjects/${id}` };
    await graph.call('POST', `/groups/${everyone}/members/$ref`, member);
    await addOwnContact(id, 'contacts');
    return id;
  }

  async function addOwnContact(mailbox: string, folderId: string): Promise<string> {
    const rows = own.get(mailbox) ?? new Map<string, Json>();
    const body = { displayName: `Friend ${rows.size}`, categories: [destination], jobTitle: 'Friend' };
    const row = await graph.call('POST', `/users/${mailbox}/contactFolders/${folderId}/contacts`, body);
    const { '@odata.context': _, ...contact } = await graph.call('GET', `/users/${mailbox}/contacts/${row.id}`);
    own.set(mailbox, rows.set(String(row.id), contact));
    return String(row.id);
  }

  /** A title that no contact has had before, for all contacts of the source or the first of them. */
  async function changeSource(count = contactCount): Promise<string> {
    const jobTitle = `Title ${++titles}`;
    await graph.batch(
      sourceIds
        .slice(0, count)
        .map(id => ({ method: 'PATCH', url: `/users/${directory}/contacts/${id}`, body: { jobTitle } })),
    );
    return jobTitle;
  }

  async function addToSource(contact: Json): Promise<string> {
    return String((await graph.call('POST', sourceUrl, contact)).id);
  }

  async function targetFolder(mailbox: string): Promise<string> {
    const id = await graph.findFolder(mailbox, destination);
    if (id === undefined) throw new Error(`The mailbox has no folder ${destination}`);
    return id;
  }

  /** What we wrote there: every contact with our stamp. */
  async function targetRows(mailbox: string, folderId?: string): Promise<Json[]> {
    const rows = await graph.readContacts(mailbox, folderId ?? (await targetFolder(mailbox)), stamped);
    return rows.filter(({ singleValueExtendedProperties }) => singleValueExtendedProperties !== undefined);
  }

  async function progressOf(mailbox: string): Promise<Progress | undefined> {
    await world.rest();
    return (await progress.read(staffList.id, mailbox))?.progress;
  }

  async function counts(mailbox: string): Promise<MailboxCounts> {
    const path = '/counters';
    const { byMailbox } = await graph.control<{ byMailbox: Record<string, MailboxCounts> }>('GET', path);
    return byMailbox[mailbox] ?? { requests: 0, reads: 0, writes: 0, firstRequestAt: 0, lastAnswerAt: 0 };
  }

  /** Runs the mailbox until it is up to date, over as many messages as that takes. */
  async function arrive(host: AppHost, mailbox: string): Promise<RunView> {
    const { id } = await host.resync({ mailbox });
    return until(async () => {
      const run = await host.waitForRun(id);
      // A run whose capture failed has sent nothing yet: its message comes again.
      return run.mailboxes.total > 0 && run.mailboxes.done === run.mailboxes.total ? run : undefined;
    });
  }

  /** The folder holds the source, each contact once, the user's contacts are as they were, and a further run writes nothing. */
  async function expectMirror(host: AppHost, mailbox: string): Promise<void> {
    await expectTargetHolds(mailbox, await targetFolder(mailbox));
    await expectIdle(host, mailbox);
  }

  async function expectIdle(host: AppHost, mailbox: string): Promise<void> {
    await graph.control('DELETE', '/counters');
    const again = await host.resync({ mailbox });
    expect(again).toMatchObject({ mailboxes: { total: 1, done: 1 }, problems: [] });
    expect((await counts(mailbox)).writes).toBe(0);
  }

  async function expectTargetHolds(mailbox: string, targetId: string): Promise<void> {
    const source = await graph.readContacts(directory, folder);
    const ours = await targetRows(mailbox, targetId);
    const keys = ours.map(({ singleValueExtendedProperties }) => JSON.stringify(singleValueExtendedProperties));
    expect(new Set(keys).size).toBe(keys.length);
    expect(contentsOf(ours)).toEqual(contentsOf(source.map(row => ({ ...row, categories: [destination] }))));
    const places = await Promise.all([targetId, 'contacts'].map(place => graph.readContacts(mailbox, place)));
    const others = places.flat().filter(({ id }) => !ours.some(row => row.id === id));
    expect(rowById(others)).toEqual(own.get(mailbox) ?? new Map());
  }
}
