/**
 * The names of a folder and of those above it, from the mailbox's root on. As in a JSON Pointer (RFC 6901), `~1` stands
 * for a slash inside of a name and `~0` for a tilde; any other tilde is one.
 */
export function folderNamesOf(path: string): string[] {
  return path.split('/').map(name => name.trim().replaceAll('~1', '/').replaceAll('~0', '~'));
}

/**
 * Whether two paths, given as names from the mailbox's root on, are those of one folder. The folders at the root lie
 * below the default folder, so `contacts/Staff` and `Staff` are one. Exchange compares names without case.
 *
 * @param localName of the default folder in the mailbox
 */
export function isSameFolder(names: readonly string[], others: readonly string[], localName = 'contacts'): boolean {
  return placeOf(names, localName) === placeOf(others, localName);
}

/** Whether two paths would be those of one folder in a mailbox whose default folder had the name that one begins with. */
export function mayBeSameFolder(names: readonly string[], others: readonly string[]): boolean {
  return [...names.slice(0, 1), ...others.slice(0, 1)].some(name => isSameFolder(names, others, name));
}

/** The same for every way to write a folder's path. */
function placeOf(names: readonly string[], localName: string): string {
  const [first = '', ...below] = names.map(name => name.trim().toLowerCase());
  const isDefault = first === 'contacts' || first === localName.trim().toLowerCase();
  if (isDefault) return below.length > 0 ? folderPathOf(below) : 'contacts';
  return folderPathOf([first, ...below]);
}

/** As `source.folders` of a list names the folder. */
export function folderPathOf(names: readonly string[]): string {
  return names.map(name => name.replaceAll('~', '~0').replaceAll('/', '~1')).join('/');
}
