import * as z from 'zod';

/** Beside the id of a mailbox, wherever an answer names one. */
export const addressed = {
  address: z
    .string()
    .optional()
    .meta({ description: 'Of the mailbox, for people; missing where the directory does not tell' }),
};

/** What an answer says of a mailbox, with its address beside the id. */
export function withAddress<Item extends object>(
  item: Item,
  mailboxId: string | undefined,
  addresses: ReadonlyMap<string, string>,
): Item & { address?: string } {
  const address = addresses.get(mailboxId ?? '');
  return { ...item, ...(address === undefined ? {} : { address }) };
}
