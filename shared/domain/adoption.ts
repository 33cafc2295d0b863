import { type Contact, type ContactField, isContactField, nameParts } from './contact.ts';
import { addressesOf } from './emailEntries.ts';
import { fingerprint } from './fingerprint.ts';

/** What fields held before we wrote them; null for one that was not set. Fields of a newer version are carried along. */
export type BeforeImage = { readonly [field in ContactField]?: NonNullable<Contact[field]> | null };

/** A contact that was the user's before the list claimed it (rules.md: Existing contacts). */
export interface Adoption {
  /** Where it lay then; empty where that is not known any more. */
  readonly folderId: string;
  /** Of each field that is ours, what it is given back; every other field is the user's. */
  readonly before: BeforeImage;
  /**
   * Fingerprint of the e-mail addresses that we wrote: Exchange gives them names of its directory (rules.md: Graph,
   * Names of addresses).
   */
  readonly addresses?: string;
  /**
   * It had a photo, which stays: Graph cannot take off what we would write over it (rules.md: Graph, Contact photos).
   */
  readonly hasPhoto?: true;
  /** It was looked at and had none: the photo that it has is ours, or one that the user put over ours. */
  readonly hadNoPhoto?: true;
}

/** Of a contact that its stamp calls adopted, while no row tells what it held. */
export function unknownAdoption(folderId: string): Adoption {
  return { folderId, before: {} };
}

/** Of a contact of the user's, as it is, that gets the fields which the source has. */
export function adoptionOf(
  { parentFolderId, contact }: { readonly parentFolderId: string; readonly contact: Contact },
  wanted: Contact,
  managed: readonly ContactField[],
): Adoption {
  const taken = managed.filter(field => wanted[field] !== undefined);
  return { folderId: parentFolderId, before: beforeImage(contact, taken) };
}

export function writtenFields({ before }: Adoption): readonly ContactField[] {
  return Object.keys(before).filter(isContactField);
}

/** The fields that are ours: those that the source has, and those that we wrote before. */
export function ownFields(
  { before }: Adoption,
  wanted: Contact,
  managed: readonly ContactField[],
): readonly ContactField[] {
  return managed.filter(field => wanted[field] !== undefined || field in before);
}

/**
 * Whether a write has to know what the contact holds: it takes a field that was the user's so far, gives one back, or
 * would have Graph put another display name together than the user's.
 */
export function needsContent({ before }: Adoption, wanted: Contact, fields: readonly ContactField[]): boolean {
  const changesOwner = fields.some(field => (wanted[field] !== undefined) !== field in before);
  return changesOwner || (wanted.displayName === undefined && fields.some(field => nameParts.includes(field)));
}

/** With what these fields hold, as far as they are the user's so far, and are written now. */
export function takeFields(
  adoption: Adoption,
  present: Contact,
  wanted: Contact,
  fields: readonly ContactField[],
): Adoption {
  const taken = fields.filter(field => wanted[field] !== undefined && !(field in adoption.before));
  return taken.length === 0
    ? adoption
    : { ...adoption, before: { ...adoption.before, ...beforeImage(present, taken) } };
}

/**
 * Once the contact holds what is wanted: what the source does not have any more is the user's again. A field that was not
 * written, since the mapping has left it out, still holds ours.
 */
export function afterWrite(
  { folderId, before, hasPhoto, hadNoPhoto }: Adoption,
  wanted: Contact,
  written: readonly ContactField[],
): Adoption {
  const isOurs = (field: ContactField) => wanted[field] !== undefined || !written.includes(field);
  const kept = Object.entries(before).filter(([field]) => isOurs(field as ContactField));
  return {
    folderId,
    before: Object.fromEntries(kept),
    ...(wanted.emailAddresses && { addresses: addressPrint(wanted) }),
    ...(hasPhoto && { hasPhoto }),
    ...(hadNoPhoto && { hadNoPhoto }),
  };
}

/** The names that we put on an adopted contact: not those that the user had given it before. */
export function categoriesGiven({ before }: Adoption, wanted: Contact): readonly string[] {
  const had = new Set((before.categories ?? []).map(name => name.toLowerCase()));
  return (wanted.categories ?? []).filter(name => !had.has(name.toLowerCase()));
}

/** The names that the user had given it before, in lower case, but for those that the source has, too. */
export function formerCategories({ before }: Adoption, wanted: Contact): ReadonlySet<string> {
  const ours = new Set((wanted.categories ?? []).map(name => name.toLowerCase()));
  const had = (before.categories ?? []).map(name => name.toLowerCase());
  return new Set(had.filter(name => !ours.has(name)));
}

export function addressPrint(contact: Contact): string {
  return fingerprint(addressesOf(contact));
}

function beforeImage(present: Contact, fields: readonly ContactField[]): BeforeImage {
  return Object.fromEntries(fields.map(field => [field, present[field] ?? null])) as BeforeImage;
}
