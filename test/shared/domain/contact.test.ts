import {
  addressParts,
  contactFields,
  extendedFields,
  graphFields,
  isContactField,
  isExtendedField,
  kindOf,
  nameParts,
} from '../../../shared/domain/contact.ts';

/** What of a contact can be written, by its type (https://learn.microsoft.com/graph/api/resources/contact). */
const ofGraph = {
  text: `assistantName businessHomePage companyName department displayName fileAs generation givenName initials jobTitle
    manager middleName mobilePhone nickName officeLocation personalNotes profession spouseName surname title
    yomiCompanyName yomiGivenName yomiSurname`,
  list: 'businessPhones homePhones imAddresses children categories',
  address: 'businessAddress homeAddress otherAddress',
  date: 'birthday',
  emailAddresses: 'emailAddresses',
};
/** Of Outlook, by the names that settings use. */
const ofOutlook = {
  text: `businessFax homeFax pager otherPhone carPhone assistantPhone customerId userField1 userField2 userField3
    userField4`,
  date: 'anniversary',
};

function names(texts: Readonly<Record<string, string>>): string[] {
  return Object.values(texts).flatMap(text => text.split(/\s+/));
}

test('a contact has the fields of Graph, and those of Outlook that Graph has no name for', () => {
  expect(graphFields).toEqual(names(ofGraph));
  expect(extendedFields).toEqual(names(ofOutlook));
  expect(contactFields).toEqual([...graphFields, ...extendedFields]);
  expect(contactFields.filter(isExtendedField)).toEqual(extendedFields);
});

test.each(Object.entries(ofGraph).concat(Object.entries(ofOutlook)))('these are of the kind %s: %s', (kind, text) => {
  for (const field of text.split(/\s+/).filter(isContactField)) expect(kindOf(field)).toBe(kind);
});

test('what echoes others, or is no part of a contact, is no field', () => {
  const others = ['primaryEmailAddress', 'parentFolderId', 'sensitivity', 'DisplayName', ''];
  expect(others.filter(isContactField)).toEqual([]);
});

test('an address has the parts of Graph, and a name those that Graph makes a display name of', () => {
  expect(addressParts).toEqual(['street', 'city', 'state', 'postalCode', 'countryOrRegion']);
  expect(nameParts).toEqual(['title', 'givenName', 'middleName', 'surname', 'generation']);
});
