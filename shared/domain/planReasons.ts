import { isPresent, type LedgerEntry } from './ledgerEntry.ts';
import type { PlannedOperation } from './plan.ts';
import type { Reason } from './reason.ts';
import { isOtherPosition, isOtherSettings } from './stamp.ts';

/** Why an operation is planned; `entry` is what the ledger said then. */
export function whyPlanned(operation: PlannedOperation, entry: LedgerEntry | undefined): Reason {
  if (operation.reason !== 'changedAtSource') return { kind: operation.reason };
  const { fields, wanted } = operation;
  if (entry?.state !== 'written' || isOtherPosition(wanted.version, entry.version)) {
    return { kind: 'changedAtSource', fields };
  }
  return { kind: isOtherSettings(wanted.version, entry.version) ? 'changedBySettings' : 'putBack', fields };
}

/**
 * Why the plan leaves a contact as the user or the list's policy has it; undefined where it does not. `entry` is what
 * the ledger said when it was planned.
 */
export function whyKept(operation: PlannedOperation, entry: LedgerEntry | undefined): Reason | undefined {
  if (operation.action !== 'skip' && operation.action !== 'record') return undefined;
  const after = operation.action === 'record' ? operation.entry : entry;
  if (!after || operation.reason === 'notForThisUser' || operation.reason === 'privateAtSource') return undefined;
  if (after.state === 'kept') return { kind: 'keptByPolicy' };
  return isPresent(after) ? undefined : { kind: 'deletedByUser' };
}
