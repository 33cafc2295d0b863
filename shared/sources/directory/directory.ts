import { fingerprint } from '../../domain/fingerprint.ts';
import type { SourceKind } from '../../ports/sourceKind.ts';
import type { DirectorySettings } from '../../settings/directorySource.ts';
import { parseCursor } from './cursor.ts';
import { openDirectoryUsers } from './openDirectoryUsers.ts';
import { testDirectory } from './testDirectory.ts';

/** Users of the tenant, and its mail contacts. */
export const directory: SourceKind<DirectorySettings, unknown> = {
  // Neither what an admin accepts of a group's size nor who sees whom changes anything of what is read.
  identity: ({ acceptMembers: _, includeSelf: __, ...settings }) => fingerprint(settings),
  open: openDirectoryUsers,
  watch: (_settings, cursor) => {
    const groups = parseCursor(cursor)?.groups ?? [];
    const members = groups.map(({ id }) => ({ kind: 'members' as const, groupId: id }));
    // Graph tells nothing of nested groups and of mail contacts.
    return { watched: [{ kind: 'users' }, ...members], everyChange: false };
  },
  test: testDirectory,
};
