import { namedProperties } from '../../../shared/domain/namedProperties.ts';

test.each([
  ['The multi value property BusinessPhones has 3 entries, that exceeds the max allowed value of 2', 'businessPhones'],
  ["The property 'emailAddresses' and the property EmailAddresses[1].Address", 'emailAddresses'],
  ['givenName of Ada Lovelace, ada@contoso.example, +43 1 587, and surname too', 'givenName, surname'],
  ['HomeAddress/Street of 12 Byron Row', 'homeAddress, street'],
  [
    'PrimaryEmailAddress, SecondaryEmailAddress, TertiaryEmailAddress',
    'primaryEmailAddress, secondaryEmailAddress, tertiaryEmailAddress',
  ],
  ['SingleValueExtendedProperties beside ParentFolderId', 'singleValueExtendedProperties, parentFolderId'],
  ['Countess Ada was refused', ''],
  ['', ''],
])('of a refusal only the names of documented properties are kept: %s', (refusal, expected) => {
  expect(namedProperties(refusal)).toBe(expected);
});
