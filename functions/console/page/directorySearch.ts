import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type * as z from 'zod';
import type { directorySearchView } from '../../../shared/api/directorySearch.ts';
import { type ApiFailure, asFailure, post, signInExpired } from './api.ts';
import { typingPause } from './pages.ts';

export type Found = z.infer<typeof directorySearchView>;

/** As a form's `pattern` takes it. */
export const addressPattern = '[^\\s@]+@[^\\s@]+';

export function isAddress(text: string): boolean {
  return new RegExp(`^${addressPattern}$`).test(text);
}

export function searchDirectory(text: string, signal?: AbortSignal): Promise<Found> {
  return post('directory/search', { text }, signal);
}

interface DirectorySearch {
  readonly found: Found | undefined;
  readonly failure: ApiFailure | undefined;
}

/** Whom the directory has by a name or an address; nobody is looked for until there are two letters. */
export function useDirectory(text: string): DirectorySearch {
  const found = useSignal<Found | undefined>(undefined);
  const failure = useSignal<ApiFailure | undefined>(undefined);
  useEffect(() => {
    found.value = undefined;
    if (text.length < 2) {
      failure.value = undefined;
      return undefined;
    }
    const ended = new AbortController();
    const timer = setTimeout(() => look(ended.signal), typingPause);
    return () => {
      clearTimeout(timer);
      ended.abort();
    };
    // Also once somebody has signed in again.
  }, [text, signInExpired.value]);
  return { found: found.value, failure: failure.value };

  async function look(signal: AbortSignal): Promise<void> {
    try {
      found.value = await searchDirectory(text, signal);
      failure.value = undefined;
    } catch (error) {
      if (!signal.aborted) failure.value = asFailure(error);
    }
  }
}
