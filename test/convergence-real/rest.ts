import { setTimeout as wait } from 'node:timers/promises';
import type { Tables } from '../../shared/ports/tableStorage.ts';
import { openListPartition } from '../../shared/store/listPartition.ts';
import { openProgress } from '../../shared/store/progress.ts';
import { connectTables } from '../../shared/store/tables/tables.ts';
import type { CounterValues } from '../local/graph-simulator/counters.ts';
import type { ServiceStatistics } from '../local/startServices.ts';
import type { World } from '../world/world.ts';
import { productApp } from './faults.ts';
import { countOne, type Figures, type Violation } from './figures.ts';
import type { HostGroup } from './hosts.ts';
import { listId } from './targetRows.ts';

/** Longer than any wait of the product that the faults can cause. */
const standsStillAfter = 180_000;
const restWithin = 1_800_000;
const pollMilliseconds = 2000;
/**
 * In milliseconds; a mailbox that failed too often, and a contact that Graph refused, are left alone for an hour and more
 * unless an admin asks for the mailbox.
 */
const askAgainEvery = 20_000;
const mostNamed = 5;

interface Standing {
  /** Changes as long as something happens. */
  readonly mark: string;
  readonly capturedAt: number;
  /** What still keeps the world from being at rest. */
  readonly problems: readonly string[];
  /** Ids of mailboxes that were given up for now. */
  readonly failed: readonly string[];
  /** Ids of mailboxes that Graph refused contacts in. */
  readonly lacking: readonly string[];
}

/**
 * Waits until a capture that began after the last edit has ended, no message is left and every mailbox is current at
 * the head; then a run more has nothing to do. Resolves with what is not as it should be.
 */
export async function comeToRest(
  world: World,
  hosts: Pick<HostGroup, 'alive'>,
  mailboxCount: number,
  figures: Figures,
): Promise<Violation[]> {
  // Storage that is busy with the hosts lets this driver wait, which is no standstill.
  const tables = connectTables(
    { connectionString: world.settings().TABLES_CONNECTION ?? '' },
    { tryTimeout: standsStillAfter / 2 },
  );
  const startedAt = Date.now();
  let last: Standing = { mark: '', capturedAt: startedAt, problems: [], failed: [], lacking: [] };
  let changedAt = startedAt;
  let askedAt = 0;
  // The capture that ends first may have begun before the last edit, the next one began after it ended.
  let captures = 0;
  let capturesAskedFor = 0;
  for (;;) {
    const standing = await readStanding(world, tables, mailboxCount);
    if (standing.capturedAt > last.capturedAt) captures += 1;
    if (standing.mark !== last.mark) changedAt = Date.now();
    last = standing;
    if (standing.problems.length === 0 && captures >= 2) return runOnceMore(world, hosts);
    if (Date.now() - changedAt > standsStillAfter || Date.now() - startedAt > restWithin) {
      const problems = captures >= 2 ? standing.problems : [...standing.problems, 'the source is not read'];
      return problems.map(detail => ({ code: 'NOREST', detail }));
    }
    if (captures < 2 && capturesAskedFor <= captures) {
      capturesAskedFor = captures + 1;
      await hosts.alive().call('POST', '/api/resync', {});
    }
    if (Date.now() - askedAt > askAgainEvery) {
      askedAt = Date.now();
      for (const mailbox of standing.failed) await askFor({ mailbox }, 'failedMailbox');
      for (const mailbox of standing.lacking) await askFor({ mailbox, mode: 'full' }, 'refusedContacts');
    }
    await wait(pollMilliseconds);
  }

  async function askFor(body: { mailbox: string; mode?: 'full' }, kind: string): Promise<void> {
    await hosts.alive().call('POST', '/api/resync', body);
    countOne(figures.resyncs, kind);
  }
}

async function readStanding(world: World, tables: Tables, mailboxCount: number): Promise<Standing> {
  const { queues } = (await world.statistics()) as ServiceStatistics;
  const stored = await openListPartition(tables.sources, listId).readCheckpoint();
  const rows = await openProgress(tables.progress).readAll(listId);
  const { head, capturedAt } = stored?.checkpoint ?? { head: undefined, capturedAt: 0 };
  const busy = Object.entries(queues).filter(
    ([, { sent, completed, deadLettered, active, scheduled }]) =>
      active + scheduled > 0 || completed + deadLettered < sent,
  );
  const behind = rows.filter(({ state, position }) => state !== 'current' || position !== head);
  const lacking = rows.filter(({ failed: contacts }) => contacts > 0).map(({ mailboxId }) => mailboxId);
  const problems = [
    ...lacking.slice(0, mostNamed).map(mailboxId => `the mailbox ${mailboxId} lacks contacts that Graph refused`),
    ...busy.map(([name]) => `messages in ${name}`),
    ...(rows.length === mailboxCount ? [] : [`${rows.length} mailboxes of ${mailboxCount} are known`]),
    ...behind.slice(0, mostNamed).map(({ mailboxId, state, position, problem }) => {
      return `mailbox ${mailboxId} is ${state} at ${position} of ${head}${problem ? `, ${problem.code}` : ''}`;
    }),
  ];
  const arrived = rows.map(({ sequence }) => sequence);
  const failed = rows.filter(({ state }) => state === 'failed').map(({ mailboxId }) => mailboxId);
  return { mark: JSON.stringify([queues, arrived, head]), capturedAt, problems, failed, lacking };
}

async function runOnceMore({ graph }: World, hosts: Pick<HostGroup, 'alive'>): Promise<Violation[]> {
  await graph.control('DELETE', '/counters');
  const run = await hosts.alive().resync();
  const { byMailbox, byApp } = await graph.control<CounterValues>('GET', '/counters');
  const writes = Object.values(byMailbox).reduce((sum, mailbox) => sum + mailbox.writes, 0);
  if (writes === 0 && run.mailboxes.total === 0 && run.problems.length === 0) return [];
  const requests = byApp[productApp]?.requests ?? 0;
  const detail = `a run without changes went to ${run.mailboxes.total} mailboxes: ${writes} writes, ${requests} requests`;
  return [{ code: 'BUSY', detail }];
}
