import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contactIdOf } from '../../shared/domain/ledgerEntry.ts';
import { openListPartition } from '../../shared/store/listPartition.ts';
import { openMailboxPartition } from '../../shared/store/mailboxes.ts';
import { connectTables } from '../../shared/store/tables/tables.ts';
import { category, mapping } from '../end-to-end/congress.ts';
import { openGraph } from '../world/graphDriver.ts';
import { startWorld, type World } from '../world/world.ts';
import { createChoices } from './choices.ts';
import { compareAll } from './compare.ts';
import type { Directory } from './directory.ts';
import { openSourceEditor } from './editSource.ts';
import { openUsers } from './editTargets.ts';
import { changeFaults, clearFaults } from './faults.ts';
import { countOne, type Figures, newFigures } from './figures.ts';
import { type HostGroup, type HostLife, pause, startHosts } from './hosts.ts';
import { comeToRest } from './rest.ts';
import { createSourceModel } from './sourceModel.ts';
import { listId, targetFolder } from './targetRows.ts';
import { createUserModel } from './userModel.ts';

export interface ConvergenceOptions {
  readonly seconds: number;
  readonly seed: number;
  readonly mailboxes: number;
  readonly directory: Directory;
  /** Between two crashes. */
  readonly killEvery: { readonly least: number; readonly most: number };
  readonly leaseSeconds: number;
  /** Aborted: everything ends, and the run rejects with its reason. */
  readonly signal: AbortSignal;
  /** Told from time to time what happens. */
  readonly note: (text: string) => void;
}

export interface ConvergenceResult {
  readonly figures: Figures;
  readonly hosts: readonly HostLife[];
  /** Where the hosts' logs are, when something was wrong. */
  readonly logs: string | undefined;
}

const hostCount = 3;
const sourceFolders = ['Congress', 'Advisers'];

/**
 * Hosts as processes over the local services, a source and users who edit, faults and crashes, all at once and for a
 * while; then the faults end, everything comes to rest, and every mailbox is compared.
 */
export async function runConvergence(options: ConvergenceOptions): Promise<ConvergenceResult> {
  const world = await startWorld({
    lists: [
      {
        id: listId,
        source: { mailbox: 'directory@contoso.example', folders: sourceFolders },
        targets: { groups: ['readers@contoso.example'] },
        destination: { folder: targetFolder, category },
        mapping,
        // Years pass in minutes, so no number of removals may be held.
        safeguards: { maxRemovalShare: 1 },
      },
    ],
    lockSeconds: 5,
    settings: {
      SYNC_SCHEDULE: '*/5 * * * * *',
      LEASE_SECONDS: String(options.leaseSeconds),
      GRAPH_TIMEOUT_SECONDS: '2',
      GRAPH_GRACE_SECONDS: '2',
      LONGEST_WAIT_SECONDS: '3',
      MESSAGE_PATIENCE_SECONDS: '20',
    },
  });
  try {
    return await runInWorld(world, options);
  } catch (error) {
    // Everything fails once its host is gone.
    options.signal.throwIfAborted();
    options.note(`Logs of the hosts: ${await keepLogs(world)}`);
    throw error;
  } finally {
    // Whoever interrupts does not wait for what the hosts have under way.
    if (options.signal.aborted) await Promise.all(world.hosts.map(host => host.kill()));
    await world.stop();
  }
}

