/** What would happen: a run or a pass with all its writes kept in memory. */
export { explainContact } from './explainContact.ts';
export { previewContacts } from './previewContacts.ts';
export { previewList } from './previewList.ts';
export { previewMailbox } from './previewMailbox.ts';
