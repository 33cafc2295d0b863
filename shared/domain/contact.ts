/**
 * The properties of a Graph contact that can be written, by their type (rules.md: Graph, Properties). `parentFolderId`
 * and the `primaryEmailAddress` family only echo others.
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
/** Outlook's fields that Graph v1.0 has no name for: they are extended properties there. */
export const extendedTextFields = [
  'businessFax',
  'homeFax',
  'pager',
  'otherPhone',
  'carPhone',
  'assistantPhone',
  'customerId',
  'userField1',
  'userField2',
  'userField3',
  'userField4',
] as const;
export const addressParts = ['street', 'city', 'state', 'postalCode', 'countryOrRegion'] as const;

/** A change of one of these makes Graph put a new displayName together, unless the same request names one. */
export const nameParts: readonly ContactField[] = ['title', 'givenName', 'middleName', 'surname', 'generation'];

export type TextField = (typeof textFields)[number];
export type ListField = (typeof listFields)[number];
export type AddressField = (typeof addressFields)[number];
export type AddressPart = (typeof addressParts)[number];
export type ExtendedTextField = (typeof extendedTextFields)[number];
export type ExtendedField = ExtendedTextField | 'anniversary';
export type GraphField = TextField | ListField | AddressField | 'birthday' | 'emailAddresses';
export type ContactField = GraphField | ExtendedField;

export const graphFields: readonly GraphField[] = [
  ...textFields,
  ...listFields,
  ...addressFields,
  'birthday',
  'emailAddresses',
];
/** Read and written only by lists whose mapping names them. */
export const extendedFields: readonly ExtendedField[] = [...extendedTextFields, 'anniversary'];
export const contactFields: readonly ContactField[] = [...graphFields, ...extendedFields];

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
 * depending on who made the contact), a date is `YYYY-MM-DD`, an address holds only its filled parts.
 */
export type Contact = { readonly [field in TextField | ExtendedField]?: string } & {
  readonly [field in ListField]?: readonly string[];
} & {
  readonly [field in AddressField]?: Address;
} & {
  readonly birthday?: string;
  readonly emailAddresses?: readonly EmailAddress[];
  /** Never written to a target. */
  readonly sensitivity?: 'private';
  /** Whom a file or query names for it; never written to a target. */
  readonly owners?: readonly string[];
};

export type ContactValue = string | readonly string[] | Address | readonly EmailAddress[];

type FieldKind = 'text' | 'list' | 'address' | 'date' | 'emailAddresses';

const kinds: ReadonlyMap<ContactField, FieldKind> = new Map<ContactField, FieldKind>([
  ...listFields.map((field): [ContactField, FieldKind] => [field, 'list']),
  ...addressFields.map((field): [ContactField, FieldKind] => [field, 'address']),
  ['birthday', 'date'],
  ['anniversary', 'date'],
  ['emailAddresses', 'emailAddresses'],
]);

/** The kind of a field's value, for mappings: only equal kinds can be mapped onto each other. */
export function kindOf(field: ContactField): FieldKind {
  return kinds.get(field) ?? 'text';
}

export function isContactField(name: string): name is ContactField {
  return (contactFields as readonly string[]).includes(name);
}

export function isExtendedField(field: ContactField): field is ExtendedField {
  return (extendedFields as readonly string[]).includes(field);
}