async function runInWorld(world: World, options: ConvergenceOptions): Promise<ConvergenceResult> {
  const { seed, directory, signal, note } = options;
  const { graph } = world;
  const figures = newFigures();
  const source = createSourceModel();
  const users = createUserModel();
  const sourceMailbox = await graph.addUser('directory');
  const folderIds = [];
  for (const folder of sourceFolders) folderIds.push(await graph.addFolder(sourceMailbox, folder));
  const made = await graph.control<{ mailboxes: { id: string }[] }>('POST', '/mailboxes', {
    count: options.mailboxes,
    prefix: 'reader',
    group: 'readers',
  });
  const mailboxes = made.mailboxes.map(({ id }) => id);
  const editor = openSourceEditor(graph, { mailbox: sourceMailbox, folderIds }, source, createChoices(seed), figures);
  await editor.applyChangeSet({ ...directory.contacts });
  const countSource = () => source.contacts.size;
  const userGraph = await openGraph(world.graphUrl, 'users');
  const { actAtRandom } = openUsers(
    userGraph,
    mailboxes,
    ledgerOf(world),
    countSource,
    users,
    createChoices(seed + 1),
    figures,
  );

  const hosts = await startHosts(world, hostCount, createChoices(seed + 2), figures);
  const ending = new AbortController();
  const stopped = AbortSignal.any([signal, ending.signal]);
  const changeSets = directory.changeSets.values();
  const pace = options.seconds / (directory.changeSets.length + 1);
  const faultChoices = createChoices(seed + 3);
  const askChoices = createChoices(seed + 4);
  note(`${countSource()} contacts, ${mailboxes.length} mailboxes, ${hostCount} hosts`);
  const startedAt = Date.now();
  await untilFirstFails(ending, stopped, [
    endAfter(options.seconds),
    repeatEvery(1000, editor.editAtRandom),
    repeatEvery(Math.max(2000, pace * 1000), applyNextChangeSet),
    repeatEvery(250, actAtRandom),
    repeatEvery(4000, () => changeFaults(graph, faultChoices, figures)),
    repeatEvery(7000, () => askForRun(hosts)),
    repeatEvery(30_000, async () => {
      const seconds = Math.round((Date.now() - startedAt) / 1000);
      note(`${seconds} s: ${figures.crashes} crashes, ${sum(figures.userEdits)} edits by users`);
    }),
    hosts.keepKilling(options.killEvery, stopped),
  ]);
  signal.throwIfAborted();
  await clearFaults(graph);
  note('the faults end, waiting for rest');
  const unrest = await unlessAborted(signal, comeToRest(world, hosts, mailboxes.length, figures));
  figures.violations.push(...unrest);
  await hosts.measure();
  if (unrest.length === 0) {
    note('comparing');
    const wanted = source.byKeys(await readKeys(world));
    await unlessAborted(signal, compareAll(graph, mailboxes, wanted, users, figures));
  }
  const logs = figures.violations.length > 0 ? await keepLogs(world) : undefined;
  return { figures, hosts: hosts.lives, logs };

  async function endAfter(seconds: number): Promise<void> {
    await pause(seconds * 1000, stopped);
    ending.abort();
  }

  async function repeatEvery(milliseconds: number, work: () => Promise<void>): Promise<void> {
    while (!stopped.aborted) {
      await work();
      await pause(milliseconds, stopped);
    }
  }

  async function applyNextChangeSet(): Promise<void> {
    const { value: next } = changeSets.next();
    if (!next) return;
    await editor.applyChangeSet(next.changed);
    countOne(figures.sourceEdits, 'changeSets');
  }

  async function askForRun(group: HostGroup): Promise<void> {
    const kind = askChoices.weighted({ all: 2, oneMailbox: 2, oneMailboxFull: 2 });
    const mailbox = askChoices.oneOf(mailboxes) ?? '';
    const body = kind === 'all' ? {} : { mailbox, mode: kind === 'oneMailbox' ? 'incremental' : 'full' };
    const answer = await group.alive().call('POST', '/api/resync', body);
    // The mailbox is looked up in Graph, and the request is written down in storage; either may fail for now.
    countOne(figures.resyncs, answer.ok ? kind : 'refused');
    if (answer.status !== 202 && answer.status < 500) throw new Error(`a resync was answered ${answer.status}`);
  }
}

/** Rejects at once when the signal comes; what it waited for fails when its host is gone, and nobody asks. */
async function unlessAborted<Result>(signal: AbortSignal, work: Promise<Result>): Promise<Result> {
  signal.throwIfAborted();
  const aborted = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  work.catch(() => undefined);
  return Promise.race([work, aborted]);
}

/** Waits for all; the first that fails ends the others. */
async function untilFirstFails(
  ending: AbortController,
  stopped: AbortSignal,
  work: readonly Promise<void>[],
): Promise<void> {
  const results = await Promise.allSettled(
    work.map(each =>
      each.catch(error => {
        if (!stopped.aborted) ending.abort();
        throw error;
      }),
    ),
  );
  const failed = results.find(result => result.status === 'rejected');
  if (failed) throw failed.reason;
}

async function keepLogs({ hosts }: World): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'convergence-logs-'));
  for (const [index, host] of hosts.entries()) await writeFile(join(folder, `host-${index}.log`), host.errors());
  return folder;
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}

/** By which keys the app knows the contacts of the source, by their ids. */
async function readKeys(world: World): Promise<ReadonlyMap<string, string>> {
  const { sources } = connectTables({ connectionString: world.settings().TABLES_CONNECTION ?? '' });
  const snapshot = await openListPartition(sources, listId).readSnapshot();
  return new Map(snapshot.flatMap(({ ids, sourceKey }) => ids.map(id => [id, sourceKey] as const)));
}

/** Whether the app has recorded a contact that it made. */
function ledgerOf(world: World): (mailbox: string, contactId: string) => Promise<boolean> {
  const { mailboxes } = connectTables({ connectionString: world.settings().TABLES_CONNECTION ?? '' });
  return async (mailbox, contactId) => {
    const entries = await openMailboxPartition(mailboxes, mailbox).readLedger(listId);
    return entries.some(entry => contactIdOf(entry) === contactId);
  };
}
