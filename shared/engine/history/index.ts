export type { RollbackGoal } from './findPosition.ts';
export { forgetChanges } from './forgetChanges.ts';
export { requestRollback, unpin } from './requestRollback.ts';
