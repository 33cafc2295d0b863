import { isOtherJournal } from '../../domain/dueMailboxes.ts';
import { fingerprint } from '../../domain/fingerprint.ts';
import type { Pin } from '../../domain/pin.ts';
import { goOn, type RingStanding, type Rollout, type Stage, takeBack, takeUp } from '../../domain/rollout.ts';
import { sum } from '../../domain/sum.ts';
import type { ContactList } from '../../settings/contactList.ts';
import { definitionOf, definitionPrint } from '../../settings/definition.ts';
import { policyOf, type RolloutSettings } from '../../settings/rollout.ts';
import type { ListPartition } from '../../store/listPartition.ts';
import type { Progress, ProgressTable } from '../../store/progress.ts';
import { type ListStage, nameStage, type StageReader } from './stages.ts';

/** A list that has rings, with what a run found out about it. */
export interface RollingList {
  readonly list: ContactList;
  readonly rollout: RolloutSettings;
  /** The journal's newest position. */
  readonly head: number;
  /** The newest before this run's capture. */
  readonly headBefore: number;
  readonly epoch: number;
  /** Epoch milliseconds since when removals of contacts wait for a decision; undefined where none do. */
  readonly heldSince: number | undefined;
  /** The list was rolled back. */
  readonly pin: Pin | undefined;
  /** Ids of the mailboxes that receive it. */
  readonly mailboxes: ReadonlySet<string>;
  readonly rings: Rings;
}

/** In which ring mailboxes are. */
export interface Rings {
  of(mailboxId: string): number;
  /** Whether every group and mailbox that they name could be read. */
  readonly known: boolean;
}

export interface RolloutServices {
  readonly partition: ListPartition;
  readonly progress: ProgressTable;
  readonly stages: StageReader;
  /** Epoch milliseconds. */
  readonly now: number;
}

/**
 * How far the list's change has come, decided by what its mailboxes have reported, and written down before anything is
 * sent. Where another run decides at the same time, what that one has decided counts.
 *
 * @throws DamagedRow
 */
export async function carryOn(rolling: RollingList, services: RolloutServices): Promise<Rollout> {
  const { list } = rolling;
  const { partition } = services;
  const read = await partition.readRollout();
  const decided = await decide(rolling, read?.rollout, services);
  if (read && isSame(read.rollout, decided)) return decided;
  if (newestOf(read?.rollout)?.definition !== newestOf(decided)?.definition)
    await partition.keepDefinition(definitionPrint(list), definitionOf(list));
  if (await partition.writeRollout(decided, read)) return decided;
  return (await partition.readRollout())?.rollout ?? decided;
}

async function decide(rolling: RollingList, before: Rollout | undefined, services: RolloutServices): Promise<Rollout> {
  const { list, head, headBefore, epoch } = rolling;
  const { now } = services;
  const policy = policyOf(rolling.rollout);
  const newest: Stage = { head, epoch, definition: rolling.pin?.definition ?? definitionPrint(list) };
  const found = before ?? { kind: 'none', reached: { ...newest, head: headBefore } };
  const known = wasTakenBack(found, newest, rolling.pin) ? takeBack(found, newest, policy, now) : found;
  const begun = takeUp(known, newest, policy, now);
  if (begun.kind !== 'rolling' || begun !== before || !rolling.rings.known) return begun;
  const standing = await readRingStanding(rolling, begun.ring, begun.to, services);
  return takeUp(goOn(begun, { ...standing, heldSince: rolling.heldSince }, policy, now), newest, policy, now);
}

/** What is on its way began before the list was rolled back. */
function wasTakenBack(rollout: Rollout, newest: Stage, pin: Pin | undefined): boolean {
  if (rollout.kind === 'none' || pin?.kind !== 'pinned') return false;
  return rollout.to.head < pin.head || rollout.to.definition !== newest.definition;
}

function newestOf(rollout: Rollout | undefined): Stage | undefined {
  return rollout?.kind === 'none' ? rollout.reached : rollout?.to;
}

function isSame(left: Rollout, right: Rollout): boolean {
  return fingerprint(left) === fingerprint(right);
}

/** A page of rows for each thousand mailboxes, and only while a change is on its way. */
async function readRingStanding(
  { list, mailboxes, rings }: RollingList,
  ring: number,
  to: Stage,
  { progress, stages }: RolloutServices,
): Promise<RingStanding> {
  const goal = await stages.readStages(list, { kind: 'none', reached: to });
  const members = new Set([...mailboxes].filter(id => rings.of(id) === ring));
  const standings: RingStanding[] = [];
  for await (const rows of progress.readPages(list.id)) {
    for (const row of rows) {
      if (members.delete(row.mailboxId)) standings.push(standingIn(row, goal.of(ring, row, false), to.epoch));
    }
  }
  return sum({ ...nobody, mailboxes: members.size, behind: members.size }, standings);
}

const nobody = {
  ...{ mailboxes: 0, behind: 0, waiting: 0, failed: 0, contacts: 0, failedContacts: 0 },
  ...{ patchedFields: 0, editedFields: 0 },
} satisfies RingStanding;

function standingIn(row: Progress, { head, settings }: ListStage, epochOfHead: number): RingStanding {
  const { state, wanted, position, epoch, contacts, failed } = row;
  if (wanted !== 'target' || state === 'skipped') return nobody;
  const counted = { ...nobody, mailboxes: 1, contacts, failedContacts: failed };
  if (state === 'failed') return { ...counted, failed: 1 };
  if (state === 'waiting') return { ...counted, waiting: 1 };
  const isThere = position >= head && settings === row.settings && !isOtherJournal(epoch, epochOfHead);
  if (!isThere) return { ...nobody, mailboxes: 1, behind: 1 };
  const { editsOf, patchedFields, editedFields } = row;
  return editsOf === nameStage({ head, settings }) ? { ...counted, patchedFields, editedFields } : counted;
}
