/** Changes that reach the mailboxes of a list in rings. */
export { carryOn, type Rings } from './carryOn.ts';
export { findRolling } from './findRolling.ts';
export { asPinned } from './pinnedDefinition.ts';
export { type Ceiling, type CeilingOf, readCeilings } from './readCeilings.ts';
export { releaseChange } from './releaseChange.ts';
export { createStageReader, nameStage, type StageReader, type Stages } from './stages.ts';
