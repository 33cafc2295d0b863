import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { type ApiFailure, asFailure } from './api.ts';

export interface Page {
  /** Of the page that follows; missing on the last. */
  readonly continuation?: string | undefined;
}

/** @param continuation undefined for the first page */
export type ReadPage<Some extends Page> = (continuation: string | undefined, signal?: AbortSignal) => Promise<Some>;

export interface Pages<Some extends Page> {
  /** Those that were read so far; none while the first is not there. */
  readonly pages: readonly Some[];
  readonly failure: ApiFailure | undefined;
  readonly hasMore: boolean;
  /** Reads the next page, or the one that failed. */
  readMore(): void;
}

/** Milliseconds: what somebody types is looked for when they pause. */
export const typingPause = 300;

/**
 * Reads the first page, and more on demand.
 *
 * @param question what the pages answer: with another one they are read anew. None is read for undefined
 */
export function usePages<Some extends Page>(read: ReadPage<Some>, question: string | undefined): Pages<Some> {
  const pages = useSignal<readonly Some[]>([]);
  const failure = useSignal<ApiFailure | undefined>(undefined);
  useEffect(() => {
    if (question === undefined) return undefined;
    const ended = new AbortController();
    const pause = pages.value.length === 0 ? 0 : typingPause;
    const timer = setTimeout(() => add([], ended.signal), pause);
    return () => {
      clearTimeout(timer);
      ended.abort();
    };
  }, [question]);
  const hasMore = pages.value.at(-1)?.continuation !== undefined;
  return { pages: pages.value, failure: failure.value, hasMore, readMore: () => void add(pages.value) };

  async function add(before: readonly Some[], signal?: AbortSignal): Promise<void> {
    try {
      const page = await read(before.at(-1)?.continuation, signal);
      if (signal?.aborted) return;
      pages.value = [...before, page];
      failure.value = undefined;
    } catch (error) {
      if (!signal?.aborted) failure.value = asFailure(error);
    }
  }
}

/** All pages, for a file. */
export async function readAllPages<Some extends Page>(read: ReadPage<Some>): Promise<Some[]> {
  const pages = [await read(undefined)];
  for (let next = pages[0]?.continuation; next !== undefined; next = pages.at(-1)?.continuation) {
    pages.push(await read(next));
  }
  return pages;
}
