import type { Clock } from '../../ports/clock.ts';
import type { ListIndex } from '../../store/listIndex.ts';
import type { Services } from '../services.ts';

/** Milliseconds after which a halt that another process wrote is seen at the latest. */
const keptFor = 5000;

/**
 * The index of lists and halts, read every few seconds however many mailboxes are synced and pages looked at; what this
 * process changes it sees at once.
 */
export function rememberListIndex(listIndex: Services['listIndex'], clock: Clock): Services['listIndex'] {
  let kept: { readonly at: number; readonly index: Promise<ListIndex> } | undefined;
  return {
    ...listIndex,
    read,
    readAll: async () => (await read()).ids,
    halt: (...args) => forgetAfter(listIndex.halt(...args)),
    release: (...args) => forgetAfter(listIndex.release(...args)),
  };

  function read(): Promise<ListIndex> {
    const now = clock.now();
    if (kept && now - kept.at < keptFor) return kept.index;
    const index = listIndex.read();
    kept = { at: now, index };
    index.catch(forget);
    return index;
  }

  async function forgetAfter(written: Promise<void>): Promise<void> {
    await written.finally(forget);
  }

  function forget(): void {
    kept = undefined;
  }
}
