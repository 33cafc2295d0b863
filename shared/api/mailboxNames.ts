import * as z from 'zod';

/**
 * What a mailbox's id may look like in a path. Capital letters are taken for small ones, since an object id comes in
 * either and a row key is only found in the one that Graph uses.
 */
export const mailboxParams = z.object({
  mailbox: z
    .string()
    .regex(/^[A-Za-z0-9-]{1,128}$/, 'is the object id of a user; POST /api/mailboxes/find gives that of an address')
    .toLowerCase()
    .meta({ description: 'The object id of the user' }),
});

const localPart = String.raw`[^\s\p{Cc}@/\\?%"<>()[\]:;,]{1,256}`;
/** Nothing that could lead elsewhere once it is a segment of a path, such as a slash or dots alone. */
const address = new RegExp(String.raw`^${localPart}@[\p{L}\p{N}.-]{1,255}$`, 'u');
const objectId = /^[A-Za-z0-9-]{1,128}$/;

export const mailboxAddress = z
  .string()
  .trim()
  .max(320)
  .regex(address, 'is not an address, such as ada@contoso.com')
  .meta({ description: 'The address of a mailbox' });

/** A mailbox as a body names it. */
export const mailboxName = z
  .string()
  .trim()
  .max(320)
  .refine(name => objectId.test(name) || address.test(name), 'is neither an address nor an object id')
  .meta({ description: 'The object id or the address of a mailbox' });
