import { fingerprint } from '../../domain/fingerprint.ts';
import type { ContactList } from '../../settings/contactList.ts';
import type { PendingResync } from '../../store/pendingResyncs.ts';
import { newRunId } from '../../store/runId.ts';
import type { CaptureMessage, SyncMode } from '../messages.ts';
import type { Services } from '../services.ts';
import { newRun } from './runLists.ts';

/** After this long, in milliseconds, a run whose capture has not begun is not relied on any more. */
const patience = 300_000;

/**
 * Starts a run of the lists, for all their mailboxes or for one. Resolves with the id of the run, which can be read at
 * once.
 *
 * A request for the same joins a run whose capture has not begun, on whichever host: a row of `Runs` names that run
 * until its capture is about to read the source, so that whoever could still read the row is served by that capture,
 * and who comes later starts another run. Who joins does all the rest as well, the message with the same id, which the
 * queue takes only once: a host that died between the row and the message leaves nobody waiting.
 */
export async function requestResync(
  lists: readonly Pick<ContactList, 'id'>[],
  mailbox: string | undefined,
  mode: SyncMode,
  { clock, newId, runs, captureQueue }: Pick<Services, 'clock' | 'newId' | 'runs' | 'captureQueue'>,
): Promise<string> {
  const now = clock.now();
  const asked = { lists: lists.map(list => list.id), ...(mailbox === undefined ? {} : { mailbox }), mode };
  const isAlive = async ({ run, askedAt }: PendingResync) =>
    now - askedAt < patience && ((await runs.readSummary(run))?.fannedOutAt ?? 0) === 0;
  const id = await runs.joinPending(requestKeyOf(asked), { run: newRunId(now, newId()), askedAt: now }, isAlive);
  await runs.createSummary(newRun({ id, cause: 'resync', lists }, now));
  const body: CaptureMessage = { kind: 'captureList', run: id, cause: 'resync', ...asked, attempt: 0 };
  await captureQueue.send([{ id: `${id}:capture`, body }]);
  return id;
}

/** The same for requests that one run can serve. */
export function requestKeyOf({
  lists,
  mailbox = '',
  mode,
}: Pick<CaptureMessage, 'lists' | 'mailbox' | 'mode'>): string {
  return fingerprint([lists.toSorted(), mailbox, mode]);
}
