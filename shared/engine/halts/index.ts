export { halt, readHalt, release } from './halts.ts';
export { rememberListIndex } from './rememberListIndex.ts';
