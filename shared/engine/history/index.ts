/** What a list was: previewed, brought back, forgotten. */
export type { RollbackGoal } from './findPosition.ts';
export { forgetChanges } from './forgetChanges.ts';
export { type ListChange, previewRollback, previewUnpin } from './previewChange.ts';
export { requestRollback, unpin } from './requestRollback.ts';
