import fc from 'fast-check';
import {
  addressFields,
  addressParts,
  type Contact,
  type ContactField,
  graphFields,
  listFields,
  textFields,
} from '../../../shared/domain/contact.ts';
import {
  fieldsOf,
  graphContactSchema,
  readContact,
  readFormerContact,
  writeContact,
} from '../../../shared/graph/graphContact.ts';

function read(row: unknown): Contact {
  return readContact(graphContactSchema.parse(row));
}

const filledText = fc.string({ minLength: 1 });
const optional = { requiredKeys: [] };
const contacts: fc.Arbitrary<Contact> = fc
  .record(
    {
      ...Object.fromEntries(textFields.map(field => [field, filledText])),
      ...Object.fromEntries(listFields.map(field => [field, fc.array(filledText, { minLength: 1 })])),
      ...Object.fromEntries(
        addressFields.map(field => [
          field,
          fc
            .record(Object.fromEntries(addressParts.map(part => [part, filledText])), optional)
            .filter(address => Object.keys(address).length > 0),
        ]),
      ),
      birthday: fc
        .date({ min: new Date('0001-01-01'), max: new Date('9999-01-01'), noInvalidDate: true })
        .map(date => date.toISOString().slice(0, 10)),
      emailAddresses: fc.array(
        fc.oneof(
          fc.record({ address: filledText }),
          fc.record({ name: filledText }),
          fc.record({ name: filledText, address: filledText }).filter(({ name, address }) => name !== address),
        ),
        { minLength: 1 },
      ),
    },
    optional,
  )
  .map(contact => ({ ...contact }) as Contact);

describe('readContact', () => {
  test.each([
    ['null', null, null, null],
    ['empty', '', [], {}],
    ['empty below', '', ['', null], { street: '', city: null }],
    ['absent', undefined, undefined, undefined],
  ])('reads a contact whose fields are all %s as one without fields', (_name, text, list, address) => {
    const row = {
      ...Object.fromEntries(textFields.map(field => [field, text])),
      ...Object.fromEntries(listFields.map(field => [field, list])),
      ...Object.fromEntries(addressFields.map(field => [field, address])),
      birthday: text,
      emailAddresses: list === undefined ? undefined : [],
    };
    expect(read(row)).toEqual({});
  });

  test('keeps what is filled and ignores what it does not know', () => {
    expect(
      read({
        id: 'AAMk1',
        changeKey: 'EQ',
        newProperty: { nested: true },
        givenName: 'A',
        businessPhones: ['1', '', '2'],
        homeAddress: { city: 'Graz', state: '', type: 'home' },
        categories: ['Company'],
      }),
    ).toEqual({ givenName: 'A', businessPhones: ['1', '2'], homeAddress: { city: 'Graz' }, categories: ['Company'] });
  });

  test.each([
    ['1815-12-10T11:59:00Z', '1815-12-10'],
    ['1815-12-10T00:00:00Z', '1815-12-10'],
    ['1974-07-22', '1974-07-22'],
    // Midnight in Vienna, in Tokyo, in New York and in Honolulu.
    ['1975-05-02T22:00:00Z', '1975-05-03'],
    ['1975-05-02T15:00:00Z', '1975-05-03'],
    ['1975-05-03T04:00:00Z', '1975-05-03'],
    ['1975-05-03T10:00:00Z', '1975-05-03'],
    ['1975-05-03T12:00:00Z', '1975-05-03'],
    ['1975-05-03T12:00:01Z', '1975-05-04'],
    ['1975-12-31T23:00:00Z', '1976-01-01'],
    ['2000-01-01T00:30:00+02:00', '2000-01-01'],
    ['no date', undefined],
  ])('reads the birthday %s as the date %s', (birthday, expected) => {
    expect(read({ birthday }).birthday).toBe(expected);
  });

  test('keeps an e-mail entry that has a name alone, and no name that only echoes the address', () => {
    const emailAddresses = [
      { name: 'Ada', address: 'ada@contoso.example' },
      { name: 'bob@contoso.example', address: 'bob@contoso.example' },
      { name: 'Nobody' },
      { name: 'Nobody', address: '' },
      { name: null, address: null },
      { address: 'eve@contoso.example', type: 'work' },
    ];
    expect(read({ emailAddresses }).emailAddresses).toEqual([
      { name: 'Ada', address: 'ada@contoso.example' },
      { address: 'bob@contoso.example' },
      { name: 'Nobody' },
      { name: 'Nobody' },
      { address: 'eve@contoso.example' },
    ]);
  });
});

describe('readFormerContact', () => {
  function readFormer(row: unknown): Contact | undefined {
    const parsed = graphContactSchema.parse(row);
    return readFormerContact(parsed, readContact(parsed));
  }

  test.each([
    ['a birthday of the evening before', { birthday: '1975-05-02T22:00:00Z' }, { birthday: '1975-05-02' }],
    [
      'an e-mail entry without an address',
      { emailAddresses: [{ name: 'Nobody' }, { address: 'a@b.example' }] },
      { emailAddresses: [{ address: 'a@b.example' }] },
    ],
    ['nothing but such an entry', { givenName: 'A', emailAddresses: [{ name: 'Nobody' }] }, { givenName: 'A' }],
  ])('gives the form of earlier versions: %s', (_, row, expected) => {
    expect(readFormer(row)).toEqual(expected);
  });

  test.each([{}, { givenName: 'A', birthday: '1975-05-02T11:59:00Z', emailAddresses: [{ address: 'a@b.example' }] }])(
    'gives nothing where that form is the same',
    row => {
      expect(readFormer(row)).toBeUndefined();
    },
  );
});

describe('writeContact', () => {
  test('what is written reads back the same', () => {
    fc.assert(
      fc.property(contacts, contact => {
        expect(read(writeContact(contact, fieldsOf(contact)))).toEqual(contact);
      }),
    );
  });

  test('every field that the contact does not have can be cleared', () => {
    const body = writeContact({}, graphFields);
    expect(read(body)).toEqual({});
    expect(body).toMatchObject({
      givenName: null,
      birthday: null,
      businessPhones: [],
      categories: [],
      emailAddresses: [],
      homeAddress: { street: null, city: null, state: null, postalCode: null, countryOrRegion: null },
    });
    expect(Object.keys(body).sort()).toEqual([...graphFields].sort());
  });

  test('an address names all its parts, because Graph replaces it whole', () => {
    expect(writeContact({ otherAddress: { city: 'Linz' } }, ['otherAddress'])).toEqual({
      otherAddress: { street: null, city: 'Linz', state: null, postalCode: null, countryOrRegion: null },
    });
  });

  test('a birthday is written at the time of day that Outlook gives it', () => {
    expect(writeContact({ birthday: '1815-12-10' }, ['birthday'])).toEqual({ birthday: '1815-12-10T11:59:00Z' });
  });

  test.each<ContactField>(['title', 'givenName', 'middleName', 'surname', 'generation'])(
    'a written %s takes the displayName along, which Graph would put together anew',
    field => {
      expect(writeContact({ displayName: 'The Boss', [field]: 'X' }, [field])).toEqual({
        [field]: 'X',
        displayName: 'The Boss',
      });
      expect(writeContact({ displayName: 'The Boss' }, [field])).toEqual({ [field]: null, displayName: 'The Boss' });
    },
  );

  test('no displayName is written for other fields or for a contact without one', () => {
    expect(writeContact({ displayName: 'The Boss', jobTitle: 'X' }, ['jobTitle'])).toEqual({ jobTitle: 'X' });
    expect(writeContact({ givenName: 'X' }, ['givenName'])).toEqual({ givenName: 'X' });
  });
});
