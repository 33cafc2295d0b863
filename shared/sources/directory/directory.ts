import { fingerprint } from '../../domain/fingerprint.ts';
import type { SourceKind } from '../../ports/sourceKind.ts';
import type { DirectorySettings } from '../../settings/directorySource.ts';
import { openDirectoryUsers } from './openDirectoryUsers.ts';
import { testDirectory } from './testDirectory.ts';

/** Users of the tenant, and its mail contacts. */
export const directory: SourceKind<DirectorySettings, unknown> = {
  // Neither what an admin accepts of a group's size nor who sees whom changes anything of what is read.
  identity: ({ acceptMembers: _, includeSelf: __, ...settings }) => fingerprint(settings),
  open: openDirectoryUsers,
  // Of who joins a group, and of mail contacts, Graph tells nothing here.
  watch: () => ({ watched: [{ kind: 'users' }], everyChange: false }),
  test: testDirectory,
};
