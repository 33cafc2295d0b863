import { chunksOf } from '../domain/chunks.ts';
import { isHeld } from '../domain/lease.ts';
import type { Clock } from '../ports/clock.ts';
import { RowConflict, type RowOperation } from '../ports/tableStorage.ts';
import { guardWrites, rowsBesideGuard, type WriteRows } from './guardedWrites.ts';
import type { ListChanges } from './listChanges.ts';
import {
  arePutBack,
  type Lease,
  leaseOperation,
  type MailboxState,
  mailboxSealOperation,
  rowsOf,
} from './mailboxRows.ts';

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
 * lost it cannot commit (rules.md: Applying, 1).
 */
export interface MailboxLease {
  /** The last owner died while it was working: the folders have to be listed before anything is written. */
  readonly listingOwed: boolean;
  /** The mailbox's rows were put back from a backup: the folders have to be listed once. */
  readonly putBack: boolean;
  /** Changes and the lease in one transaction, or in as many as their rows need. @throws LeaseLost */
  commit(changes: ListChanges): Promise<void>;
  /** Renews the lease unless it outlasts a request that starts now, and what Graph may do after it was given up. */
  outlastRequest(): Promise<void>;
  /**
   * The last changes and the end of the lease in one transaction. `settled: false` keeps it `working` until it expires,
   * so that the next owner lists first: an outcome is unknown or a listing is still owed.
   */
  release(changes: ListChanges | undefined, settled: boolean): Promise<void>;
  /** Epoch milliseconds. */
  expiresAt(): number;
}

/** In seconds. */
export interface LeaseTiming {
  readonly leaseSeconds: number;
  readonly graphTimeoutSeconds: number;
  readonly graphGraceSeconds: number;
}

/** Until when another owner works on the mailbox (epoch milliseconds), undefined where none does. */
export function heldUntil({ lease }: MailboxState, now: number, { leaseSeconds }: LeaseTiming): number | undefined {
  const { working = false, expiresAt = 0 } = lease?.lease ?? {};
  return working && isHeld(expiresAt, now, leaseSeconds * 1000) ? expiresAt : undefined;
}

/** What the mailbox owes whoever works on it next. */
function owedListings(state: MailboxState): Pick<MailboxLease, 'listingOwed' | 'putBack'> {
  return { listingOwed: state.lease?.lease.working ?? false, putBack: arePutBack(state) };
}

/** Takes the mailbox's lease; resolves with the time until which it is held when another owner has it. */
export async function takeMailboxLease(
  write: WriteRows,
  state: MailboxState,
  owner: string,
  clock: Clock,
  timing: LeaseTiming,
): Promise<MailboxLease | { readonly heldUntil: number }> {
  const heldByOther = heldUntil(state, clock.now(), timing);
  if (heldByOther !== undefined) return { heldUntil: heldByOther };

  const commitRows = guardWrites(write, leaseOperation, state.lease?.etag);
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
    ...owedListings(state),
    commit: changes => inTurn(() => commitAll(rowsOf(changes))),
    outlastRequest: () => inTurn(outlastRequest),
    release: (changes, settled) => inTurn(() => release(changes ? rowsOf(changes) : [], settled)),
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
    for (const part of chunksOf(rows, rowsBesideGuard)) {
      lease = working();
      await put(part);
    }
  }

  async function outlastRequest(): Promise<void> {
    const needed = (timing.graphTimeoutSeconds + timing.graphGraceSeconds) * 1000;
    if (lease.expiresAt - clock.now() > needed) return;
    lease = working();
    await put([]);
  }

  async function release(rows: readonly RowOperation[], settled: boolean): Promise<void> {
    const last = chunksOf(rows, rowsBesideGuard).at(-1) ?? [];
    await commitAll(rows.slice(0, rows.length - last.length));
    if (settled) lease = { owner, working: false, expiresAt: 0, sealEtag };
    await put(last);
  }

  async function put(rows: readonly RowOperation[]): Promise<string[]> {
    try {
      return await commitRows(rows, lease);
    } catch (error) {
      if (error instanceof RowConflict) throw new LeaseLost([], { cause: error });
      throw error;
    }
  }
}

/** The lease of a trial, whose rows stay in memory: nobody is asked for it, and nobody has to wait for it. */
export function imagineLease(write: WriteRows, state: MailboxState, isBusy: boolean): MailboxLease {
  const { listingOwed, putBack } = owedListings(state);
  return {
    // Of somebody who works on it at this moment.
    listingOwed: listingOwed && !isBusy,
    putBack,
    async commit(changes) {
      for (const part of chunksOf(rowsOf(changes), rowsBesideGuard)) await write(part);
    },
    outlastRequest: async () => undefined,
    release: async () => undefined,
    expiresAt: () => Number.POSITIVE_INFINITY,
  };
}
