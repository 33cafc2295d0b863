import { type Halt, haltOf } from '../../domain/halt.ts';
import { requestResync } from '../fan-out/index.ts';
import { releaseChange } from '../rollouts/index.ts';
import type { Services } from '../services.ts';

const byAdmin = {
  code: 'Halted',
  detail:
    'Somebody halted it: no source is read and nothing is written to a mailbox until POST /api/lists/{list}/release, or POST /api/release where everything was halted',
};

/**
 * Nothing is captured and no batch is begun any more, on every host within seconds; what Graph is working on ends
 * (rules.md: Halt). Of a list that is halted the first cause stays.
 *
 * @param listId undefined for every list, those that are added later too
 * @param reason of whoever halts it, for those who find it halted
 */
export async function halt(
  listId: string | undefined,
  reason: string | undefined,
  { clock, listIndex }: Pick<Services, 'clock' | 'listIndex'>,
): Promise<Halt> {
  const { halts } = await listIndex.read();
  const before = listId === undefined ? halts.everything : halts.lists.get(listId);
  if (before) return before;
  const made = { at: clock.now(), ...byAdmin, reason };
  await listIndex.halt(listId, made);
  return made;
}

/**
 * Lets go on what was halted, at once: resolves with the id of the run that does, or with why there is nothing to
 * release. A change that waits in a ring, or was halted there, goes on to the next.
 *
 * @param listId undefined for what `halt` of everything halted; lists that were halted one by one stay so
 */
export async function release(
  listId: string | undefined,
  services: Pick<Services, 'clock' | 'newId' | 'listIndex' | 'lists' | 'runs' | 'captureQueue' | 'openListPartition'>,
): Promise<{ readonly run: string } | 'notHalted' | 'allHalted'> {
  const { halts } = await services.listIndex.read();
  if (listId !== undefined && halts.everything) return 'allHalted';
  const isHalted = listId === undefined ? halts.everything !== undefined : halts.lists.has(listId);
  // Before the halt is lifted: who asks again after a failure must not send the change one ring further.
  const goesOn = listId !== undefined && (await releaseChange(listId, isHalted, services));
  if (!isHalted && !goesOn) return 'notHalted';
  if (isHalted) await services.listIndex.release(listId);
  const released = listId === undefined ? services.lists.filter(({ id }) => !halts.lists.has(id)) : [{ id: listId }];
  return { run: await requestResync(released, undefined, 'incremental', services) };
}

/** Why everything stands still, as this process knows it. */
export async function readHaltOfAll({ listIndex }: Pick<Services, 'listIndex'>): Promise<Halt | undefined> {
  return (await listIndex.read()).halts.everything;
}

/** Why the list stands still, as this process knows it. */
export async function readHalt(listId: string, { listIndex }: Pick<Services, 'listIndex'>): Promise<Halt | undefined> {
  return haltOf((await listIndex.read()).halts, listId);
}
