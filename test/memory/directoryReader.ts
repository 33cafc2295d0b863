import { fingerprint } from '../../shared/domain/fingerprint.ts';
import type { DirectoryReader, DirectoryRow, DirectoryValues } from '../../shared/ports/directoryReader.ts';
import { failure } from './graphFaults.ts';
import type { SourceRows } from './sourceRows.ts';

/**
 * Users of the tenant, without managers, groups and mail contacts. A row of a delta query tells that one changed, and no
 * more. `asked` gets the ids of whom a photo was asked for.
 */
export function openMemoryDirectoryReader(
  users: SourceRows<DirectoryValues>,
  photos: ReadonlyMap<string, Uint8Array> = new Map(),
  asked: string[] = [],
): DirectoryReader {
  return {
    counts: () => ({ requests: 0, roundTrips: 0 }),
    async readChanges(_, deltaLink) {
      if (users.failure) throw users.failure;
      const changed = deltaLink === undefined ? undefined : users.changedSince(deltaLink);
      if (deltaLink !== undefined && !changed) throw failure('deltaTokenDead');
      const rows = changed?.map(toldOf) ?? [...users.rows.keys()].map(wholeRowOf);
      // Graph has begun to answer where it breaks off.
      if (users.isBroken && rows.some(({ removed }) => !removed)) throw failure('unavailable');
      return { rows, deltaLink: users.token() };
    },
    tryChanges: async () => {},
    listOrganisationContacts: async () => [],
    lookUpUsers: async ids => ids.filter(id => users.rows.has(id)).map(wholeRowOf),
    lookUpContacts: async () => [],
    readReports: async () => [],
    memberIds: async () => [],
    async readUserPhotos(questions) {
      asked.push(...questions.map(({ id }) => id));
      return questions.map(({ id, etag: known }) => {
        const bytes = photos.get(id);
        if (!bytes) return { kind: 'none' };
        const etag = fingerprint([...bytes]);
        return etag === known ? { kind: 'same' } : { kind: 'read', bytes, etag };
      });
    },
  };

  function toldOf(id: string): DirectoryRow {
    return { id, removed: !users.rows.has(id), values: {} };
  }

  function wholeRowOf(id: string): DirectoryRow {
    return { id, removed: false, values: users.rows.get(id) ?? {}, managerId: null };
  }
}
