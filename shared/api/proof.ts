import * as z from 'zod';
import { endings } from '../domain/ending.ts';
import { describeFinding, presenceCauses, proofStates } from '../domain/proof.ts';
import type { Evidence } from '../engine/proof/index.ts';
import { isoTime } from '../isoTime.ts';
import { contactPlaces } from '../ports/contactMailbox.ts';
import { strictObject } from '../settings/strictObject.ts';
import { problem } from '../store/progress.ts';
import { addressed } from './addressed.ts';

/** A person as a body names them: what is named is not kept, and nothing of it goes further. */
const contact = z
  .string()
  .trim()
  .min(1)
  .max(400)
  .meta({ description: 'A source key, or an e-mail address that the contact has, or had' });

export const proofBody = strictObject({
  contact,
  verify: z.boolean().default(false).meta({
    description: 'Looks into every mailbox, which takes a run; its result is kept for seven days',
  }),
});

const count = z.int();

const mailboxProof = z.object({
  id: z.string().meta({ description: 'The object id of the user' }),
  state: z.enum(proofStates),
  because: z
    .string()
    .optional()
    .meta({ description: `Why it is there or not: ${[...presenceCauses, ...endings].join(', ')}; else a code` }),
  at: z.iso.datetime().optional().meta({ description: 'When it ended, as far as that is known' }),
  detail: z.string().meta({ description: 'The same in words' }),
  places: z
    .array(
      z.object({
        folder: z.string(),
        kind: z.enum(contactPlaces),
        ofList: z.literal(true).optional().meta({ description: 'It is the folder that the list fills' }),
      }),
    )
    .optional()
    .meta({ description: 'The folders that hold a contact of the person, where the mailbox was looked into' }),
});

export const proof = z.object({
  list: z.string(),
  at: z.iso.datetime().meta({ description: 'What was true then' }),
  verified: z.boolean().meta({ description: 'Whether the mailboxes were looked into' }),
  contacts: z
    .array(
      z.object({
        sourceKey: z.string(),
        inSource: z.boolean(),
        removedAt: z.iso.datetime().optional().meta({ description: 'From the source' }),
      }),
    )
    .meta({
      description:
        'Those of the list that are meant; none where the list never knew the address that the mailboxes were looked into for',
    }),
  totals: z.object({
    mailboxes: count,
    ...(Object.fromEntries(proofStates.map(state => [state, count])) as Record<(typeof proofStates)[number], z.ZodInt>),
  }),
  mailboxes: z
    .array(mailboxProof)
    .meta({ description: 'Every mailbox that the list knows, those first where the person still is' }),
  notes: z.array(problem).meta({ description: 'What this proof cannot tell' }),
});
export type Proof = z.infer<typeof proof>;
export type MailboxProof = Proof['mailboxes'][number];

export const addressedProof = proof.extend({ mailboxes: z.array(mailboxProof.extend(addressed)) });
export type AddressedProof = z.infer<typeof addressedProof>;

export const forgetBody = strictObject({ contact });

export const forgotten = z.object({
  contacts: count.meta({ description: 'Contacts of the list that were the person' }),
  changes: count.meta({ description: 'Entries of the journal whose content was removed' }),
  photos: count.meta({ description: 'Photos that were removed' }),
  stillThere: count.meta({ description: 'Mailboxes that still have a contact of the person: ask for a proof' }),
  runId: z.string().optional().meta({ description: 'Of the run that removes them where a ring had kept them' }),
});
export type Forgotten = z.infer<typeof forgotten>;

/** The mailboxes first where the person still is. */
export function viewProof({ list, at, verified, contacts, mailboxes, notes }: Evidence): Proof {
  const shown = mailboxes.map(viewMailbox);
  return {
    list,
    at: isoTime(at),
    verified,
    contacts: contacts.map(({ sourceKey, row, removedAt }) => ({
      sourceKey,
      inSource: row !== undefined && row.removal.kind === 'none',
      ...(removedAt === undefined ? {} : { removedAt: isoTime(removedAt) }),
    })),
    totals: totalsOf(shown),
    mailboxes: shown.toSorted((one, other) => rankOf(one) - rankOf(other)),
    notes: notes.map(({ code, detail }) => ({ code, detail })),
  };
}

function viewMailbox({ id, finding, places }: Evidence['mailboxes'][number]): MailboxProof {
  return {
    id,
    state: finding.state,
    ...('because' in finding && finding.because ? { because: finding.because } : {}),
    ...(finding.state === 'removed' && finding.at ? { at: isoTime(finding.at) } : {}),
    detail: describeFinding(finding),
    ...(places.length > 0 ? { places } : {}),
  };
}

function rankOf({ state }: MailboxProof): number {
  return proofStates.indexOf(state);
}

function totalsOf(mailboxes: readonly MailboxProof[]): Proof['totals'] {
  const counts = proofStates.map(state => [state, mailboxes.filter(mailbox => mailbox.state === state).length]);
  return { mailboxes: mailboxes.length, ...Object.fromEntries(counts) };
}
