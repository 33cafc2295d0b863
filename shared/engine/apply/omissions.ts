import type { Contact } from '../../domain/contact.ts';
import { withoutUnaddressed } from '../../domain/emailEntries.ts';
import type { Problem } from '../../store/progress.ts';
import { type ContentTask, isPatch, type Pending, type Task } from './execution.ts';
import type { LedgerWriter } from './ledgerWriter.ts';

export function writesEmailAddresses(task: Task): task is ContentTask {
  return task.action === 'create' || (isPatch(task) && task.fields.includes('emailAddresses'));
}

/** @param omission Graph's code for what it does not take, once it refused that */
export function withoutOmitted(contact: Contact, omission: string | undefined): Contact {
  return (omission === undefined ? undefined : withoutUnaddressed(contact)) ?? contact;
}

/** The same with less, where that may be what Graph refused; undefined where there is nothing to leave out. */
export function withOmission(item: Pending, code: string): Pending | undefined {
  const { task, omission } = item;
  if (omission !== undefined || !writesEmailAddresses(task)) return undefined;
  return withoutUnaddressed(task.wanted.contact) ? { ...item, omission: code } : undefined;
}

/** Contacts that arrived without something that Graph does not take. */
export function describeOmissions(ledger: Pick<LedgerWriter, 'entries'>): Problem[] {
  return [...ledger.entries()].flatMap(({ sourceKey, omission }) => {
    if (omission === undefined) return [];
    const entry = 'an e-mail entry that has a name and no address';
    const detail = `The contact ${sourceKey} arrived without ${entry}: Graph refuses it (${omission}). Give it an address at the source, or take it out there`;
    return [{ code: 'EmailEntryWithoutAddress', detail, contact: sourceKey }];
  });
}
