import type { PreviewedOperation } from '../../domain/previewedOperation.ts';
import type { ContactList } from '../../settings/contactList.ts';
import type { Problem } from '../../store/progress.ts';

/** What the next run would do, in one mailbox or in all of a list's. */
export interface ListPreview {
  readonly list: ContactList;
  /** When one mailbox was asked for. */
  readonly mailbox?: string;
  readonly creates: number;
  readonly patches: number;
  readonly deletes: number;
  readonly adopts?: number;
  readonly givesBack?: number;
  readonly photos?: number;
  readonly kept: number;
  readonly held: number;
  /** When all were: targets, those that would be written to, and those that wait. */
  readonly mailboxes?: { readonly total: number; readonly changed: number; readonly waiting: number };
  /** The totals are extrapolated from part of the mailboxes. */
  readonly estimated?: boolean;
  /** Of one mailbox; none for all. */
  readonly operations: readonly PreviewedOperation[];
  readonly notes: readonly string[];
  readonly problems: readonly Problem[];
}
