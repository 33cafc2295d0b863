import type { FolderReading } from '../../core/sourceChanges.ts';
import {
  type ContactFolder,
  type ContactMailbox,
  GraphFailure,
  type SourceContact,
} from '../../ports/contactMailbox.ts';
import type { SnapshotContact, SourceFolder } from '../../state/sources.ts';

/** The source cannot be read as the list's settings say. Nothing is removed anywhere because of it. */
export class SourceProblem extends Error {
  override readonly name = 'SourceProblem';
  readonly code: string;

  constructor(code: string, detail: string, cause?: unknown) {
    super(detail, { cause });
    this.code = code;
  }
}

export interface FolderResult {
  readonly folder: SourceFolder;
  readonly reading: FolderReading;
}

/**
 * Reads what changed in one source folder, from the start when there is no delta link or it has died.
 *
 * @param known the folder as the last capture left it, without an id when it was never found
 * @param fresh whether its path was looked up lately; otherwise that is done, and the folder read from the start
 * @param readKnown the snapshot's contacts, needed only when Graph refuses delta queries
 * @throws SourceProblem when the folder is not there
 */
export async function readSourceFolder(
  mailbox: ContactMailbox,
  known: { readonly path: string; readonly id?: string; readonly deltaLink?: string | undefined },
  fresh: boolean,
  readKnown: () => Promise<readonly SnapshotContact[]>,
): Promise<FolderResult> {
  if (known.id === undefined || !fresh) return readFoundFolder(mailbox, known.path, readKnown);
  try {
    return await readFolder(mailbox, known.path, known.id, known.deltaLink, readKnown);
  } catch (error) {
    if (!isKind(error, 'notFound')) throw error;
    return readFoundFolder(mailbox, known.path, readKnown);
  }
}

async function readFoundFolder(
  mailbox: ContactMailbox,
  path: string,
  readKnown: () => Promise<readonly SnapshotContact[]>,
): Promise<FolderResult> {
  const folder = await findSourceFolder(mailbox, path);
  return readFolder(mailbox, path, folder.id, undefined, readKnown);
}

async function findSourceFolder(mailbox: ContactMailbox, path: string): Promise<ContactFolder> {
  const folder = await mailbox.findFolder(path.split('/').map(name => name.trim()));
  if (folder) return folder;
  throw new SourceProblem(
    'SourceFolderNotFound',
    'The source mailbox has no contact folder of the path that the list names: check source.folders',
  );
}

async function readFolder(
  mailbox: ContactMailbox,
  path: string,
  id: string,
  deltaLink: string | undefined,
  readKnown: () => Promise<readonly SnapshotContact[]>,
): Promise<FolderResult> {
  try {
    const changes = await mailbox.readChanges(id, deltaLink);
    return {
      folder: { path, id, deltaLink: changes.deltaLink },
      reading: { folderId: id, complete: deltaLink === undefined, contacts: changes.contacts },
    };
  } catch (error) {
    if (isKind(error, 'deltaTokenDead') && deltaLink !== undefined) {
      return readFolder(mailbox, path, id, undefined, readKnown);
    }
    if (isKind(error, 'overQuota')) return listFolder(mailbox, path, id, await readKnown());
    throw error;
  }
}

/**
 * Delta state lies in the mailbox, so a full mailbox refuses delta queries while a plain listing works (facts 2.2).
 * A listing may miss a contact that moved between its pages: whoever seems gone is asked for by id.
 */
async function listFolder(
  mailbox: ContactMailbox,
  path: string,
  folderId: string,
  known: readonly SnapshotContact[],
): Promise<FolderResult> {
  const contacts: SourceContact[] = await mailbox.listContacts(folderId);
  const listed = new Set(contacts.map(({ id }) => id));
  for (const contact of known) {
    if (contact.folderId !== folderId || listed.has(contact.sourceKey)) continue;
    const found = await mailbox.getContact(contact.sourceKey);
    if (found?.parentFolderId === folderId) contacts.push({ id: contact.sourceKey, contact: contact.contact });
  }
  return { folder: { path, id: folderId }, reading: { folderId, complete: true, contacts } };
}

function isKind(error: unknown, kind: GraphFailure['kind']): boolean {
  return error instanceof GraphFailure && error.kind === kind;
}
