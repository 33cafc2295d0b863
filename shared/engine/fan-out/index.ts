/** Runs: lists are captured, and a message sent to each mailbox that is due. */
export { clearMailbox } from './clearMailbox.ts';
export { type DueMailboxes, findDueMailboxes } from './fanOut.ts';
export { forgetGoneMailboxes } from './forgetGoneMailboxes.ts';
export { forgetPhotos, forgetUnneeded } from './forgetPhotos.ts';
export { forgetRuns } from './forgetRuns.ts';
export { askForFullReconcile } from './fullReconcile.ts';
export { handleCapture } from './handleCapture.ts';
export type { ListStatus } from './listStatus.ts';
export { requestResync } from './requestResync.ts';
export { damagedTargets } from './runLists.ts';
export { RunIncomplete, type RunOutcome } from './runOutcome.ts';
export { runSchedule } from './runSchedule.ts';
export { takeUpDeadLetters } from './takeUpDeadLetters.ts';
export { findVanishedLists } from './vanishedLists.ts';
