/** Removals that wait for a decision. */
export { describeContactsHold, wasApproved } from './contactsHold.ts';
export { decideHold } from './decideHold.ts';
export { decisionFor, describeMailboxesHold, endMailboxesHold, keepMailboxesHold } from './mailboxesHold.ts';
export { type HoldOf, holdsOf, isOpen } from './openHolds.ts';
export { readHeldMailboxes } from './readHeldMailboxes.ts';
