import * as z from 'zod';
import { folderNamesOf } from './folderPath.ts';
import { mailboxAddress } from './mailboxAddress.ts';
import type { Place } from './place.ts';
import { sourceBasics } from './sourceBasics.ts';
import { strictObject } from './strictObject.ts';

const folderPath = z
  .string()
  .trim()
  .refine(path => path.split('/').every(part => part.trim() !== ''), 'a folder path is empty or has an empty name');

/** A source that names no kind is a contact folder, as all were once. */
const unnamedKind = z
  .literal('contactFolder')
  .optional()
  .transform(() => 'contactFolder' as const);

/** Contact folders of one mailbox, of the app's own tenant or of that which the connection leads to. */
export const contactFolderSettings = strictObject({
  ...sourceBasics,
  kind: unnamedKind,
  connection: z.string().trim().min(1, 'name a connection of CONNECTIONS').optional(),
  mailbox: mailboxAddress,
  folders: z.array(folderPath).min(1, 'name at least one source folder'),
});

export type ContactFolderSettings = z.infer<typeof contactFolderSettings>;

export function placesOfContactFolders({ connection, mailbox, folders }: ContactFolderSettings): readonly Place[] {
  return folders.map(path => ({ connection, mailbox, folder: folderNamesOf(path) }));
}
