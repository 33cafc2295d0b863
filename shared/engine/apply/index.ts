/** What a mailbox's message makes of it: the mailbox is brought to what its lists hold. */
export { doubledBy } from './folderOfAnotherList.ts';
export { withDebt } from './listingDebt.ts';
export type { ListResult } from './listResult.ts';
export { countOwedPhotos } from './photosWanted.ts';
export { type LedgerView, needsWholeLedger, type PlannedFrom, planList, readLedgerOf } from './planList.ts';
export { rememberPhotos } from './rememberPhotos.ts';
export { syncList } from './syncList.ts';
export { syncMailbox } from './syncMailbox.ts';
