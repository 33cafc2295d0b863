/** How lists, runs and mailboxes stand, as operators see them. */
export { findKnownList, findStoredLists, generalNotes, type KnownList } from './knownLists.ts';
export { createListOperators } from './listOperators.ts';
export { readContactFolders } from './readContactFolders.ts';
export { readLists, readOneList, type ShownList, type ShownOneList } from './readLists.ts';
export { type MailboxOfList, type MailboxOfLists, readMailbox } from './readMailbox.ts';
export { type MailboxQuestion, readListMailboxes, type ShownMailbox } from './readMailboxes.ts';
export { createRunReader, type ShownRun } from './readRun.ts';
export { readSourceColumns } from './readSourceColumns.ts';
export { readSourceFolders } from './readSourceFolders.ts';
export { type ContactQuestion, searchContacts } from './searchContacts.ts';
