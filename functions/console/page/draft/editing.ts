import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { type Draft, draftOf, keepUnfinished, set } from './drafts.ts';
import { type Entry, type Path, read, textAt, textsAt } from './entry.ts';
import { type Fault, isAbout, joinFaults } from './faults.ts';
import { faultsInNumbers } from './numbers.ts';
import type { Unfinished } from './unfinished.ts';

/** The id of the list that is edited on the screen; empty for a new one. */
export const EditedList = createContext('');

export interface Editing {
  readonly list: string;
  readonly draft: Draft;
  readonly entry: Entry;
  set(path: Path, value: unknown): void;
  read(path: Path): unknown;
  text(path: Path): string;
  texts(path: Path): readonly string[];
  faultsAt(path: Path): readonly Fault[];
  /** Undefined where nothing was begun. */
  unfinished(path: Path): unknown;
  keepUnfinished(path: Path, typed: Unfinished | undefined): void;
}

const nothing: Draft = { entry: {}, version: undefined, before: {}, faults: [], unfinished: {}, reason: '' };

/** The draft that the screen is about. */
export function useEditing(): Editing {
  const list = useContext(EditedList);
  const draft = draftOf(list) ?? nothing;
  const { entry } = draft;
  return {
    list,
    draft,
    entry,
    set: (path, value) => set(list, path, value),
    read: path => read(entry, path),
    text: path => textAt(entry, path),
    texts: path => textsAt(entry, path),
    faultsAt: path => joinFaults(draft.faults, faultsInNumbers(entry)).filter(fault => isAbout(fault, path)),
    unfinished: path => draft.unfinished[path.join('.')]?.typed,
    keepUnfinished: (path, typed) => keepUnfinished(list, path, typed),
  };
}
