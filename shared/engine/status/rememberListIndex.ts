import type { Services } from '../services.ts';

/** Milliseconds. */
const keptFor = 60_000;

/**
 * The index of the lists ever captured, read once a minute: only a host with other settings adds a list that this one does
 * not know from its own.
 */
export function rememberListIndex({ listIndex, clock }: Pick<Services, 'listIndex' | 'clock'>): Services['listIndex'] {
  let kept: { readonly at: number; readonly ids: string[] } | undefined;
  return { ...listIndex, readAll };

  async function readAll(): Promise<string[]> {
    const now = clock.now();
    if (!kept || now - kept.at >= keptFor) kept = { at: now, ids: await listIndex.readAll() };
    return kept.ids;
  }
}
