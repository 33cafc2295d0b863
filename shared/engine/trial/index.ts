export { explainContact } from './explainContact.ts';
export { previewList } from './previewList.ts';
export { previewMailbox } from './previewMailbox.ts';
