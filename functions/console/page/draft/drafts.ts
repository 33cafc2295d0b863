import { signal } from '@preact/signals';
import { session } from '../session.ts';
import { isSame } from './differences.ts';
import { type Entry, idFor, type Path, read, textAt, write } from './entry.ts';
import { type Fault, isAbout } from './faults.ts';
import type { Unfinished } from './unfinished.ts';

/** A list that somebody is about to store. */
export interface Draft {
  readonly entry: Entry;
  /** The version that it is based on; undefined for a list that there is not yet. */
  readonly version: number | undefined;
  /** What that version holds, or what a new list begins with. */
  readonly before: Entry;
  /** What the app said against it when it was asked last. */
  readonly faults: readonly Fault[];
  /** What was typed and is no setting yet, by the path of the setting that it is for. */
  readonly unfinished: Readonly<Record<string, Unfinished>>;
  /** For whoever looks at the versions later. */
  readonly reason: string;
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
    const drafts = JSON.parse(sessionStorage.getItem(storageKey()) ?? '{}') as Readonly<Record<string, Draft>>;
    return Object.fromEntries(Object.entries(drafts).map(([list, draft]) => [list, { ...untouched, ...draft }]));
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
export function isChanged({ entry, before, unfinished, reason }: Draft): boolean {
  return !isSame(entry, before) || Object.keys(unfinished).length > 0 || reason !== '';
}

const untouched = { faults: [], unfinished: {}, reason: '' };

export function begin(list: string, draft: Pick<Draft, 'entry' | 'version' | 'before'>): void {
  keep({ ...all(), [list]: { ...untouched, reason: draftOf(list)?.reason ?? '', ...draft } });
}

export function forget(list: string): void {
  const { [list]: _, ...others } = all();
  keep(others);
}

export function note(list: string, faults: readonly Fault[]): void {
  const draft = draftOf(list);
  if (draft) keep({ ...all(), [list]: { ...draft, faults } });
}

/** @param reason empty for none */
export function giveReason(list: string, reason: string): void {
  const draft = draftOf(list);
  if (draft) keep({ ...all(), [list]: { ...draft, reason } });
}

/** @param typed undefined once it is a setting, or was taken back */
export function keepUnfinished(list: string, path: Path, typed: Unfinished | undefined): void {
  const draft = draftOf(list);
  if (!draft) return;
  const { [path.join('.')]: _, ...others } = draft.unfinished;
  const unfinished = typed ? { ...others, [path.join('.')]: typed } : others;
  keep({ ...all(), [list]: { ...draft, unfinished } });
}

/** Puts other sources, or rules, where there were some: what was begun for those is dropped. */
export function replace(list: string, path: Path, value: unknown): void {
  set(list, path, value);
  const draft = draftOf(list);
  if (!draft) return;
  const left = Object.entries(draft.unfinished).filter(([name]) => !isAbout({ path: name, message: '' }, path));
  keep({ ...all(), [list]: { ...draft, unfinished: Object.fromEntries(left) } });
}

/** Takes one of several out; what was begun for those behind it moves along. */
export function takeOut(list: string, path: Path, index: number): void {
  const draft = draftOf(list);
  if (!draft) return;
  const before = read(draft.entry, path);
  const left = Array.isArray(before) ? before.filter((_each, at) => at !== index) : [];
  const unfinished = Object.entries(draft.unfinished).flatMap(([name, typed]) => {
    if (!isAbout({ path: name, message: '' }, path)) return [[name, typed]];
    const parts = name.split('.');
    const at = Number(parts[path.length]);
    if (at === index) return [];
    return [[at > index ? parts.with(path.length, String(at - 1)).join('.') : name, typed]];
  });
  set(list, path, left.length > 0 ? left : undefined);
  const taken = draftOf(list);
  if (taken) keep({ ...all(), [list]: { ...taken, unfinished: Object.fromEntries(unfinished) } });
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
