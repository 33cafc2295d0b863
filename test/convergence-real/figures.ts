/** What a run has tried and found. */
export interface Figures {
  /** By kind: change sets, and edits of one contact. */
  readonly sourceEdits: Record<string, number>;
  readonly userEdits: Record<string, number>;
  /** Fault rules that were in force, by kind. */
  readonly faultRules: Record<string, number>;
  /** Runs that were asked for beside the schedule, by kind. */
  readonly resyncs: Record<string, number>;
  crashes: number;
  mailboxesCompared: number;
  contactsCompared: number;
  /** Contacts that differ from the source because the user may have them so. */
  keptForUsers: number;
  /** Contacts of the users' own that are as they were. */
  ownContacts: number;
  readonly violations: Violation[];
}

export interface Violation {
  readonly code: string;
  /** Ids and names of fields, never what a contact says. */
  readonly detail: string;
}

export function newFigures(): Figures {
  return {
    sourceEdits: {},
    userEdits: {},
    faultRules: {},
    resyncs: {},
    crashes: 0,
    mailboxesCompared: 0,
    contactsCompared: 0,
    keptForUsers: 0,
    ownContacts: 0,
    violations: [],
  };
}

export function countOne(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}
