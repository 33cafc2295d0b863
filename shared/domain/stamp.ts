/** The key that a contact of ours carries: `<list>:<source key>`. A list id has no colon. */
export function stampKey(listId: string, sourceKey: string): string {
  return `${listId}:${sourceKey}`;
}

/**
 * The key of a stamp that was taken off. To remove an extended property is not documented, so it is overwritten; no
 * list has this id.
 */
export const noStampKey = '-:';

/**
 * The version that a contact of ours carries: the journal position of its content and the settings. After a crash in
 * the middle of a change of settings, and the old settings again, the position alone would not tell the content. In a
 * folder that carries no mark of ours the id of the installation follows (rules.md: Stamp).
 */
export function stampVersion(position: number, settings: string, installation?: string): string {
  const content = `${position}.${settings.slice(0, 8)}`;
  return installation === undefined ? content : `${content}.${installation}`;
}

/** The journal position that a version names. */
export function positionOf(version: string): number {
  return Number.parseInt(version, 10);
}

/** Whether the source changed the contact between two versions; other settings alone are no change of it. */
export function isOtherPosition(version: string, other: string): boolean {
  return version.split('.')[0] !== other.split('.')[0];
}

/** Whether two versions were written under different settings. */
export function isOtherSettings(version: string, other: string): boolean {
  return version.split('.')[1] !== other.split('.')[1];
}

/** The installation that a version names; undefined where it names none. */
export function installationOf(version: string): string | undefined {
  return version.split('.')[2];
}

/**
 * The version of a contact that was the user's before: whatever becomes of its ledger row, it says that the contact is
 * given back and never deleted. It names the installation, since it may lie in any folder.
 */
export function adoptedVersion(version: string, installation: string): string {
  return [...contentOf(version), installation, adoptedMark].join('.');
}

const adoptedMark = 'adopted';

export function isAdoptedVersion(version: string): boolean {
  return version.split('.')[3] === adoptedMark;
}

/** Of a contact of ours that comes in the place of an adopted one. */
export function withoutAdoption(version: string): string {
  return isAdoptedVersion(version) ? contentOf(version).join('.') : version;
}

/** What names the content: position and settings. */
function contentOf(version: string): string[] {
  return version.split('.').slice(0, 2);
}

/** The source key of a stamp of this list; undefined for another list's stamp. */
export function sourceKeyOf(listId: string, key: string): string | undefined {
  return key.startsWith(`${listId}:`) ? key.slice(listId.length + 1) : undefined;
}
