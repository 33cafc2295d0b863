import * as z from 'zod';
import { decisionOn } from '../domain/sourceChanges.ts';
import { strictObject } from '../settings/strictObject.ts';
import type { SnapshotContact } from '../store/snapshotRows.ts';

export const contactsPageSize = 50;

export const searchBody = strictObject({
  text: z
    .string()
    .trim()
    .max(200)
    .default('')
    .meta({ description: 'Words of the name, the company or an address; every contact without any' }),
  removal: z
    .enum(['held', 'rejected'])
    .optional()
    .meta({ description: 'Only contacts that are gone from the source: those whose removal waits, or was rejected' }),
  continuation: z.string().max(400).optional().meta({ description: 'What the page before named' }),
});

/** A contact of a list's source, as the HTTP API shows it to whoever looks for somebody. */
export const foundContact = z.object({
  sourceKey: z.string().meta({ description: 'Its key at the source, as `explain` takes it' }),
  displayName: z.string().nullable(),
  companyName: z.string().optional(),
  emailAddresses: z.array(z.string()),
  position: z.int().meta({ description: 'Journal position of its last change' }),
  removal: z
    .enum(['held', 'rejected'])
    .optional()
    .meta({ description: 'It is gone from the source: its removal waits for a decision, or was rejected' }),
  private: z
    .literal(true)
    .optional()
    .meta({ description: 'It is marked private at the source, and therefore for nobody' }),
});
export type FoundContact = z.infer<typeof foundContact>;

export const contactsPage = z.object({
  contacts: z.array(foundContact),
  total: z.int().meta({ description: 'Contacts that were found, on all pages' }),
  continuation: z.string().optional().meta({ description: 'Of the next page; missing on the last' }),
});

export function viewContact(row: SnapshotContact): FoundContact {
  const { sourceKey, contact, position } = row;
  const removal = decisionOn(row);
  const { displayName = null, companyName, emailAddresses = [], sensitivity } = contact;
  return {
    sourceKey,
    displayName,
    ...(companyName === undefined ? {} : { companyName }),
    emailAddresses: emailAddresses.flatMap(({ address }) => address ?? []),
    position,
    ...(removal === 'none' ? {} : { removal }),
    ...(sensitivity === 'private' ? { private: true } : {}),
  };
}
