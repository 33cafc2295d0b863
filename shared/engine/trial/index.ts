export { type ExplainedContacts, explainContact } from './explainContact.ts';
export type { ListPreview } from './listPreview.ts';
export { type PreviewedContacts, previewContacts } from './previewContacts.ts';
export { previewList } from './previewList.ts';
export { previewMailbox } from './previewMailbox.ts';
