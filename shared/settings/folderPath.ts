/**
 * The names of a folder and of those above it, from the mailbox's root on. As in a JSON Pointer (RFC 6901), `~1` stands
 * for a slash inside of a name and `~0` for a tilde; any other tilde is one.
 */
export function folderNamesOf(path: string): string[] {
  return path.split('/').map(name => name.trim().replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** As `source.folders` of a list names the folder. */
export function folderPathOf(names: readonly string[]): string {
  return names.map(name => name.replaceAll('~', '~0').replaceAll('/', '~1')).join('/');
}
