import { isOtherJournal, type MailboxStanding } from '../../domain/dueMailboxes.ts';
import { type Rollout, type Stage, stageOf } from '../../domain/rollout.ts';
import { memoise } from '../../memoise.ts';
import { type SyncedList, settingsFingerprint } from '../../settings/contactList.ts';
import { type Definition, definitionPrint, definitionSettings, withDefinition } from '../../settings/definition.ts';
import type { ListPartition } from '../../store/listPartition.ts';

/** What a mailbox is brought to: the list at a position, written as it was defined then. */
export interface ListStage<List extends SyncedList = SyncedList> {
  readonly head: number;
  readonly list: List;
  /** Fingerprint of its settings. */
  readonly settings: string;
  /** It is a change that has not come to everybody yet. */
  readonly isOnItsWay?: boolean;
}

/** By which reports of a mailbox name the change that they are about. */
export function nameStage({ head, settings }: Pick<ListStage, 'head' | 'settings'>): string {
  return `${head} ${settings}`;
}

/** Where a mailbox stands, as its checkpoint or the fan-out knows it. */
export type ReachedPosition = Pick<MailboxStanding, 'position' | 'epoch' | 'settings'>;

/** Which of a change's two sides each mailbox is on. */
export interface Stages<List extends SyncedList = SyncedList> {
  /**
   * @param ring undefined where it is not known
   * @param isNamed somebody asked for this mailbox by name, which the ceiling of its ring does not hold up
   */
  of(ring: number | undefined, standing: ReachedPosition, isNamed: boolean): ListStage<List>;
}

/** Definitions never change; what was read of one is kept, and each makes one list, since what is compiled of it is kept by that. */
export function createStageReader(openListPartition: (listId: string) => ListPartition) {
  const definitions = memoise<Definition>({ max: 100 });
  const made = new WeakMap<SyncedList, Map<string, SyncedList>>();
  return { readStages, readStage, listWith };

  /** @throws DamagedRow */
  async function readStages<List extends SyncedList>(list: List, rollout: Rollout): Promise<Stages<List>> {
    if (rollout.kind === 'none') {
      const reached = await stageWith(list, rollout.reached);
      return { of: () => reached };
    }
    const [from, changed] = await Promise.all([stageWith(list, rollout.from), stageWith(list, rollout.to)]);
    const to = { ...changed, isOnItsWay: true };
    return {
      of: (ring, { position, epoch, settings }, isNamed) => {
        const isAhead = position > from.head && !isOtherJournal(epoch, rollout.from.epoch);
        const isWrittenAnew = settings === to.settings && to.settings !== from.settings;
        const isBeyond = isNamed || isAhead || isWrittenAnew;
        return stageOf(rollout, ring, isBeyond) === rollout.to ? to : from;
      },
    };
  }

  /** Undefined for a list that has had no rings yet. @throws DamagedRow */
  async function readStage<List extends SyncedList>(
    list: List,
    ring: number | undefined,
    standing: ReachedPosition,
    isNamed: boolean,
  ): Promise<ListStage<List> | undefined> {
    const read = await openListPartition(list.id).readRollout();
    return read && (await readStages(list, read.rollout)).of(ring, standing, isNamed);
  }

  async function stageWith<List extends SyncedList>(list: List, { head, definition }: Stage): Promise<ListStage<List>> {
    const defined = await listWith(list, definition);
    return { head, list: defined, settings: settingsFingerprint(defined) };
  }

  /** The list written by a definition. @throws DamagedRow */
  async function listWith<List extends SyncedList>(list: List, print: string): Promise<List> {
    if (definitionPrint(list) === print) return list;
    const known = made.get(list) ?? new Map<string, SyncedList>();
    made.set(list, known);
    const read = () => openListPartition(list.id).readDefinition(print, definitionSettings);
    const definition = await definitions(`${list.id}:${print}`, read);
    const defined = (known.get(print) as List | undefined) ?? withDefinition(list, definition);
    known.set(print, defined);
    return defined;
  }
}

export type StageReader = ReturnType<typeof createStageReader>;
