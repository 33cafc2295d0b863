export type { Evidence } from './evidence.ts';
export { forgetPerson } from './forgetPerson.ts';
export { forgetProofRuns } from './forgetProofRuns.ts';
export { type ProvenList, proveRemoval, type Unknown } from './proveRemoval.ts';
export { readProofResult, readProofRun } from './readProofRun.ts';
export { startVerification } from './startVerification.ts';
export { tendTombstones } from './tendTombstones.ts';
export { verifyMailboxes } from './verifyMailboxes.ts';
