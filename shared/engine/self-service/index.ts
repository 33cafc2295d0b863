/** What users choose for their own mailbox. */
export { choose, clearOwn } from './choose.ts';
export { readOwnLists } from './ownLists.ts';
