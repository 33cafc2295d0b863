import type { ContactField } from '../../domain/contact.ts';
import type { Ending } from '../../domain/ending.ts';
import type { LedgerEntry } from '../../domain/ledgerEntry.ts';
import type { Clock } from '../../ports/clock.ts';
import type { LedgerChange } from '../../store/listChanges.ts';
import type { MailboxLease } from '../../store/mailboxLease.ts';
import { type ContactCounts, noContacts } from '../../store/runWork.ts';

/** The ledger of one list in one mailbox while it is worked on: what is known now, and what is not committed yet. */
export interface LedgerWriter {
  readonly listId: string;
  readonly managedFields: readonly ContactField[];
  get(sourceKey: string): LedgerEntry | undefined;
  entries(): IterableIterator<LedgerEntry>;
  put(entry: LedgerEntry): void;
  /** @param how it ended in the mailbox; undefined where nothing of it ever was there */
  remove(sourceKey: string, how: Ending | undefined): void;
  /** A write of these keys is on its way: they are in doubt until an outcome is recorded and committed. */
  sending(sourceKeys: readonly string[]): void;
  /** An outcome that changes no row. */
  settled(sourceKey: string): void;
  /** Commits what was recorded so far. @throws LeaseLost */
  commit(): Promise<void>;
  /** Takes what was recorded so far, for a transaction of the caller's. */
  takeChanges(): LedgerChange[];
  /** Keys whose write was sent and whose outcome is not committed. */
  keysInDoubt(): string[];
  /** One more contact of which this became. */
  count(outcome: keyof ContactCounts): void;
  counts(): ContactCounts;
}

export function openLedgerWriter(
  listId: string,
  managedFields: readonly ContactField[],
  stored: readonly LedgerEntry[],
  lease: MailboxLease,
  clock: Clock,
): LedgerWriter {
  const entries = new Map(stored.map(entry => [entry.sourceKey, entry]));
  const changes = new Map<string, LedgerChange>();
  const inDoubt = new Map<string, number>();
  let sendings = 0;
  let counts: ContactCounts = noContacts;
  return {
    listId,
    managedFields,
    get: sourceKey => entries.get(sourceKey),
    entries: () => entries.values(),
    put,
    remove,
    sending: sourceKeys => {
      sendings++;
      for (const key of sourceKeys) inDoubt.set(key, sendings);
    },
    settled: sourceKey => inDoubt.delete(sourceKey),
    commit,
    takeChanges,
    keysInDoubt: () => [...inDoubt.keys()],
    count: outcome => {
      counts = { ...counts, [outcome]: (counts[outcome] ?? 0) + 1 };
    },
    counts: () => counts,
  };

  function put(entry: LedgerEntry): void {
    entries.set(entry.sourceKey, entry);
    changes.set(entry.sourceKey, { kind: 'put', entry, at: clock.now() });
  }

  function remove(sourceKey: string, how: Ending | undefined): void {
    entries.delete(sourceKey);
    changes.set(sourceKey, { kind: 'remove', sourceKey, ...(how && { ended: { how, at: clock.now() } }) });
  }

  async function commit(): Promise<void> {
    if (changes.size === 0) return;
    const recorded = [...changes.keys()].map(key => [key, inDoubt.get(key)] as const);
    await lease.commit({ listId, ledger: takeChanges() });
    for (const [key, sending] of recorded) {
      const sentAgain = inDoubt.get(key) !== sending;
      if (!sentAgain) inDoubt.delete(key);
    }
  }

  function takeChanges(): LedgerChange[] {
    const taken = [...changes.values()];
    changes.clear();
    return taken;
  }
}
