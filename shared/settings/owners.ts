import * as z from 'zod';
import { kindOfPath, parseFieldPath } from '../domain/fieldPath.ts';
import { type OwnersSource, ownersColumn } from '../domain/owners.ts';
import { mailboxAddress } from './mailboxAddress.ts';
import { strictObject } from './strictObject.ts';

const field = z.string().superRefine((text, context) => {
  if (text === ownersColumn) return;
  const path = parseFieldPath(text);
  const message = typeof path === 'string' ? path : findKindFault(text, kindOfPath(path));
  if (message) context.addIssue({ code: 'custom', message });
});

function findKindFault(text: string, kind: ReturnType<typeof kindOfPath>): string | undefined {
  return kind === 'address' || kind === 'date' ? `"${text}" holds no addresses of mailboxes` : undefined;
}

const from: z.ZodType<OwnersSource> = z.union([field, strictObject({ category: z.string().min(1, 'is empty') })]);

/** Whom a contact is for, where it says so itself (rules.md: Visibility). */
export const ownersSettings = strictObject({
  /** Where a contact names them. */
  from: from.default(ownersColumn),
  /** Who gets a contact of which no owner is a target. */
  unassigned: z.array(mailboxAddress).max(20, 'at most 20 mailboxes get what nobody owns').default([]),
  /** Whether a contact that names no owner is for nobody else than those. */
  ownersOnly: z.boolean().default(false),
});
