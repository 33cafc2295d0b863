import { signal } from '@preact/signals';
import { searchDirectory } from './directorySearch.ts';

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
  const now = unknown.slice(0, mostAsked);
  // Before the first answer: who is added meanwhile asks for the others, too.
  for (const name of now) asked.add(name);
  for (const name of now) await readName(name);
}

async function readName(name: string): Promise<void> {
  try {
    const { groups, people } = await searchDirectory(name);
    const isMeant = (each: string | undefined) => each?.toLowerCase() === name.toLowerCase();
    const meant = [...groups, ...people].find(({ id, address }) => isMeant(id) || isMeant(address));
    if (meant) noteName(name, meant.name);
  } catch {
    // What is not found out is shown by its address.
  }
}
