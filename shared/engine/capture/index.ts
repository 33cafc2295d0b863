/** Reads what a list is made of, and commits what changed since. */
export { type CaptureResult, type CaptureServices, captureSource } from './captureSource.ts';
export { readHistory } from './readHistory.ts';
export { watchedBy } from './watchedBy.ts';
