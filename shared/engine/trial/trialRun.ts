import type { Clock } from '../../ports/clock.ts';
import type { ContactMailbox } from '../../ports/contactMailbox.ts';
import type { Directory } from '../../ports/directory.ts';
import type { Tables } from '../../ports/tableStorage.ts';
import { type ContactList, settingsFingerprint } from '../../settings/contactList.ts';
import type { Timing } from '../../settings/settings.ts';
import { openInstallation } from '../../store/installation.ts';
import { type MailboxPartition, openMailbox, openMailboxIndex } from '../../store/mailboxes.ts';
import { openProgress, type Problem, type ProgressTable } from '../../store/progress.ts';
import { checkpointOperation, openListIndex, openSource, type Source } from '../../store/sources.ts';
import { captureSource } from '../capture/captureSource.ts';
import { type DueMailboxes, findDueMailboxes } from '../fan-out/fanOut.ts';
import { type FindReceiversServices, findReceivers } from '../fan-out/findReceivers.ts';
import type { Receivers } from '../fan-out/resolveTargets.ts';
import { type MailboxReading, openTrialMailbox } from './trialMailbox.ts';

export interface TrialServices extends Omit<FindReceiversServices, 'openSource'> {
  readonly clock: Clock;
  readonly timing: Timing;
  /** New tables over the real ones, whose writes stay in memory. */
  readonly openTrialTables: () => Tables;
  readonly openMailbox: (mailboxId: string) => MailboxReading;
  readonly openDirectory: () => Directory;
}

/** What a run of the list would begin with, found out in memory. */
export interface TrialRun {
  readonly source: Source;
  readonly progress: ProgressTable;
  readonly openPartition: (mailboxId: string) => MailboxPartition;
  readonly readInstallation: () => Promise<string>;
  readonly targets: Receivers;
  /** Undefined when the run would change nothing: the source was never read, or the list is a loop. */
  readonly due: DueMailboxes | undefined;
  readonly problems: readonly Problem[];
}

/**
 * Captures the list's source and finds the mailboxes that are due, with the workflows that a run does it with, but on
 * tables whose writes are forgotten: nothing is stored and no lease taken, so nobody has to wait for it.
 */
export async function tryRun(list: ContactList, services: TrialServices): Promise<TrialRun> {
  const { clock, timing } = services;
  const tables = services.openTrialTables();
  const source = openSource(tables.sources, list.id);
  const progress = openProgress(tables.progress);
  await readFromTheStart(source);
  const captured = await captureSource(list, {
    clock,
    openSource: listId => openSource(tables.sources, listId),
    listIndex: openListIndex(tables.sources),
    openMailbox: (mailboxId): ContactMailbox => openTrialMailbox(services.openMailbox(mailboxId), list.id),
    openDirectory: services.openDirectory,
    leaseMilliseconds: timing.leaseSeconds * 1000,
  });
  const directory = services.openDirectory();
  const openTrialSource = (listId: string) => openSource(tables.sources, listId);
  const receiversServices = { ...services, openSource: openTrialSource };
  const { targets, loop } = await findReceivers(list, directory, clock.now(), receiversServices);
  const openPartition = (mailboxId: string) => openMailbox(tables.mailboxes, mailboxId);
  const readInstallation = openInstallation(tables.sources, () => 'trial');
  const run = { source, progress, openPartition, readInstallation, targets };
  if (captured.head === undefined || loop) {
    const problems = [...captured.problems, ...targets.problems, ...(loop ? [loop] : [])];
    return { ...run, due: undefined, problems };
  }
  const due = await findDueMailboxes(
    {
      list: { ...list, settings: settingsFingerprint(list) },
      head: captured.head,
      epoch: captured.checkpoint?.epoch ?? 0,
      isKnown: (captured.checkpoint?.captures ?? 0) > 1,
      targets,
      onlyMailbox: undefined,
      mode: 'incremental',
      askedFor: false,
      now: clock.now(),
      // What is on its way has not been done yet.
      messagePatience: 0,
    },
    progress,
    source,
    openMailboxIndex(tables.mailboxes),
  );
  return { ...run, due, problems: [...captured.problems, ...due.problems] };
}

/** Without the delta links, which are the next capture's, and whoever captures right now. */
async function readFromTheStart(source: Source): Promise<void> {
  const stored = await source.readCheckpoint();
  if (!stored) return;
  const { checkpoint, etag } = stored;
  const folders = checkpoint.folders.map(({ deltaLink, ...folder }) => folder);
  await source.write([checkpointOperation({ ...checkpoint, folders, capturingUntil: 0 }, etag)]);
}
