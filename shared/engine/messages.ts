import * as z from 'zod';
import { fingerprint } from '../domain/fingerprint.ts';
import type { AskedGoal } from '../domain/goal.ts';
import { listId, mostLists } from '../settings/contactList.ts';
import { runIdPattern } from '../store/runId.ts';
import { runCauses } from '../store/runSummary.ts';

const runId = z.string().regex(runIdPattern);
/** An object id: rows are found by that alone, so that an address in a message would make a second mailbox of one. */
const mailboxId = z.string().regex(/^[A-Za-z0-9-]{1,128}$/);

/** How many deliveries of this work did not come to their end, over all copies of the message (see `failedWork.ts`). */
const failures = z.number().int().nonnegative().optional();

/** Asks for a capture of lists and the fan-out after it, for all their mailboxes or only for one. */
export const captureMessage = z.object({
  kind: z.literal('captureList'),
  run: runId,
  cause: z.enum(runCauses),
  lists: z.array(listId).max(mostLists),
  mailbox: mailboxId.optional(),
  mode: z.enum(['incremental', 'full']).default('incremental'),
  attempt: z.number().int().nonnegative(),
  failures,
});
export type CaptureMessage = z.infer<typeof captureMessage>;
export type SyncMode = CaptureMessage['mode'];

/** Asks for a look at the subscriptions of a list: at what is due, or `now` at all of them. */
export const renewalMessage = z.object({
  kind: z.literal('renewSubscriptions'),
  list: listId,
  now: z.boolean(),
});
export type RenewalMessage = z.infer<typeof renewalMessage>;

/** What the queue of captures holds. */
export const captureQueueMessage = z.discriminatedUnion('kind', [captureMessage, renewalMessage]);
export type CaptureQueueMessage = z.infer<typeof captureQueueMessage>;

/** Asks for one mailbox to be brought up to its lists' heads. Ids and positions only. */
export const syncMessage = z.object({
  kind: z.literal('syncMailbox'),
  /** The id that retries are derived from. */
  id: z.string().min(1).max(128),
  run: runId,
  mailbox: mailboxId,
  lists: z
    .array(
      z.object({
        list: listId,
        head: z.number().int().nonnegative(),
        /** The journal that the head is one of. */
        epoch: z.number().int().optional(),
        full: z.boolean().optional(),
        /** Fingerprint of the settings that the run began with. */
        settings: z.string().max(128).optional(),
        /** The fingerprint of an earlier definition, which a list that was rolled back is written by. */
        definition: z.string().max(64).optional(),
      }),
    )
    .max(mostLists),
  /** Somebody asked for this mailbox by name: its folders are looked at whatever the checkpoints say. */
  lookAtFolders: z.boolean().optional(),
  attempt: z.number().int().nonnegative(),
  failures,
  /** Source keys by list whose content in the mailbox is in doubt, after a commit was refused: list first. */
  verify: z.record(z.string(), z.array(z.string())).optional(),
});
export type SyncMessage = z.infer<typeof syncMessage>;

type NamedList = SyncMessage['lists'][number];

/**
 * What is asked for a list. No run names the head 0 without settings: it stands for a list that was handed over without
 * a position, as the version before sends and takes it.
 */
export function goalIn({ head, epoch = 0, settings }: NamedList): AskedGoal {
  return head === 0 && settings === undefined ? 'newest' : { head, epoch };
}

/** The way back, for a list that is named without settings where it has no position. */
export function goalColumns(goal: AskedGoal): Pick<NamedList, 'head' | 'epoch'> {
  return goal === 'newest' ? { head: 0 } : goal;
}

/**
 * Asks for a look into mailboxes for the proof of a run, which names the contacts: this names ids alone (rules.md:
 * Proof).
 */
export const verifyMessage = z.object({
  kind: z.literal('verifyRemoval'),
  run: runId,
  list: listId,
  mailboxes: z.array(mailboxId).min(1).max(100),
  attempt: z.number().int().nonnegative(),
});
export type VerifyMessage = z.infer<typeof verifyMessage>;

/** What the queue of mailboxes holds. */
export const syncQueueMessage = z.discriminatedUnion('kind', [syncMessage, verifyMessage]);

/** Names one attempt of one message among all that a run sent to a mailbox. */
export function attemptIdOf({ id, attempt }: Pick<SyncMessage, 'id' | 'attempt'>): string {
  return `${fingerprint(id)}_${attempt}`;
}

/** A message in one of our queues that is not ours, or of another version. It ends in the dead-letter queue. */
class ForeignMessage extends Error {
  override readonly name = 'ForeignMessage';
}

/** @throws ForeignMessage that names what is wrong, and not the content */
export function parseMessage<Message>(schema: z.ZodType<Message>, body: unknown): Message {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, code }) => `${path.join('.') || 'the body'}: ${code}`);
  throw new ForeignMessage(`The message is not one of ours (${faults.join(', ')}): it will be dead-lettered`);
}
