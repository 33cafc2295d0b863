import type { ContactField } from './contact.ts';
import { isPresent, type LedgerEntry } from './ledgerEntry.ts';
import type { PlannedOperation } from './plan.ts';
import { isOtherPosition, isOtherSettings } from './stamp.ts';

/** A planned operation's reason for people; `entry` is what the ledger said when it was planned. */
export function describeReason(operation: PlannedOperation, entry: LedgerEntry | undefined): string {
  if (operation.action !== 'patch' || entry?.state !== 'written') return operation.reason;
  const { fields, wanted } = operation;
  if (isOtherPosition(wanted.version, entry.version)) return `${describeFields(fields)} changed at the source`;
  if (isOtherSettings(wanted.version, entry.version)) return `${describeFields(fields)} changed by the list's settings`;
  return `${describeFields(fields)} changed by the user: put back`;
}

/** The names of fields in words: `businessPhones` and `jobTitle` are "business phones and job title". */
export function describeFields(fields: readonly ContactField[]): string {
  const words = fields.map(field => field.replace(/[A-Z]/g, letter => ` ${letter.toLowerCase()}`));
  return words.length < 2 ? words.join() : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

/**
 * Why the plan leaves a contact as the user or the list's policy has it; undefined where it does not. `entry` is what
 * the ledger said when it was planned.
 */
export function describeKept(operation: PlannedOperation, entry: LedgerEntry | undefined): string | undefined {
  if (operation.action !== 'skip' && operation.action !== 'record') return undefined;
  const after = operation.action === 'record' ? operation.entry : entry;
  if (!after) return undefined;
  if (after.state === 'kept') return keptByPolicy;
  return isPresent(after) ? undefined : deletedByUser;
}

export const keptByPolicy = 'kept: removed at the source, and the list keeps what is removed';
export const deletedByUser = 'kept away: deleted by the user';
