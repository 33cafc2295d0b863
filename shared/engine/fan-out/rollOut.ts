import type { Halt } from '../../domain/halt.ts';
import { lastHiding } from '../../domain/narrowing.ts';
import type { Rollout } from '../../domain/rollout.ts';
import type { ContactList } from '../../settings/contactList.ts';
import type { ListPartition } from '../../store/listPartition.ts';
import type { CaptureResult } from '../capture/index.ts';
import type { ResolvedTargets } from '../receivers/index.ts';
import { carryOn, type StageReader, type Stages } from '../rollouts/index.ts';
import type { Services } from '../services.ts';

type RollOutServices = Pick<Services, 'clock' | 'openListPartition' | 'progress' | 'listIndex'> & {
  readonly stages: StageReader;
};

type Captured = Pick<CaptureResult, 'headBefore' | 'checkpoint' | 'pin'> & {
  readonly head: number;
  readonly epoch: number;
};

/** What each mailbox is brought to, and what is taken from it although its ring has not come so far. */
export interface RingStages extends Stages<ContactList> {
  /** The last position beyond a head at which a contact became hidden from somebody, 0 for none. */
  hiddenBeyond(head: number): number;
}

/**
 * What each mailbox of the list is brought to, decided anew with each run; a change that went wrong halts the list. A
 * list without rings costs nothing here.
 *
 * @throws DamagedRow
 */
export async function rollOut(
  list: ContactList,
  { head, headBefore, epoch, checkpoint, pin }: Captured,
  { mailboxes, rings }: Pick<ResolvedTargets, 'mailboxes' | 'rings'>,
  { clock, openListPartition, progress, listIndex, stages }: RollOutServices,
): Promise<{ readonly stages: RingStages | undefined; readonly halt?: Halt }> {
  if (!list.rollout || !rings) return { stages: undefined };
  const heldSince = checkpoint?.hold?.decision === 'open' ? checkpoint.hold.since : undefined;
  const captured = { head, headBefore: headBefore ?? head, epoch, heldSince, pin };
  const rolling = { list, rollout: list.rollout, ...captured, mailboxes, rings };
  const services = { partition: openListPartition(list.id), progress, stages, now: clock.now() };
  const rollout = await carryOn(rolling, services);
  if (rollout.kind !== 'halted') {
    const read = await stages.readStages(list, rollout);
    return { stages: { ...read, hiddenBeyond: await readHidden(list, rollout, services.partition) } };
  }
  await listIndex.halt(list.id, rollout.halt);
  return { stages: undefined, halt: rollout.halt };
}

/** Read while a change is on its way. @throws DamagedRow */
async function readHidden(
  list: ContactList,
  rollout: Rollout,
  partition: ListPartition,
): Promise<RingStages['hiddenBeyond']> {
  if (rollout.kind === 'none') return () => 0;
  const changes = await partition.readChangesAfter(rollout.from.head);
  const [from, to] = [rollout.from.head, rollout.to.head].map(head => lastHiding(changes, head, list));
  return head => (head < rollout.to.head ? from : to) ?? 0;
}
