import { signal } from '@preact/signals';
import type * as z from 'zod';
import type { directorySearchView } from '../../../shared/api/directorySearch.ts';
import { post } from './api.ts';

export type Found = z.infer<typeof directorySearchView>;

/** What groups and people are called that an entry names by address or id. */
export const directoryNames = signal<Readonly<Record<string, string>>>({});

/** Each is asked for once, whatever comes of it. */
const asked = new Set<string>();
/** The others are shown as the entry names them. */
const mostAsked = 20;

export function noteName(name: string, shown: string): void {
  directoryNames.value = { ...directoryNames.value, [name]: shown };
}

/** Finds out what they are called, after a reload or of a list that is stored. */
export async function readNames(names: readonly string[]): Promise<void> {
  const unknown = names.filter(name => directoryNames.value[name] === undefined && !asked.has(name));
  for (const name of unknown.slice(0, mostAsked)) {
    asked.add(name);
    await readName(name);
  }
}

async function readName(name: string): Promise<void> {
  try {
    const { groups, people } = await post<Found>('directory/search', { text: name });
    const isMeant = (each: string | undefined) => each?.toLowerCase() === name.toLowerCase();
    const meant = [...groups, ...people].find(({ id, address }) => isMeant(id) || isMeant(address));
    if (meant) noteName(name, meant.name);
  } catch {
    // What is not found out is shown by its address.
  }
}
