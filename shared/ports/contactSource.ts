import type { Contact } from '../domain/contact.ts';
import type { EntryLimits } from '../domain/entryLimits.ts';
import type { FolderReading } from '../domain/sourceChanges.ts';
import type { ExtendedProperty, RequestCounts } from './contactMailbox.ts';
import type { PhotoQuestion, PhotoReading } from './photos.ts';

/** What a list needs to know of contacts beyond the fields that every reading gives. */
export interface SourceNeeds {
  /** Of a source whose readings leave them out: each costs it further requests. */
  readonly extended: readonly ExtendedProperty[];
  /** Whether it is to find out which contacts are private. */
  readonly findsPrivate?: boolean;
  /** How many entries of a list find a place in the targets; what is more is left out and told. */
  readonly entries: EntryLimits;
}

/** What a list reads its contacts from. Nothing is read before a method is called. */
export interface ContactSource {
  /** What the calls have cost so far, of each thing that was opened. */
  calls(): readonly RequestCounts[];
  /**
   * What changed since the reading that gave the cursor. Everything without a cursor, and where the source cannot use it
   * any more.
   *
   * @param beginWhole called where everything will be told, as soon as that is known: what it is compared with can be
   * read meanwhile
   * @throws SourceFailure
   */
  read(cursor: string | undefined, beginWhole?: () => void): Promise<Reading>;
  /**
   * Of contacts that a listing did not show, those that are there all the same, by id; undefined of one that cannot be
   * read.
   *
   * @param scopeId of a scope of the last reading
   * @throws SourceFailure
   */
  readStanding(scopeId: string, ids: readonly string[]): Promise<ReadonlyMap<string, Contact | undefined>>;
  /**
   * The photos of at most 20 contacts of scopes that have some, in the order of the questions; absent where the kind of
   * source has none.
   */
  readPhotos?(questions: readonly PhotoQuestion[]): Promise<readonly PhotoReading[]>;
}

export interface Reading {
  readonly scopes: readonly ReadScope[];
  /** For the next reading. */
  readonly cursor: string;
  /** What an admin should know; what could be read was read all the same. */
  readonly problems: readonly SourceProblem[];
  /** Ids of all contacts that are private, where that was asked for. */
  readonly privateIds?: readonly string[];
  /** What an admin may want to know although all is well. */
  readonly notes?: readonly SourceProblem[];
  /** A part that the settings name was not read: nothing is gone with a scope that is not shown. */
  readonly partsMissing: boolean;
}

/** A part of a source that is read on its own, such as a folder. */
export interface ReadScope extends FolderReading {
  /** A listing that may miss a contact: whoever seems gone has to be looked for. */
  readonly mayMiss: boolean;
}

/** Names no contact, and of the settings only their place. */
export interface SourceProblem {
  readonly code: string;
  readonly detail: string;
  /** Where the settings name what is wrong, and the fingerprint of what stood there. */
  readonly setting?: { readonly path: string; readonly print: string };
}

/** The source cannot be read. Nothing is removed anywhere because of it. */
export class SourceFailure extends Error {
  override readonly name = 'SourceFailure';
  readonly problems: readonly SourceProblem[];

  constructor(problems: readonly SourceProblem[], options?: ErrorOptions) {
    super(problems.map(({ detail }) => detail).join('; '), options);
    this.problems = problems;
  }
}
