import type { ReadContact } from '../../domain/sourceChanges.ts';
import { noStampKey } from '../../domain/stamp.ts';
import type { ContactMailbox, ExtendedProperty, ExtendedValues } from '../../ports/contactMailbox.ts';
import type { ReadScope } from '../../ports/contactSource.ts';

/** PidTagSensitivity of what Outlook marks private (MS-OXCMSG). */
const privateSensitivity = '2';

export function isPrivate({ sensitivity }: ExtendedValues): boolean {
  return sensitivity === privateSensitivity;
}

export interface ExtendedContacts {
  readonly contacts: readonly ReadContact[];
  /** Ids of those that a sync wrote, where the stamp was asked for. */
  readonly stamped: ReadonlySet<string>;
}

/**
 * The contacts of a reading with their extended properties: of a whole folder in one listing, of changes by id. A contact
 * that is not there any more is gone.
 *
 * @throws GraphFailure
 */
export async function withExtended(
  mailbox: ContactMailbox,
  { folderId, complete, contacts }: ReadScope,
  properties: readonly ExtendedProperty[],
): Promise<ExtendedContacts> {
  const listed = complete ? await mailbox.listExtended(folderId, properties) : new Map<string, ExtendedValues>();
  const others = contacts.filter(({ id, contact }) => contact && !listed.has(id)).map(({ id }) => id);
  const read = await mailbox.readExtended(others, properties);
  const byId = new Map([...listed, ...others.map((id, index) => [id, read[index]] as const)]);
  const stamped = contacts.flatMap(({ id }) => (isStamped(byId.get(id)) ? [id] : []));
  return {
    contacts: contacts.map(row => (row.contact ? withValues({ ...row, contact: row.contact }, byId.get(row.id)) : row)),
    stamped: new Set(stamped),
  };
}

function isStamped({ stampKey = noStampKey }: ExtendedValues = {}): boolean {
  return stampKey !== noStampKey;
}

function withValues(row: ReadContact & { readonly contact: object }, values: ExtendedValues | undefined): ReadContact {
  if (!values) return { id: row.id, contact: null };
  const { sensitivity: _, stampKey: __, ...fields } = values;
  const mark = isPrivate(values) ? { sensitivity: 'private' as const } : {};
  return { ...row, contact: { ...row.contact, ...fields, ...mark } };
}
