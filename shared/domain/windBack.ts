import type { Contact } from './contact.ts';

/** A contact of the list, with the position of its last change. */
export interface PositionedContact {
  readonly sourceKey: string;
  readonly position: number;
  readonly contact: Contact;
  /** The hash of its photo; what is undone has none until it is done again. */
  readonly photo?: string | undefined;
}

/** A change, with the contact as it was before: null where the source did not have it, undefined where nobody knows. */
export interface UndoableChange {
  readonly sourceKey: string;
  readonly before?: Omit<PositionedContact, 'sourceKey' | 'photo'> | null | undefined;
}

/**
 * The contacts as they were before some changes. A contact of which nobody knows what it was stays as it is.
 *
 * @param changes in the order in which they happened
 */
export function windBack(
  contacts: readonly PositionedContact[],
  changes: readonly UndoableChange[],
): PositionedContact[] {
  const first = new Map(changes.toReversed().map(change => [change.sourceKey, change]));
  const undoable = new Map([...first].filter(([, { before }]) => before !== undefined));
  const unchanged = contacts.filter(({ sourceKey }) => !undoable.has(sourceKey));
  const undone = [...undoable.values()].flatMap(({ sourceKey, before }) => (before ? [{ sourceKey, ...before }] : []));
  return [...unchanged, ...undone];
}
