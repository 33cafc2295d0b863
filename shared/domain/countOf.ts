/** A number with its noun: "1 mailbox", "2 mailboxes". */
export function countOf(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
