import { signal } from '@preact/signals';
import { session } from '../session.ts';
import { isSame } from './differences.ts';
import { type Entry, idFor, type Path, textAt, write } from './entry.ts';
import { type Fault, isAbout } from './faults.ts';

/** A list that somebody is about to store. */
export interface Draft {
  readonly entry: Entry;
  /** The version that it is based on; undefined for a list that there is not yet. */
  readonly version: number | undefined;
  /** What that version holds, or what a new list begins with. */
  readonly before: Entry;
  /** What the app said against it when it was asked last. */
  readonly faults: readonly Fault[];
}

/** By the id of the list; a new one has none. */
type Drafts = Readonly<Record<string, Draft>>;

/** Of a draft of a list that there is not yet. */
export const newList = '';

const kept = signal<Drafts | undefined>(undefined);

/** A reload, or a sign-in that leads away from here, loses nothing: the browser keeps it for this tab and this person. */
function storageKey(): string {
  return `drafts of ${session.value.value?.id}`;
}

function all(): Drafts {
  return kept.value ?? readStored();
}

function readStored(): Drafts {
  try {
    return JSON.parse(sessionStorage.getItem(storageKey()) ?? '{}') as Drafts;
  } catch {
    return {};
  }
}

function keep(drafts: Drafts): void {
  kept.value = drafts;
  try {
    sessionStorage.setItem(storageKey(), JSON.stringify(drafts));
  } catch {
    // Without it, what is typed lasts as long as the page does.
  }
}

export function draftOf(list: string): Draft | undefined {
  return all()[list];
}

/** Whether something was typed that is not stored. */
export function isChanged({ entry, before }: Draft): boolean {
  return !isSame(entry, before);
}

export function begin(list: string, draft: Pick<Draft, 'entry' | 'version' | 'before'>): void {
  keep({ ...all(), [list]: { ...draft, faults: [] } });
}

export function forget(list: string): void {
  const { [list]: _, ...others } = all();
  keep(others);
}

export function note(list: string, faults: readonly Fault[]): void {
  const draft = draftOf(list);
  if (draft) keep({ ...all(), [list]: { ...draft, faults } });
}

export function replaceEntry(list: string, entry: Entry): void {
  const draft = draftOf(list);
  if (draft) keep({ ...all(), [list]: { ...draft, entry } });
}

/** Sets one setting; what was said against it is not said any more. */
export function set(list: string, path: Path, value: unknown): void {
  const draft = draftOf(list);
  if (!draft) return;
  const entry = write(draft.entry, path, value);
  const faults = draft.faults.filter(fault => !isAbout(fault, path));
  keep({ ...all(), [list]: { ...draft, entry, faults } });
}

/** Sets the name. The id and the folder of a list that there is not yet follow it, until somebody gives them their own. */
export function rename(list: string, name: string): void {
  const draft = draftOf(list);
  if (!draft) return;
  const before = textAt(draft.entry, ['name']);
  set(list, ['name'], name || undefined);
  if (draft.version !== undefined) return;
  if (textAt(draft.entry, ['id']) === idFor(before)) set(list, ['id'], idFor(name));
  const folder = ['destination', 'folder'];
  if (textAt(draft.entry, folder) === before) set(list, folder, name || undefined);
}
