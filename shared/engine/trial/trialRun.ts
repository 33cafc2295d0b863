import { type ContactList, settingsFingerprint } from '../../settings/contactList.ts';
import type { ListPartition } from '../../store/listPartition.ts';
import type { Problem } from '../../store/progress.ts';
import type { TrialStore } from '../../store/trialStore.ts';
import { type CaptureResult, captureSource } from '../capture/index.ts';
import { type DueMailboxes, findDueMailboxes } from '../fan-out/index.ts';
import { findReceivers, type Receivers } from '../receivers/index.ts';
import type { Services } from '../services.ts';
import { noPhotosKept } from './noPhotosKept.ts';
import { type MailboxReading, openTrialMailbox } from './trialMailbox.ts';
import { openTrialPartition } from './trialPartition.ts';

export type TrialServices = Pick<
  Services,
  | 'clock'
  | 'timing'
  | 'openListPartition'
  | 'openTrialStore'
  | 'sourceAdapters'
  | 'openDirectory'
  | 'configuredLists'
  | 'sourceReaders'
> & { readonly openMailbox: (mailboxId: string) => MailboxReading };

/** What a run of the list would begin with, found out in memory. */
export interface TrialRun {
  readonly partition: ListPartition;
  /** The product's rows, with what the run would have written. */
  readonly store: TrialStore;
  readonly targets: Receivers;
  /** Undefined when the run would change nothing: the source was never read, or the list is a loop. */
  readonly due: DueMailboxes | undefined;
  readonly problems: readonly Problem[];
  /** What an admin should know of the reading. */
  readonly notes: readonly string[];
}

/**
 * Captures the list's source and finds the mailboxes that are due, with what a run does it with, but on
 * tables whose writes are forgotten: nothing is stored but which row is damaged, and no lease taken,
 * so nobody has to wait for it.
 */
export async function tryRun(list: ContactList, services: TrialServices): Promise<TrialRun> {
  const { clock, configuredLists, sourceReaders, openDirectory, openMailbox } = services;
  const { store, openListPartition, partition, captured } = await tryCapture(list, services);
  await store.readProgressAhead(list.id);
  const { progress, mailboxIndex, choices } = store;
  const receivers = { configuredLists, sourceReaders, openListPartition, choices, openMailbox };
  const { targets, loop } = await findReceivers(list, openDirectory(), clock.now(), receivers);
  const run = { partition, store, targets, notes: describePinned(captured) };
  if (captured.head === undefined || loop) {
    const problems = [...captured.problems, ...targets.problems, ...(loop ? [loop] : [])];
    return { ...run, due: undefined, problems };
  }
  const due = await findDueMailboxes(
    {
      run: 'trial',
      list: { ...list, settings: settingsFingerprint(list) },
      head: captured.head,
      epoch: captured.checkpoint?.epoch ?? 0,
      isKnown: (captured.checkpoint?.captures ?? 0) > 1,
      targets,
      // All that the change would do, whatever waits for it.
      stages: undefined,
      onlyMailbox: undefined,
      mode: 'incremental',
      askedFor: false,
      now: clock.now(),
      // What is on its way has not been done yet.
      messagePatience: 0,
    },
    progress,
    partition,
    mailboxIndex,
  );
  return { ...run, due, problems: [...captured.problems, ...due.problems] };
}

/** One that is just tried to be rolled back is not pinned yet. */
function describePinned({ pin, headBefore }: CaptureResult): string[] {
  if (!pin || headBefore !== undefined) return [];
  const settings = pin.definition === undefined ? '' : ', and contacts are written as the settings of before said';
  return [
    `The list is pinned since it was rolled back: what its source says by now is not read${settings}, until POST /api/lists/{list}/unpin`,
  ];
}

/** Captures the list's source into tables whose writes are forgotten. */
export async function tryCapture(list: ContactList, services: TrialServices) {
  const { clock, timing } = services;
  const store = services.openTrialStore();
  const openListPartition = (listId: string) =>
    openTrialPartition(store.openListPartition(listId), services.openListPartition(listId));
  const partition = openListPartition(list.id);
  await store.beginCaptureAnew(list.id);
  const captured = await captureSource(list, {
    clock,
    openListPartition,
    sourceAdapters: {
      ...services.sourceAdapters,
      openMailbox: mailboxId => openTrialMailbox(services.sourceAdapters.openMailbox(mailboxId), list.id),
    },
    leaseMilliseconds: timing.leaseSeconds * 1000,
    photos: noPhotosKept,
  });
  return { store, openListPartition, partition, captured };
}
