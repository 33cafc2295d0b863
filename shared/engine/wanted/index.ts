/** What a mailbox should hold. */
export { createViewerReader, type Viewer, type ViewerReader } from './ownersAmongTargets.ts';
export {
  createJournalReader,
  type Goal,
  type JournalReader,
  nothingWanted,
  type Wanted,
  type WantedReader,
} from './wantedContacts.ts';
export { narrow, withinAudience } from './withinAudience.ts';
export { isHiddenSelf, lessSelf, withoutSelf } from './withoutSelf.ts';
