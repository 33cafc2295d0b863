/** What users choose for their own mailbox. */
export { choose, clearOwn } from './choose.ts';
export { type OwnList, readOwnLists } from './ownLists.ts';
