import { carryOver } from '../../domain/carryOver.ts';
import { contactFields } from '../../domain/contact.ts';
import { contactIdOf, isPresent, refusalOf } from '../../domain/ledgerEntry.ts';
import type { PlannedOperation } from '../../domain/plan.ts';
import { isAdoptedVersion, sourceKeyOf } from '../../domain/stamp.ts';
import type { ContactMailbox, MarkedFolder, StampedContact } from '../../ports/contactMailbox.ts';
import type { SyncedList } from '../../settings/contactList.ts';
import type { FormerFolderRow } from '../../store/mailboxCheckpoint.ts';
import type { JournalReader } from '../wanted/index.ts';
import { settleDoubles } from './doubles.ts';
import type { DuplicateTask } from './execution.ts';
import type { LedgerWriter } from './ledgerWriter.ts';
import { findStandingFolder } from './targetFolder.ts';

/**
 * A folder that a list's contacts are moving out of. Graph cannot move a contact (rules.md: Graph, Moves): it is made
 * anew.
 */
export interface FormerFolder {
  readonly row: FormerFolderRow;
  readonly folder: MarkedFolder;
  /** The contact of each source key that moves. */
  readonly moving: ReadonlyMap<string, StampedContact>;
  /** Further contacts with the same stamps, which users made. */
  readonly copies: readonly (StampedContact & { readonly sourceKey: string })[];
}

/** Undefined for a folder that is gone meanwhile: nothing is left to move. @throws GraphFailure */
export async function readFormerFolder(
  row: FormerFolderRow,
  list: SyncedList,
  mailbox: ContactMailbox,
  ledger: LedgerWriter,
): Promise<FormerFolder | undefined> {
  const folder = await findStandingFolder(mailbox, row.id);
  if (!folder) return undefined;
  const moving = new Map<string, StampedContact>();
  const copies: (StampedContact & { sourceKey: string })[] = [];
  const stamped = await mailbox.listStamped(row.id, contactFields);
  const isInLedger = ({ id, sourceKey }: { id: string; sourceKey: string }) =>
    contactIdOf(ledger.get(sourceKey)) === id;
  const ours = stamped.flatMap(contact => {
    const sourceKey = sourceKeyOf(list.id, contact.stamp.key);
    // An adopted contact stays where the user had it.
    return sourceKey === undefined || isAdoptedVersion(contact.stamp.version) ? [] : [{ ...contact, sourceKey }];
  });
  for (const contact of [...ours.filter(isInLedger), ...ours.filter(each => !isInLedger(each))]) {
    if (moving.has(contact.sourceKey)) copies.push(contact);
    else moving.set(contact.sourceKey, contact);
  }
  return { row, folder, moving, copies };
}

export function idsOfFormer(formers: readonly Pick<FormerFolder, 'row'>[]): ReadonlySet<string> {
  return new Set(formers.map(({ row }) => row.id));
}

export function contactIdsOf({ moving, copies }: FormerFolder): string[] {
  return [...moving.values(), ...copies].map(({ id }) => id);
}

/** A creation with what the user made of the contact in the folder before. */
export function carryOverFrom(
  formers: readonly FormerFolder[],
  operation: PlannedOperation,
  list: SyncedList,
  ledger: LedgerWriter,
): PlannedOperation {
  if (operation.action !== 'create') return operation;
  const { sourceKey, wanted } = operation;
  const found = formers.map(({ moving }) => moving.get(sourceKey)).find(contact => contact !== undefined)?.contact;
  const entry = ledger.get(sourceKey);
  if (!found || !entry) return operation;
  const carried = carryOver(wanted, found, entry, ledger.managedFields, list.userEdits);
  return { ...operation, wanted: carried, reason: 'movesToFolder' };
}

/** What is removed from the folder once the contacts are where they belong; those that are refused there stay. */
export async function planLeaving(
  { moving, copies }: FormerFolder,
  list: SyncedList,
  reader: JournalReader,
  ledger: LedgerWriter,
): Promise<DuplicateTask[]> {
  const moved = [...moving].filter(([sourceKey, { id }]) => {
    return contactIdOf(ledger.get(sourceKey)) !== id && !isOwed(sourceKey, ledger);
  });
  const tasks = moved.map(
    ([sourceKey, { id }]): DuplicateTask => ({ action: 'deleteDuplicate', sourceKey, contactId: id }),
  );
  const others = copies.map(copy => {
    const { sourceKey } = copy;
    return settleDoubles([copy], { list, reader, sourceKey, entry: undefined, kept: moving.get(sourceKey)?.contact });
  });
  return [...tasks, ...(await Promise.all(others)).flat()];
}

/** Whether contacts are left that could not be made in the new folder yet. */
export function isLeft({ moving }: FormerFolder, ledger: LedgerWriter): boolean {
  return [...moving.keys()].every(sourceKey => !isOwed(sourceKey, ledger));
}

function isOwed(sourceKey: string, ledger: LedgerWriter): boolean {
  const entry = ledger.get(sourceKey);
  return entry !== undefined && !isPresent(entry) && refusalOf(entry) !== undefined;
}
