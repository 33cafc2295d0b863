import * as z from 'zod';
import { strictObject } from '../settings/strictObject.ts';
import { mailboxName } from './mailboxNames.ts';

export const resyncBody = strictObject({
  mailbox: mailboxName.optional().meta({ description: 'Only this mailbox: its id or address' }),
  mode: z
    .enum(['incremental', 'full'])
    .default('incremental')
    .meta({ description: 'full: compare the folders as a whole, and repair them' }),
});
