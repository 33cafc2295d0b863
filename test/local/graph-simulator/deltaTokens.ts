/** Opaque, signed tokens of delta queries, bound to mailbox, folder, selection and form of ids. */
import { z } from 'zod';
import { badlyFormedToken, GraphError } from './graphError.ts';
import { readSignedText, signText } from './signedText.ts';

export const expiryCodes = ['SyncStateNotFound', 'ResyncRequired', 'SyncStateInvalid', 'BadlyFormed'] as const;
export type ExpiryCode = (typeof expiryCodes)[number];

const tokenSchema = z.object({
  mailbox: z.string(),
  folder: z.number(),
  select: z.string(),
  immutableIds: z.boolean(),
  /** Index of the chain that started with a request without a token. */
  chain: z.number(),
  generation: z.number(),
  /** Generation of the simulator's expiry knob. */
  epoch: z.number(),
  /** Everything up to this change of the mailbox will have been shown when the round ends. */
  base: z.number(),
  /** Set within a round: the item (first round) or change (later rounds) after which to go on. */
  cursor: z.number().optional(),
  initial: z.boolean(),
  /** An empty page came just before. */
  emptied: z.boolean().optional(),
  /** An item to show once more. */
  repeat: z.number().optional(),
});

export type DeltaToken = z.infer<typeof tokenSchema>;

export function writeToken(secret: Buffer, token: DeltaToken): string {
  return signText(secret, token);
}

/** @throws 400 "Badly formed token.", also for that of another kind of delta query */
export function readToken(secret: Buffer, text: string): DeltaToken {
  const parsed = tokenSchema.safeParse(readSignedText(secret, text));
  if (!parsed.success) throw badlyFormedToken();
  return parsed.data;
}

/** `restart` is where a client may begin anew. */
export function expiredToken(code: ExpiryCode, generation: number, highest: number, restart: string): GraphError {
  if (code === 'BadlyFormed') return badlyFormedToken();
  if (code === 'SyncStateInvalid') return new GraphError(400, code, 'The sync state is invalid.');
  if (code === 'ResyncRequired') {
    return new GraphError(410, code, "Resync required. Replace any local items with the server's version.", {
      Location: restart,
    });
  }
  const text = `The sync state generation is not found; generation=${generation};[highest=${highest}]`;
  return new GraphError(410, code, text);
}
