import {
  type Address,
  type Contact,
  type ContactField,
  type ContactValue,
  type EmailAddress,
  kindOf,
  type TextField,
} from '../domain/contact.ts';
import { nearestMidnight } from '../domain/nearestMidnight.ts';
import { contactProperties } from './soap.ts';
import type { XmlElement } from './xml.ts';

const textElements = {
  assistantName: 'AssistantName',
  businessHomePage: 'BusinessHomePage',
  companyName: 'CompanyName',
  department: 'Department',
  displayName: 'DisplayName',
  fileAs: 'FileAs',
  generation: 'Generation',
  givenName: 'GivenName',
  initials: 'Initials',
  jobTitle: 'JobTitle',
  manager: 'Manager',
  middleName: 'MiddleName',
  nickName: 'Nickname',
  officeLocation: 'OfficeLocation',
  personalNotes: 'Body',
  profession: 'Profession',
  spouseName: 'SpouseName',
  surname: 'Surname',
} as const satisfies { readonly [field in TextField]?: string };

const originals = [
  contactProperties.email1Original,
  contactProperties.email2Original,
  contactProperties.email3Original,
];

const userFields = [
  ['userField1', contactProperties.userField1],
  ['userField2', contactProperties.userField2],
  ['userField3', contactProperties.userField3],
  ['userField4', contactProperties.userField4],
] as const;

const phoneKeys = {
  mobilePhone: ['MobilePhone'],
  businessPhones: ['BusinessPhone', 'BusinessPhone2'],
  homePhones: ['HomePhone', 'HomePhone2'],
  businessFax: ['BusinessFax'],
  homeFax: ['HomeFax'],
  pager: ['Pager'],
  otherPhone: ['OtherTelephone'],
  carPhone: ['CarPhone'],
  assistantPhone: ['AssistantPhone'],
} as const satisfies { readonly [field in ContactField]?: readonly string[] };

/** How many numbers of a `t:Contact` no field takes. */
export function countPhonesLeftOut(item: XmlElement): number {
  const taken: readonly string[] = Object.values(phoneKeys).flat();
  const left = [...entriesOf(item, 'PhoneNumbers')].filter(([key]) => !taken.includes(key));
  return left.filter(([, entry]) => entry.text().trim() !== '').length;
}

/** The canonical form of a `t:Contact`. */
export function readExchangeContact(item: XmlElement): Contact {
  const phones = entriesOf(item, 'PhoneNumbers');
  const texts = (names: readonly string[], from: ReadonlyMap<string, XmlElement>) =>
    names.map(name => from.get(name)?.text().trim() ?? '').filter(text => text !== '');
  const complete = item.find('CompleteName');
  const values: readonly (readonly [ContactField, ContactValue | undefined])[] = [
    ...Object.entries(textElements).map(([field, name]) => [field as TextField, textOf(item, name)] as const),
    ['title', complete && textOf(complete, 'Title')],
    ['yomiGivenName', complete && textOf(complete, 'YomiFirstName')],
    ['yomiSurname', complete && textOf(complete, 'YomiLastName')],
    ['yomiCompanyName', propertyOf(item, contactProperties.yomiCompany.id)],
    ...Object.entries(phoneKeys).map(([name, keys]) => {
      const field = name as keyof typeof phoneKeys;
      const numbers = texts(keys, phones);
      return [field, kindOf(field) === 'list' ? numbers : numbers[0]] as const;
    }),
    ['imAddresses', texts(['ImAddress1', 'ImAddress2', 'ImAddress3'], entriesOf(item, 'ImAddresses'))],
    ['categories', stringsOf(item, 'Categories')],
    ['children', stringsOf(item, 'Children')],
    ...readAddresses(item),
    ['birthday', readDate(item, 'Birthday', contactProperties.birthdayLocal.id)],
    ['anniversary', readDate(item, 'WeddingAnniversary', contactProperties.anniversaryLocal.id)],
    ...userFields.map(([field, { id }]) => [field, propertyOf(item, id)] as const),
    ['emailAddresses', readEmailAddresses(item)],
  ];
  const fields = values.filter(([, value]) => value !== undefined && Object.keys(value).length > 0);
  const mark: Pick<Contact, 'sensitivity'> =
    textOf(item, 'Sensitivity') === 'Private' ? { sensitivity: 'private' } : {};
  return { ...Object.fromEntries(fields), ...mark };
}

/** Absent where nothing but space is there: Exchange gives the notes of a contact without any as a line break. */
function textOf(item: XmlElement, name: string): string | undefined {
  const text = item.find(name)?.text() ?? '';
  return text.trim() === '' ? undefined : text;
}

function stringsOf(item: XmlElement, name: string): string[] {
  const strings = item.find(name)?.children('String') ?? [];
  return strings.map(each => each.text()).filter(text => text.trim() !== '');
}

function entriesOf(item: XmlElement, name: string): ReadonlyMap<string, XmlElement> {
  const entries = item.find(name)?.children('Entry') ?? [];
  return new Map(entries.map(entry => [entry.attribute('Key') ?? '', entry]));
}

function readAddresses(item: XmlElement): (readonly [ContactField, Address])[] {
  const entries = entriesOf(item, 'PhysicalAddresses');
  const read = (key: string): Address => {
    const entry = entries.get(key);
    const parts = {
      street: entry && textOf(entry, 'Street'),
      city: entry && textOf(entry, 'City'),
      state: entry && textOf(entry, 'State'),
      postalCode: entry && textOf(entry, 'PostalCode'),
      countryOrRegion: entry && textOf(entry, 'CountryOrRegion'),
    };
    return Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined));
  };
  return [
    ['businessAddress', read('Business')],
    ['homeAddress', read('Home')],
    ['otherAddress', read('Other')],
  ];
}

/**
 * Somebody of the server's own address book stands there by a name of the directory (routing type EX): the address that
 * Outlook showed when it was added is beside it.
 */
function readEmailAddresses(item: XmlElement): EmailAddress[] {
  const entries = entriesOf(item, 'EmailAddresses');
  return originals.flatMap(({ id }, index): EmailAddress[] => {
    const entry = entries.get(`EmailAddress${index + 1}`);
    if (!entry) return [];
    const isInternal = entry.attribute('RoutingType')?.toUpperCase() === 'EX';
    const written = (isInternal ? propertyOf(item, id) : entry.text())?.trim() ?? '';
    const address = isInternal && !written.includes('@') ? '' : written;
    const name = entry.attribute('Name')?.trim() ?? '';
    if (address === '') return name === '' ? [] : [{ name }];
    return [name === '' || name === address ? { address } : { name, address }];
  });
}

function propertyOf(item: XmlElement, id: number): string | undefined {
  const property = item
    .children('ExtendedProperty')
    .find(each => Number(each.find('ExtendedFieldURI')?.attribute('PropertyId')) === id);
  const value = property?.find('Value')?.text() ?? '';
  return value.trim() === '' ? undefined : value;
}

/**
 * The date as Outlook showed it, which is stored beside the moment since Outlook 2010 (PidLidBirthdayLocal,
 * PidLidWeddingAnniversaryLocal), else the one that the moment stands for.
 */
function readDate(item: XmlElement, name: string, localId: number): string | undefined {
  const local = propertyOf(item, localId)?.trim();
  if (local !== undefined && /^\d{4}-\d{2}-\d{2}T/.test(local)) return local.slice(0, 10);
  const moment = Date.parse(textOf(item, name)?.trim() ?? '');
  return Number.isNaN(moment) ? undefined : new Date(nearestMidnight(moment)).toISOString().slice(0, 10);
}
