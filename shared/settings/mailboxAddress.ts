import * as z from 'zod';

export const mailboxAddress = z.string().trim().min(1, 'a mailbox is named by its address or its object id');
export const groupAddress = z.string().trim().min(1, 'a group is named by its mail address or its object id');
