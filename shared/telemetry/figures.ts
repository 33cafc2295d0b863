import * as z from 'zod';
import { runMailboxStates } from '../store/runMailbox.ts';
import { runCauses } from '../store/runSummary.ts';

const count = z.int().nonnegative();
const id = z.string().min(1);
/** Graph's or our own code, never a text. */
const code = z.string().regex(/^[\w.:-]{1,80}$/);
const cost = { graphRequests: count, roundTrips: count, throttled: count };

/**
 * What an operator asks for. Each is written to the log as one line of JSON, which the queries of the alerts and of the
 * workbook read (infra/modules/queries); ids and numbers only.
 */
export const figures = {
  /** A run has captured its lists and sent its messages. */
  runFannedOut: z.strictObject({
    run: id,
    cause: z.enum(runCauses),
    lists: count,
    /** That got a message. */
    mailboxes: count,
    problems: count,
    /** Of these, those that an earlier run has logged. */
    problemsRepeated: count,
    ...cost,
    seconds: z.number().nonnegative(),
  }),
  /** How a list stands, at the end of each scheduled run: see `ListStatus`. */
  listStatus: z.strictObject({
    run: id,
    list: id,
    state: z.enum(['ok', 'held', 'error', 'halted', 'pinned', 'refused']),
    code: code.optional(),
    head: count,
    contacts: count,
    removalsHeld: count,
    mailboxesHeld: count,
    mailboxes: count,
    current: count,
    behind: count,
    waiting: count,
    failed: count,
    skipped: count,
    leaving: count,
    gone: count,
    failedContacts: count,
    failingPercent: z.number().min(0).max(100),
    oldestUnappliedSeconds: count,
    oldestFailedSeconds: count,
  }),
  /** One message to one mailbox was handled. */
  mailboxHandled: z.strictObject({
    run: id,
    mailbox: id,
    attempt: count,
    outcome: z.enum([...runMailboxStates, 'busy', 'leaseLost', 'error']),
    code: code.optional(),
    created: count,
    updated: count,
    deleted: count,
    failed: count,
    adopted: count.optional(),
    givenBack: count.optional(),
    ambiguous: count.optional(),
    leftInDeletedItems: count.optional(),
    photos: count.optional(),
    photosFailed: count.optional(),
    repaired: count,
    ...cost,
    seconds: z.number().nonnegative(),
  }),
  /** Messages were found in the dead-letter queues; the foreign ones stay there. */
  deadLetters: z.strictObject({ mailboxes: count, captures: count, foreign: count }),
  /** How the subscriptions to a list's source folders stand. */
  subscriptionStatus: z.strictObject({
    list: id,
    state: z.enum(['active', 'missing', 'error', 'off']),
    code: code.optional(),
  }),
  /** Somebody had the connections of a list tested. */
  connectionTest: z.strictObject({ list: id, steps: count, failed: count }),
} as const;

export type FigureName = keyof typeof figures;
export type Figure<Name extends FigureName> = z.infer<(typeof figures)[Name]>;

/** The figure as the line of JSON that is logged; its name comes first. */
export function formatFigure<Name extends FigureName>(name: Name, fields: Figure<Name>): string {
  return JSON.stringify({ figure: name, ...fields });
}
