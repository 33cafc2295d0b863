import type { MessageQueue } from '../ports/messageQueue.ts';
import type { CaptureMessage } from './messages.ts';
import { type RunOutcome, type RunServices, runSync } from './runSync.ts';

/** A list whose source is being read is tried again after this long, in milliseconds, and longer each time. */
const waitForCapture = 2000;
const longestWaitForCapture = 30_000;

/**
 * Runs what a message asks for. Lists whose source another capture is reading are asked for again a little later:
 * what changed after that capture started must not be missed.
 */
export async function runCapture(
  message: CaptureMessage,
  services: RunServices & { readonly captureQueue: MessageQueue<CaptureMessage> },
): Promise<RunOutcome> {
  const lists = services.lists.filter(({ id }) => message.lists.includes(id));
  const request = { id: message.run, cause: message.cause, lists, mailbox: message.mailbox, mode: message.mode };
  const outcome = await runSync(request, services);
  if (outcome.busy.length > 0) {
    const attempt = message.attempt + 1;
    const notBefore = services.clock.now() + Math.min(waitForCapture * attempt, longestWaitForCapture);
    const body: CaptureMessage = { ...message, lists: [...outcome.busy], attempt };
    await services.captureQueue.send([{ id: `${message.run}:capture:retry:${attempt}`, body, notBefore }]);
  }
  return outcome;
}
