/** The key that a contact of ours carries: `<list>:<source key>`. A list id has no colon. */
export function stampKey(listId: string, sourceKey: string): string {
  return `${listId}:${sourceKey}`;
}

/**
 * The version that a contact of ours carries: the journal position of its content and the settings. After a crash in
 * the middle of a change of settings, and the old settings again, the position alone would not tell the content.
 */
export function stampVersion(position: number, settings: string): string {
  return `${position}.${settings.slice(0, 8)}`;
}

/** Whether the source changed the contact between two versions; other settings alone are no change of it. */
export function isOtherPosition(version: string, other: string): boolean {
  return version.split('.')[0] !== other.split('.')[0];
}

/** The source key of a stamp of this list; undefined for another list's stamp. */
export function sourceKeyOf(listId: string, key: string): string | undefined {
  return key.startsWith(`${listId}:`) ? key.slice(listId.length + 1) : undefined;
}
