import type { Contact } from '../../../shared/domain/contact.ts';
import type { StoredFields } from '../../local/exchange-server/mailboxes.ts';
import { type ExchangeBed, makeExchangeBed } from '../sources/exchangeBed.ts';

let bed: ExchangeBed;
beforeAll(async () => {
  bed = await makeExchangeBed();
});
afterAll(() => bed.close());

const birthdayLocal = 0x80de;
const userField2 = 0x8050;
const yomiCompany = 0x802e;
const firstEmailOriginal = 0x8084;

/** A contact of the server as the source gives it. */
async function readAs(fields: StoredFields): Promise<Contact | null | undefined> {
  const { cursor } = await bed.open().read(undefined);
  bed.mailboxes.addContact(bed.contacts, fields);
  const { scopes } = await bed.open().read(cursor);
  return scopes[0]?.contacts[0]?.contact;
}

test('every field of a contact has its place', async () => {
  const texts = {
    DisplayName: 'Ada Lovelace',
    GivenName: 'Ada',
    MiddleName: 'Augusta',
    Surname: 'Lovelace',
    Generation: 'I',
    Initials: 'A.A.L.',
    Nickname: 'Countess',
    FileAs: 'Lovelace, Ada',
    CompanyName: 'Analytical Engines',
    Department: 'Programs',
    JobTitle: 'Analyst',
    Manager: 'Charles Babbage',
    AssistantName: 'Augustus',
    OfficeLocation: 'London',
    Profession: 'Mathematician',
    SpouseName: 'William',
    BusinessHomePage: 'https://engines.example',
    WeddingAnniversary: '1835-07-08T11:59:00Z',
    YomiFirstName: 'Eida',
    YomiLastName: 'Raburesu',
    Body: 'Wrote the first program',
  };
  const phones = {
    BusinessPhone: '+44 20 1',
    BusinessPhone2: '007',
    HomePhone: '1e5',
    MobilePhone: '0x1F',
    BusinessFax: '+44 20 9',
    HomeFax: '2',
    Pager: '3',
    OtherTelephone: '4',
    CarPhone: '5',
    AssistantPhone: '6',
    Telex: '7',
  };
  const street = { Street: '12 St James', City: 'London', State: 'LDN', CountryOrRegion: 'UK', PostalCode: '01234' };
  const contact = await readAs({
    texts,
    title: 'Countess',
    phones,
    addresses: { Business: street, Other: { City: 'Ockham' } },
    emails: [{ address: 'ada@engines.example', name: 'Ada (work)' }, { address: 'ada@home.example' }],
    imAddresses: ['sip:ada@engines.example'],
    categories: ['Board', 'true'],
    children: ['Byron', 'Anne'],
    properties: {
      [birthdayLocal]: '1815-12-10T00:00:00Z',
      [yomiCompany]: 'Enjinzu',
      [userField2]: 'blue',
    },
  });
  expect(contact).toEqual({
    displayName: 'Ada Lovelace',
    givenName: 'Ada',
    middleName: 'Augusta',
    surname: 'Lovelace',
    generation: 'I',
    initials: 'A.A.L.',
    nickName: 'Countess',
    fileAs: 'Lovelace, Ada',
    companyName: 'Analytical Engines',
    department: 'Programs',
    jobTitle: 'Analyst',
    manager: 'Charles Babbage',
    assistantName: 'Augustus',
    officeLocation: 'London',
    profession: 'Mathematician',
    spouseName: 'William',
    businessHomePage: 'https://engines.example',
    yomiGivenName: 'Eida',
    yomiSurname: 'Raburesu',
    yomiCompanyName: 'Enjinzu',
    personalNotes: 'Wrote the first program',
    title: 'Countess',
    mobilePhone: '0x1F',
    businessPhones: ['+44 20 1', '007'],
    homePhones: ['1e5'],
    businessFax: '+44 20 9',
    homeFax: '2',
    pager: '3',
    otherPhone: '4',
    carPhone: '5',
    assistantPhone: '6',
    anniversary: '1835-07-08',
    userField2: 'blue',
    imAddresses: ['sip:ada@engines.example'],
    categories: ['Board', 'true'],
    children: ['Byron', 'Anne'],
    businessAddress: {
      street: '12 St James',
      city: 'London',
      state: 'LDN',
      countryOrRegion: 'UK',
      postalCode: '01234',
    },
    otherAddress: { city: 'Ockham' },
    emailAddresses: [{ name: 'Ada (work)', address: 'ada@engines.example' }, { address: 'ada@home.example' }],
    birthday: '1815-12-10',
  });
});

test.each([
  ['line breaks', 'one\r\ntwo', 'one\r\ntwo'],
  ['what XML has a meaning for', '<b>R&D</b> "x" \'y\' &amp; ]]>', '<b>R&D</b> "x" \'y\' &amp; ]]>'],
  ['characters beyond the first plane', 'Zo\u00eb \u{1f600}', 'Zo\u00eb \u{1f600}'],
  ['what XML forbids', 'a\u001ab', 'ab'],
  ['spaces around', '  x ', '  x '],
  ['nothing but a line break', '\r\n', undefined],
])('notes hold %s', async (_, written, read) => {
  expect((await readAs({ texts: { DisplayName: 'Ada', Body: written } }))?.personalNotes).toBe(read);
});

test.each([
  ['as Graph writes it', '1985-02-28T11:59:00Z', '1985-02-28'],
  ['as Outlook in Berlin does', '1985-02-27T23:00:00Z', '1985-02-28'],
  ['as Outlook in New York does', '1985-02-28T05:00:00Z', '1985-02-28'],
  ['with fractions of a second', '1985-02-28T11:59:00.000Z', '1985-02-28'],
  ['with an offset', '1985-02-28T00:00:00+01:00', '1985-02-28'],
  ['as none', '', undefined],
])('a birthday %s is its day', async (_, Birthday, day) => {
  expect((await readAs({ texts: { DisplayName: 'Ada', Birthday } }))?.birthday).toBe(day);
});

test('the local date of a birthday goes before its moment', async () => {
  const texts = { DisplayName: 'Ada', Birthday: '1985-02-27T10:00:00Z' };
  const properties = { [birthdayLocal]: '1985-02-28T00:00:00Z' };
  expect((await readAs({ texts, properties }))?.birthday).toBe('1985-02-28');
});

test('somebody of the own address book has the address that people know', async () => {
  const emails = [{ address: '/o=Contoso/ou=Exchange/cn=Recipients/cn=ada', name: 'Ada', routingType: 'EX' }];
  const texts = { DisplayName: 'Ada' };
  const known = await readAs({ texts, emails, properties: { [firstEmailOriginal]: 'ada@contoso.example' } });
  expect(known?.emailAddresses).toEqual([{ name: 'Ada', address: 'ada@contoso.example' }]);
  expect((await readAs({ texts, emails }))?.emailAddresses).toEqual([{ name: 'Ada' }]);
});
