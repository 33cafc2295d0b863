import type { AddressedRun } from './elements/RunTable.tsx';
import { type Resource, useResource } from './resource.ts';

/** In milliseconds: whoever waits for a run is told soon that it has finished. */
const longestPause = 5_000;

/** Reads a run until it has finished. */
export function useRun(id: string): Resource<AddressedRun> {
  return useResource<AddressedRun>(`runs/${encodeURIComponent(id)}`, {
    again: ({ state }) => state === 'running',
    longestPause,
  });
}
