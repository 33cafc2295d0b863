/**
 * The properties of a Graph contact that can be written, by their type (facts: contact, Graph v1.0 CSDL).
 * `parentFolderId` and the `primaryEmailAddress` family only echo others.
 */
export const textFields = [
  'assistantName',
  'businessHomePage',
  'companyName',
  'department',
  'displayName',
  'fileAs',
  'generation',
  'givenName',
  'initials',
  'jobTitle',
  'manager',
  'middleName',
  'mobilePhone',
  'nickName',
  'officeLocation',
  'personalNotes',
  'profession',
  'spouseName',
  'surname',
  'title',
  'yomiCompanyName',
  'yomiGivenName',
  'yomiSurname',
] as const;
export const listFields = ['businessPhones', 'homePhones', 'imAddresses', 'children', 'categories'] as const;
export const addressFields = ['businessAddress', 'homeAddress', 'otherAddress'] as const;
export const addressParts = ['street', 'city', 'state', 'postalCode', 'countryOrRegion'] as const;

/** A change of one of these makes Graph put a new displayName together, unless the same request names one. */
export const nameParts: readonly ContactField[] = ['title', 'givenName', 'middleName', 'surname', 'generation'];

export type TextField = (typeof textFields)[number];
export type ListField = (typeof listFields)[number];
export type AddressField = (typeof addressFields)[number];
export type AddressPart = (typeof addressParts)[number];
export type ContactField = TextField | ListField | AddressField | 'birthday' | 'emailAddresses';

export const contactFields: readonly ContactField[] = [
  ...textFields,
  ...listFields,
  ...addressFields,
  'birthday',
  'emailAddresses',
];

export type Address = Partial<Record<AddressPart, string>>;
/** At least one of both. */
export interface EmailAddress {
  readonly name?: string;
  readonly address?: string;
}

/**
 * The number of the canonical form below: 2 since a birthday is the nearest midnight and an e-mail entry may have no
 * address. What is stored without a number is of the form before.
 */
export const canonicalForm = 2;

/**
 * A contact in canonical form: what is unset is absent (Graph says null, "", [] or {} for the same thing,
 * depending on who made the contact), a birthday is `YYYY-MM-DD`, an address holds only its filled parts.
 */
export type Contact = { readonly [field in TextField]?: string } & {
  readonly [field in ListField]?: readonly string[];
} & {
  readonly [field in AddressField]?: Address;
} & { readonly birthday?: string; readonly emailAddresses?: readonly EmailAddress[] };

export type ContactValue = string | readonly string[] | Address | readonly EmailAddress[];

/** The kind of a field's value, for mappings: only equal kinds can be mapped onto each other. */
export function kindOf(field: ContactField): 'text' | 'list' | 'address' | 'date' | 'emailAddresses' {
  if (field === 'birthday') return 'date';
  if (field === 'emailAddresses') return 'emailAddresses';
  if ((listFields as readonly string[]).includes(field)) return 'list';
  if ((addressFields as readonly string[]).includes(field)) return 'address';
  return 'text';
}

export function isContactField(name: string): name is ContactField {
  return (contactFields as readonly string[]).includes(name);
}
