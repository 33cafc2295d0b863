export { decideHold } from './decideHold.ts';
export { type HoldOf, holdsOf, isOpen } from './openHolds.ts';
