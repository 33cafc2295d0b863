/** Finds a person in all that is kept, forgets them, and proves that they are gone. */
export { type ForgetAnswer, forgetPerson } from './forgetPerson.ts';
export { forgetProofRuns } from './forgetProofRuns.ts';
export { type ProvenList, proveRemoval, type Unknown } from './proveRemoval.ts';
export { readProofResult, viewProofRun } from './readProofRun.ts';
export { startVerification } from './startVerification.ts';
export { tendTombstones } from './tendTombstones.ts';
export { verifyMailboxes } from './verifyMailboxes.ts';
