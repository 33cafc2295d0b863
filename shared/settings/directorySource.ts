import * as z from 'zod';
import { type TextField, textFields } from '../domain/contact.ts';
import { groupAddress, mailboxAddress } from './mailboxAddress.ts';
import { sourceBasics } from './sourceBasics.ts';
import { strictObject } from './strictObject.ts';

const extensionAttribute = z
  .string()
  .regex(
    /^extensionAttribute([1-9]|1[0-5])$/,
    'is none of the extension attributes, extensionAttribute1 to extensionAttribute15',
  );

/** Users of the tenant, and its mail contacts on demand. */
export const directorySettings = strictObject({
  ...sourceBasics,
  kind: z.literal('directory'),
  /** All users of the tenant where it names none. */
  groups: z.array(groupAddress).default([]),
  /** Taken whatever they are: how shared mailboxes and rooms, whose accounts are disabled, get into the list. */
  mailboxes: z.array(mailboxAddress).default([]),
  exclude: strictObject({
    mailboxes: z.array(mailboxAddress).default([]),
    groups: z.array(groupAddress).default([]),
  }).default({ mailboxes: [], groups: [] }),
  includeGuests: z.boolean().default(false),
  includeDisabled: z.boolean().default(false),
  includeHidden: z.boolean().default(false),
  organisationContacts: z.boolean().default(false),
  /** Whether a person is in their own list. */
  includeSelf: z.boolean().default(false),
  /** Contact field to the extension attribute that fills it. */
  extensionAttributes: z.partialRecord(z.enum(textFields), extensionAttribute).default({}),
  /** How many members a group in doubt has to have to be believed, by the group's name in these settings. */
  acceptMembers: z.record(z.string(), z.number().int().min(0)).default({}),
});

export type DirectorySettings = z.infer<typeof directorySettings>;
export type ExtensionFields = Partial<Record<TextField, string>>;
