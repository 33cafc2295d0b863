export { choose, clearOwn } from './choose.ts';
export { readOwnLists } from './ownLists.ts';
