import * as z from 'zod';
import { sourceBasics } from './sourceBasics.ts';
import { strictObject } from './strictObject.ts';

const folderPath = z
  .string()
  .trim()
  .refine(path => path.split('/').every(part => part.trim() !== ''), 'a folder path is empty or has an empty name');

/** Contact folders of a mailbox, or public folders, of an Exchange server on premises. */
export const exchangeServerSettings = strictObject({
  ...sourceBasics,
  kind: z.literal('exchangeServer'),
  connection: z.string().trim().min(1, 'name a connection of CONNECTIONS'),
  /** Whose folders; of public folders, whose view of them: that of the user that signs in. */
  mailbox: z
    .string()
    .trim()
    .regex(/^[^\s@<>]+@[^\s@<>]+$/, 'is no address of a mailbox on the Exchange server: give its primary SMTP address'),
  publicFolders: z.boolean().default(false),
  folders: z.array(folderPath).min(1, 'name at least one source folder'),
});

export type ExchangeServerSettings = z.infer<typeof exchangeServerSettings>;
