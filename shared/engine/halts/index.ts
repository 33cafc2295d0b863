/** Stops what a list, or all lists, would do, until they are released. */
export { halt, readHalt, readHaltOfAll, release } from './halts.ts';
export { rememberListIndex } from './rememberListIndex.ts';
