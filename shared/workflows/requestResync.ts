import type { Clock } from '../ports/clock.ts';
import type { MessageQueue } from '../ports/messageQueue.ts';
import type { ContactList } from '../settings/contactList.ts';
import { newRunId, type RunsTable } from '../state/runs.ts';
import type { CaptureMessage, SyncMode } from './messages.ts';
import { newRun } from './runSync.ts';

export interface ResyncServices {
  readonly clock: Clock;
  /** A new unique id of hexadecimal digits at its start. */
  readonly newId: () => string;
  readonly runs: RunsTable;
  readonly captureQueue: MessageQueue<CaptureMessage>;
}

/** Starts a run of the lists, for all their mailboxes or for one. Resolves with the id of the run, which can be read at once. */
export async function requestResync(
  lists: readonly Pick<ContactList, 'id'>[],
  mailbox: string | undefined,
  mode: SyncMode,
  { clock, newId, runs, captureQueue }: ResyncServices,
): Promise<string> {
  const id = newRunId(clock.now(), newId());
  const request = { id, cause: 'resync' as const, lists };
  await runs.writeSummary(newRun(request, clock.now()));
  const body: CaptureMessage = {
    kind: 'captureList',
    run: id,
    cause: 'resync',
    lists: lists.map(list => list.id),
    ...(mailbox === undefined ? {} : { mailbox }),
    mode,
    attempt: 0,
  };
  await captureQueue.send([{ id: `${id}:capture`, body }]);
  return id;
}
