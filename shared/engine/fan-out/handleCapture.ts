import { failuresOf, refuseFailedWork } from '../failedWork.ts';
import type { CaptureMessage } from '../messages.ts';
import type { Services } from '../services.ts';
import { requestKeyOf } from './requestResync.ts';
import { type RunServices, runLists } from './runLists.ts';
import type { RunOutcome } from './runOutcome.ts';

/** A list whose source is being read is tried again after this long, in milliseconds, and longer each time. */
const waitForCapture = 2000;
const longestWaitForCapture = 30_000;

/**
 * Runs what a message asks for. Lists whose source another capture is reading are asked for again a little later:
 * what changed after that capture started must not be missed.
 *
 * @param deliveryCount of the message, 1 at its first delivery
 * @throws WorkGivenUp when the work failed too often
 */
export async function handleCapture(
  message: CaptureMessage,
  services: RunServices & Pick<Services, 'captureQueue'>,
  deliveryCount = 1,
): Promise<RunOutcome> {
  refuseFailedWork(message);
  const pending = message.cause === 'resync' ? requestKeyOf(message) : undefined;
  // Before anything is read: whoever asks from now on is not served by this capture.
  if (pending !== undefined) await services.runs.endPending(pending, message.run);
  const lists = services.lists.filter(({ id }) => message.lists.includes(id));
  const vanished = message.lists.filter(id => !services.lists.some(list => list.id === id));
  const { run: id, cause, mailbox, mode } = message;
  const request = { id, cause, lists, vanished, mailbox, mode };
  const outcome = await runLists(request, services);
  if (outcome.busy.length > 0) {
    const attempt = message.attempt + 1;
    const notBefore = services.clock.now() + Math.min(waitForCapture * attempt, longestWaitForCapture);
    const failures = failuresOf(message, deliveryCount);
    // Nothing was captured: who asks meanwhile is served by the message that is sent now.
    if (pending !== undefined && outcome.busy.length === message.lists.length) {
      await services.runs.joinPending(pending, { run: message.run, askedAt: services.clock.now() }, async () => true);
    }
    const body: CaptureMessage = { ...message, lists: [...outcome.busy], attempt, failures };
    await services.captureQueue.send([{ id: `${message.run}:capture:retry:${attempt}`, body, notBefore }]);
  }
  return outcome;
}
