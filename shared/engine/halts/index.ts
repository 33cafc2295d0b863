export { halt, readHalt, readHaltOfAll, release } from './halts.ts';
export { rememberListIndex } from './rememberListIndex.ts';
