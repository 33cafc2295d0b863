import { setTimeout as wait } from 'node:timers/promises';
import { describeStanding } from './report.ts';
import type { ListStanding, RunsApi } from './runsApi.ts';
import { StartError } from './startError.ts';

export interface CatchUpPace {
  /** Milliseconds between looks at the lists. */
  readonly poll: number;
  /** Milliseconds without a change after which it counts as stuck. */
  readonly toProgress: number;
}

const pace: CatchUpPace = { poll: 2000, toProgress: 300_000 };

/**
 * Waits until each source was read since the start and no mailbox is behind any more. After a start that was ended in
 * the middle of its sync the first run may find nothing to do: for all that the app knows, that one is still reading
 * the source, and its messages, which ended with the local broker, are still on their way.
 *
 * @param since milliseconds since 1970
 * @throws StartError when nothing gets further
 */
export async function catchUp(
  api: RunsApi,
  since: number,
  say: (text: string) => void,
  signal: AbortSignal,
  { poll, toProgress }: CatchUpPace = pace,
): Promise<void> {
  let movedAt = performance.now();
  let said = '';
  for (let lists = await api.lists(); lists.some(list => isBehind(list, since)); lists = await api.lists()) {
    const standing = describeStanding(lists);
    if (standing !== said) {
      say(`Takes up what the last start was at: ${standing}`);
      movedAt = performance.now();
    }
    said = standing;
    if (performance.now() - movedAt > toProgress) {
      throw new StartError(`Still ${standing}: see what the functions host says above`);
    }
    await wait(poll, undefined, { signal });
    await api.fireTimer('scheduleSync');
  }
}

/** A list in another state has a reason to be behind, which its run tells. */
function isBehind({ state, capturedAt, mailboxes }: ListStanding, since: number): boolean {
  if (state !== 'ok' && state !== 'held') return false;
  return mailboxes.behind > 0 || capturedAt === null || Date.parse(capturedAt) < since;
}
