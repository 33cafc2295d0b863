import { type ContactMailbox, type ExtendedProperty, GraphFailure } from '../../ports/contactMailbox.ts';
import type { ReadScope } from '../../ports/contactSource.ts';
import { folderNamesOf } from '../../settings/folderPath.ts';
import type { SourceFolder } from './cursor.ts';
import { leaveOutStamped } from './leaveOutStamped.ts';
import { withExtended } from './withExtended.ts';

export interface FolderResult {
  readonly folder: SourceFolder;
  readonly scope: ReadScope;
}

/**
 * Reads what changed in one source folder, from the start when there is no delta link or it cannot be used. Undefined
 * when there is no such folder.
 *
 * @param known the folder as the last capture left it, without an id when it was never found
 * @param fresh whether its path was looked up lately; otherwise that is done, and the folder read from the start
 */
export async function readSourceFolder(
  mailbox: ContactMailbox,
  known: { readonly path: string } & Partial<SourceFolder>,
  fresh: boolean,
  extended: readonly ExtendedProperty[],
): Promise<FolderResult | undefined> {
  const { path, id } = known;
  if (id === undefined || !fresh) return readFoundFolder(mailbox, path, extended);
  // What was not asked for before is not known of contacts that did not change since.
  const link = (known.extended ?? '') === extended.join() ? known.deltaLink : undefined;
  try {
    const read = await readFolder(mailbox, path, id, link || undefined);
    return await readWhole(mailbox, read, extended, known.leftOut);
  } catch (error) {
    // The id may be of a mailbox that was replaced behind its user.
    if (!isKind(error, 'notFound') && !isKind(error, 'refused')) throw error;
    return readFoundFolder(mailbox, path, extended);
  }
}

async function readFoundFolder(
  mailbox: ContactMailbox,
  path: string,
  extended: readonly ExtendedProperty[],
): Promise<FolderResult | undefined> {
  const folder = await mailbox.findFolder(folderNamesOf(path));
  return folder && readWhole(mailbox, await readFolder(mailbox, path, folder.id, undefined), extended);
}

/** With the extended properties, which neither a delta round nor a listing of the contacts gives. */
async function readWhole(
  mailbox: ContactMailbox,
  { folder, scope }: FolderResult,
  extended: readonly ExtendedProperty[],
  leftOutBefore: readonly string[] = [],
): Promise<FolderResult> {
  if (extended.length === 0) return { folder, scope };
  const { contacts, stamped } = await withExtended(mailbox, scope, extended);
  const { leftOut, scope: chosen } = leaveOutStamped({ ...scope, contacts }, stamped, leftOutBefore);
  return {
    folder: { ...folder, extended: extended.join(), ...(leftOut.length > 0 && { leftOut }) },
    scope: chosen,
  };
}

async function readFolder(
  mailbox: ContactMailbox,
  path: string,
  id: string,
  deltaLink: string | undefined,
): Promise<FolderResult> {
  try {
    const changes = await mailbox.readChanges(id, deltaLink);
    return {
      folder: { path, id, deltaLink: changes.deltaLink },
      scope: {
        folderId: id,
        complete: deltaLink === undefined,
        mayMiss: false,
        contacts: changes.contacts,
        photos: 'told',
      },
    };
  } catch (error) {
    if (deltaLink !== undefined && isUnusableLink(error)) {
      return readFolder(mailbox, path, id, undefined);
    }
    if (isKind(error, 'overQuota')) return listFolder(mailbox, path, id);
    throw error;
  }
}

/** Died, or damaged where it is stored: a request that Graph does not understand, or that answers something else. */
function isUnusableLink(error: unknown): boolean {
  if (isKind(error, 'deltaTokenDead') || isKind(error, 'refused')) return true;
  return isKind(error, 'unavailable') && (error as GraphFailure).status === 200;
}

/**
 * Delta state lies in the mailbox, so a full mailbox refuses delta queries while a plain listing works (rules.md:
 * Graph, Delta state). A listing may miss a contact that moved between its pages.
 */
async function listFolder(mailbox: ContactMailbox, path: string, folderId: string): Promise<FolderResult> {
  const contacts = await mailbox.listContacts(folderId);
  return {
    folder: { path, id: folderId },
    scope: { folderId, complete: true, mayMiss: true, contacts, photos: 'untold' },
  };
}

function isKind(error: unknown, kind: GraphFailure['kind']): boolean {
  return error instanceof GraphFailure && error.kind === kind;
}
