import type { ContactList } from '../../settings/contactList.ts';
import { DamagedRow } from '../../store/damagedRow.ts';
import type { Progress } from '../../store/progress.ts';
import type { Services } from '../services.ts';
import { createStageReader } from './stages.ts';

/** What holds a mailbox back while a change comes to others first. */
export interface Ceiling {
  /** Its ring, counted from 1; the last are all that no ring names. */
  readonly ring: number;
  readonly of: number;
  /** The position that it keeps. */
  readonly position: number;
  /** Epoch milliseconds since when the change is at the ring that it has reached. */
  readonly since: number;
}

/** Undefined for a mailbox that nothing holds back. */
export type CeilingOf = (row: Pick<Progress, 'ring' | 'position' | 'epoch' | 'settings'>) => Ceiling | undefined;

const none: CeilingOf = () => undefined;

/** Reads nothing for a list without rings. One whose rollout cannot be read says so in its status. */
export async function readCeilings(
  list: ContactList | undefined,
  openListPartition: Services['openListPartition'],
): Promise<CeilingOf> {
  if (!list?.rollout) return none;
  const of = list.rollout.rings.length + 1;
  try {
    const { rollout } = (await openListPartition(list.id).readRollout()) ?? {};
    if (!rollout || rollout.kind === 'none') return none;
    const { from, since } = rollout;
    const stages = await createStageReader(openListPartition).readStages(list, rollout);
    const heldBack = stages.of(undefined, { position: -1, epoch: 0, settings: '' }, false);
    return ({ ring, ...standing }) => {
      const isHeldBack = stages.of(ring < 0 ? undefined : ring, standing, false) === heldBack;
      return isHeldBack ? { ring: ring < 0 ? of : ring + 1, of, position: from.head, since } : undefined;
    };
  } catch (error) {
    if (error instanceof DamagedRow) return none;
    throw error;
  }
}
