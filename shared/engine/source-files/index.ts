/** Files that are the source of a list. */
export { forgetFiles } from './forgetFiles.ts';
export { keepFile } from './keepFile.ts';
export { replaceFile } from './replaceFile.ts';
