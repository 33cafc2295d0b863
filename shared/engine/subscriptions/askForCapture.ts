import { newRunId } from '../../store/runId.ts';
import type { SourceCheckpoint } from '../../store/sourceCheckpoint.ts';
import type { CaptureMessage } from '../messages.ts';
import type { Services } from '../services.ts';
import { shareCalls } from './shareCalls.ts';

/** Milliseconds between captures of a list that notifications ask for: what comes meanwhile shares the next one. */
export const pauseBetweenCaptures = 2_000;

/** Asks for a capture of a list that starts after the call; resolves when it is sure to come. */
export type AskForCapture = (listId: string) => Promise<void>;

/**
 * Many calls lead to few captures, over all hosts, and none is lost. A list's captures are counted, and one that starts
 * adds one before it reads the source. Whoever asks reads the count n and sends a message whose id is made of the list
 * and n: the queue takes an id only once (duplicate detection). The message, or its copy, stays in the queue until a
 * capture has started. So as long as n can be read, message n is still to come, and the capture that it starts serves
 * all who read n; who asks after that start reads n + 1 and sends the next message. Clocks only set the pace: the first
 * message is delivered at once, the next when the pause is over.
 */
export function createCaptureAsker({
  clock,
  newId,
  openListPartition,
  captureQueue,
}: Pick<Services, 'clock' | 'newId' | 'openListPartition' | 'captureQueue'>): AskForCapture {
  const lastSent = new Map<string, string>();
  return shareCalls(async listId => {
    const pace = await openListPartition(listId).readPace();
    const id = `${listId}:notification:${pace?.captures ?? 0}`;
    if (lastSent.get(listId) === id) return;
    const now = clock.now();
    const wait = waitBefore(pace, now);
    const body: CaptureMessage = {
      kind: 'captureList',
      run: newRunId(now, newId()),
      cause: 'notification',
      lists: [listId],
      mode: 'incremental',
      attempt: 0,
    };
    await captureQueue.send([{ id, body, ...(wait > 0 ? { notBefore: now + wait } : {}) }]);
    lastSent.set(listId, id);
  });
}

function waitBefore(pace: Pick<SourceCheckpoint, 'captureStartedAt'> | undefined, now: number): number {
  const startedAt = pace?.captureStartedAt ?? 0;
  return Math.min(startedAt + pauseBetweenCaptures - now, pauseBetweenCaptures);
}
