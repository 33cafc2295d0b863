/** What an answer says of a mailbox, with its address beside the id. */
export function withAddress<Item extends object>(
  item: Item,
  mailboxId: string | undefined,
  addresses: ReadonlyMap<string, string>,
): Item & { address?: string } {
  const address = addresses.get(mailboxId ?? '');
  return { ...item, ...(address === undefined ? {} : { address }) };
}
