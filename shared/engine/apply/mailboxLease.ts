import { isHeld } from '../../domain/lease.ts';
import { next } from '../../domain/mailboxPhase.ts';
import type { Clock } from '../../ports/clock.ts';
import { RowConflict, type RowOperation } from '../../ports/tableStorage.ts';
import type { Timing } from '../../settings/settings.ts';
import type { MailboxCheckpoint } from '../../store/mailboxCheckpoint.ts';
import {
  arePutBack,
  type Lease,
  leaseOperation,
  type MailboxPartition,
  type MailboxState,
  mailboxSealOperation,
} from '../../store/mailboxes.ts';

/** Another owner has the mailbox now; nothing of ours can be committed any more. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
  /** Source keys whose write was sent and whose outcome is not committed. */
  readonly keysInDoubt: readonly string[];

  constructor(keysInDoubt: readonly string[], options?: ErrorOptions) {
    super('the lease of the mailbox went to another owner', options);
    this.keysInDoubt = keysInDoubt;
  }
}

/**
 * The right to write to one mailbox. Every commit is guarded by the lease row's etag and renews it, so an owner that
 * lost it cannot commit (design: Applying, 1).
 */
export interface MailboxLease {
  /** The last owner died while it was working: the folders have to be listed before anything is written. */
  readonly listingOwed: boolean;
  /** The mailbox's rows were put back from a backup: the folders have to be listed once. */
  readonly putBack: boolean;
  /** Rows and the lease in one transaction, or in several of 99 rows. @throws LeaseLost */
  commit(rows: readonly RowOperation[]): Promise<void>;
  /** Renews the lease unless it outlasts a request that starts now, and what Graph may do after it was given up. */
  outlastRequest(): Promise<void>;
  /**
   * The last rows and the end of the lease in one transaction. `settled: false` keeps it `working` until it expires,
   * so that the next owner lists first: an outcome is unknown or a listing is still owed.
   */
  release(rows: readonly RowOperation[], settled: boolean): Promise<void>;
  /** Epoch milliseconds. */
  expiresAt(): number;
}

const rowsPerTransaction = 99;

/** A checkpoint with the listing that its mailbox owes. */
export function withDebt(
  checkpoint: MailboxCheckpoint,
  { listingOwed, putBack }: Pick<MailboxLease, 'listingOwed' | 'putBack'>,
): MailboxCheckpoint {
  if (!listingOwed && !putBack) return checkpoint;
  const because = listingOwed ? 'interrupted' : 'putBack';
  return { ...checkpoint, phase: next(checkpoint.phase, { kind: 'listingOwed', because }) };
}

/** Takes the mailbox's lease; resolves with the time until which it is held when another owner has it. */
export async function takeLease(
  partition: MailboxPartition,
  state: MailboxState,
  owner: string,
  clock: Clock,
  timing: Timing,
): Promise<MailboxLease | { readonly heldUntil: number }> {
  const held = state.lease?.lease;
  if (held?.working && isHeld(held.expiresAt, clock.now(), timing.leaseSeconds * 1000)) {
    return { heldUntil: held.expiresAt };
  }

  let etag: string | undefined = state.lease?.etag;
  let sealEtag = state.sealEtag ?? '';
  let lease = working();
  let queue: Promise<unknown> = Promise.resolve();
  try {
    if (state.sealEtag === undefined) [sealEtag = ''] = await put([mailboxSealOperation()]);
    else await put([]);
  } catch (error) {
    if (error instanceof LeaseLost) return { heldUntil: lease.expiresAt };
    throw error;
  }
  return {
    listingOwed: held?.working ?? false,
    putBack: arePutBack(state),
    commit: rows => inTurn(() => commitAll(rows)),
    outlastRequest: () => inTurn(outlastRequest),
    release: (rows, settled) => inTurn(() => release(rows, settled)),
    expiresAt: () => lease.expiresAt,
  };

  function working(): Lease {
    return { owner, working: true, expiresAt: clock.now() + timing.leaseSeconds * 1000, sealEtag };
  }

  /** Each write needs the etag that the one before it gave. */
  function inTurn(work: () => Promise<void>): Promise<void> {
    const turn = queue.then(work);
    queue = turn.catch(() => undefined);
    return turn;
  }

  async function commitAll(rows: readonly RowOperation[]): Promise<void> {
    for (let start = 0; start < rows.length; start += rowsPerTransaction) {
      lease = working();
      await put(rows.slice(start, start + rowsPerTransaction));
    }
  }

  async function outlastRequest(): Promise<void> {
    const needed = (timing.graphTimeoutSeconds + timing.graphGraceSeconds) * 1000;
    if (lease.expiresAt - clock.now() > needed) return;
    lease = working();
    await put([]);
  }

  async function release(rows: readonly RowOperation[], settled: boolean): Promise<void> {
    const lastFrom = Math.max(0, Math.ceil(rows.length / rowsPerTransaction) - 1) * rowsPerTransaction;
    await commitAll(rows.slice(0, lastFrom));
    if (settled) lease = { owner, working: false, expiresAt: 0, sealEtag };
    await put(rows.slice(lastFrom));
  }

  async function put(rows: readonly RowOperation[]): Promise<string[]> {
    try {
      const etags = await partition.write([...rows, leaseOperation(lease, etag)]);
      etag = etags.at(-1) ?? '';
      return etags;
    } catch (error) {
      if (error instanceof RowConflict) throw new LeaseLost([], { cause: error });
      throw error;
    }
  }
}
