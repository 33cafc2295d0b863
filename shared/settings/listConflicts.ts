import {
  type ContactList,
  describeReader,
  folderNamesIn,
  placesInOwnTenant,
  readTheSame,
  type SourceReader,
  writeIntoTheSame,
} from './contactList.ts';
import { isSameFolder } from './folderPath.ts';

/**
 * The fault of a list that writes into a folder that any list reads, which would feed itself (rules.md: Safeguards,
 * Loops). Here for the mailboxes that are named; a source mailbox that is a target through a group is found when the
 * targets are resolved.
 */
export function findLoopFault(list: ContactList, sourceReaders: readonly SourceReader[]): string | undefined {
  for (const name of folderNamesIn(list)) {
    const reader = sourceReaders.find(other => readsWhatIsWritten(other, list, name));
    if (reader) return `destination.folder: "${name}" is read by ${describeReader(reader)}`;
  }
  return undefined;
}

/**
 * The fault of a list that writes what an earlier one writes into the same folder of the same mailbox, which would double
 * everybody there. Here for the mailboxes that both name; those that are targets through a group are found when the
 * targets are resolved, and skipped.
 */
export function findDoubleFault(list: ContactList, earlier: readonly ContactList[]): string | undefined {
  const other = earlier.find(each => writesTheSame(each, list));
  if (!other) return undefined;
  return `destination.folder: the list "${other.id}" writes the same source folder into "${list.destination.folder}" of a mailbox that both name`;
}

function readsWhatIsWritten(reader: SourceReader, writer: ContactList, name: string): boolean {
  return placesInOwnTenant(reader).some(
    ({ mailbox, folder }) => isSameFolder(folder, [name]) && namesAsTarget(writer, mailbox),
  );
}

function writesTheSame(left: ContactList, right: ContactList): boolean {
  if (!writeIntoTheSame(left, right) || !readTheSame(left, right)) return false;
  return left.targets.mailboxes.some(mailbox => namesAsTarget(left, mailbox) && namesAsTarget(right, mailbox));
}

function namesAsTarget({ targets }: ContactList, mailbox: string): boolean {
  const names = (addresses: readonly string[]) =>
    addresses.some(address => address.toLowerCase() === mailbox.toLowerCase());
  return names(targets.mailboxes) && !names(targets.exclude.mailboxes);
}
