/** How lists, runs and mailboxes stand, as operators see them. */
export { findKnownList, findStoredLists, generalNotes, type KnownList } from './knownLists.ts';
export { createListOperators } from './listOperators.ts';
export { readContactFolders } from './readContactFolders.ts';
export { readLists, readOneList } from './readLists.ts';
export { readMailbox } from './readMailbox.ts';
export { type MailboxQuestion, readListMailboxes } from './readMailboxes.ts';
export { createRunReader } from './readRun.ts';
export { readSourceColumns } from './readSourceColumns.ts';
export { readSourceFolders } from './readSourceFolders.ts';
export { type ContactQuestion, searchContacts } from './searchContacts.ts';
