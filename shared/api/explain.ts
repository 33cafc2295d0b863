import * as z from 'zod';
import { type ContactField, contactFields } from '../domain/contact.ts';
import { describe } from '../domain/reason.ts';
import type { ExplainedContacts } from '../engine/trial/index.ts';
import { isoTime } from '../isoTime.ts';
import { strictObject } from '../settings/strictObject.ts';
import { addressed } from './addressed.ts';
import { mailboxName } from './mailboxNames.ts';

export const explainBody = strictObject({
  mailbox: mailboxName,
  contact: z.string().trim().min(1).max(400).meta({
    description: 'A source key, or an e-mail address, name or words of it that the contact has at the source',
  }),
});

/** Each takes a look into the mailbox. */
export const mostExplained = 10;

const states = [
  'present',
  'behind',
  'failed',
  'held',
  'kept',
  'removed',
  'deletedByUser',
  'moved',
  'folderDeleted',
  'ownEntry',
  'notForThisUser',
  'private',
  'notInSource',
  'neverRead',
  'notATarget',
  'excluded',
  'disabled',
  'folderOfAnotherList',
  'left',
  'notChosen',
  'leaving',
  'cleared',
  'unknown',
] as const;

export const contactExplanation = z.object({
  present: z.boolean().nullable().meta({ description: 'Whether it is in the mailbox; null when nobody can say' }),
  state: z.enum(states),
  reason: z.string().meta({ description: 'Why it is there or not, in words' }),
  sourceKey: z.string().optional(),
  displayName: z.string().optional().meta({ description: 'At the source, as far as it is known' }),
  position: z.int().optional().meta({ description: 'Journal position of its last change at the source' }),
  adopted: z
    .literal(true)
    .optional()
    .meta({ description: "It was the user's own before the list took it over, and is given back instead of removed" }),
  changedByUser: z
    .array(z.enum(contactFields as [ContactField]))
    .optional()
    .meta({ description: 'Fields that hold in the mailbox what the user made of them' }),
  retryAt: z.iso.datetime().optional(),
});
export type ContactExplanation = z.infer<typeof contactExplanation>;

export const explanation = z.object({
  list: z.string(),
  mailbox: z.string(),
  contacts: z.array(contactExplanation).meta({ description: `One for each that is meant, at most ${mostExplained}` }),
  more: z.int().optional().meta({ description: 'Others that are meant, too: name one more closely, or by its key' }),
});
export type Explanation = z.infer<typeof explanation>;

export const addressedExplanation = explanation.extend(addressed);

export function viewExplanation({ list, mailbox, contacts, more }: ExplainedContacts): Explanation {
  return { list, mailbox, contacts: contacts.map(viewContact), ...(more > 0 ? { more } : {}) };
}

function viewContact(explained: ExplainedContacts['contacts'][number]): ContactExplanation {
  const { present, state, reasons, isAdopted, changedByUser, retryAt, named } = explained;
  const position = named?.row?.position ?? named?.removal?.position;
  return {
    present,
    state,
    reason: reasons.map(describe).join('; '),
    ...(isAdopted ? { adopted: true } : {}),
    ...(changedByUser.length > 0 ? { changedByUser: [...changedByUser] } : {}),
    ...(retryAt === undefined ? {} : { retryAt: isoTime(retryAt) }),
    ...(named && { sourceKey: named.sourceKey }),
    ...(named?.displayName === undefined ? {} : { displayName: named.displayName }),
    ...(position === undefined ? {} : { position }),
  };
}
