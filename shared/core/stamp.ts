/** The key that a contact of ours carries: `<list>:<source key>`. A list id has no colon. */
export function stampKey(listId: string, sourceKey: string): string {
  return `${listId}:${sourceKey}`;
}

/** The source key of a stamp of this list; undefined for another list's stamp. */
export function sourceKeyOf(listId: string, key: string): string | undefined {
  return key.startsWith(`${listId}:`) ? key.slice(listId.length + 1) : undefined;
}
