import type { Contact } from '../../domain/contact.ts';
import { type ContactList, compileListMapping, listIn } from '../../settings/contactList.ts';
import { undetermined } from '../../settings/destination.ts';
import type { Problem } from '../../store/progress.ts';
import { type TrialServices, tryCapture } from './trialRun.ts';

export interface PreviewedContacts {
  readonly list: ContactList;
  readonly contacts: readonly { readonly sourceKey: string; readonly source: Contact; readonly written: Contact }[];
  /** Of the list, shown or not. */
  readonly total: number;
  readonly problems: readonly Problem[];
}

/** The first contacts that a capture of the list would find, by name, as the source has them and as they would be written. */
export async function previewContacts(
  list: ContactList,
  services: TrialServices,
  limit: number,
): Promise<PreviewedContacts> {
  const { partition, captured } = await tryCapture(list, services);
  const found = await partition.readSnapshot();
  const mapping = compileListMapping(listIn(list, undetermined));
  const first = found
    .toSorted((left, right) => (left.contact.displayName ?? '').localeCompare(right.contact.displayName ?? '', 'en'))
    .slice(0, limit);
  return {
    list,
    contacts: first.map(({ sourceKey, contact }) => ({ sourceKey, source: contact, written: mapping.apply(contact) })),
    total: found.length,
    problems: captured.problems,
  };
}
