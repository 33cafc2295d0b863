import type { Halt } from '../../domain/halt.ts';
import type { ContactList } from '../../settings/contactList.ts';
import type { CaptureResult } from '../capture/captureSource.ts';
import { carryOn, type StageReader, type Stages } from '../rollouts/index.ts';
import type { Services } from '../services.ts';
import type { ResolvedTargets } from './resolveTargets.ts';

type RollOutServices = Pick<Services, 'clock' | 'openSource' | 'progress' | 'listIndex'> & {
  readonly stages: StageReader;
};

type Captured = Pick<CaptureResult, 'headBefore' | 'checkpoint'> & { readonly head: number; readonly epoch: number };

/**
 * What each mailbox of the list is brought to, decided anew with each run; a change that went wrong halts the list. A
 * list without rings costs nothing here.
 *
 * @throws DamagedRow
 */
export async function rollOut(
  list: ContactList,
  { head, headBefore, epoch, checkpoint }: Captured,
  { mailboxes, rings }: Pick<ResolvedTargets, 'mailboxes' | 'rings'>,
  { clock, openSource, progress, listIndex, stages }: RollOutServices,
): Promise<{ readonly stages: Stages<ContactList> | undefined; readonly halt?: Halt }> {
  if (!list.rollout || !rings) return { stages: undefined };
  const heldSince = checkpoint?.hold?.decision === 'open' ? checkpoint.hold.since : undefined;
  const captured = { head, headBefore: headBefore ?? head, epoch, heldSince };
  const rolling = { list, rollout: list.rollout, ...captured, mailboxes, rings };
  const services = { source: openSource(list.id), progress, stages, now: clock.now() };
  const rollout = await carryOn(rolling, services);
  if (rollout.kind !== 'halted') return { stages: await stages.readStages(list, rollout) };
  await listIndex.halt(list.id, rollout.halt);
  return { stages: undefined, halt: rollout.halt };
}
