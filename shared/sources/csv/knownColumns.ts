/**
 * What the columns of well-known exports mean, by their names: their order and number differ between versions
 * (rules.md: Other services, CSV exports). Names are compared without case.
 */
export function knownColumn(name: string): string | undefined {
  return byName.get(name.trim().toLowerCase()) ?? googleColumn(name);
}

/** Outlook's classic export in English, that of Outlook on the web, and what Google has of the same names. */
const english: Readonly<Record<string, string>> = {
  Title: 'title',
  'First Name': 'givenName',
  'Middle Name': 'middleName',
  'Last Name': 'surname',
  Suffix: 'generation',
  Nickname: 'nickName',
  'Given Yomi': 'yomiGivenName',
  'Surname Yomi': 'yomiSurname',
  'Company Yomi': 'yomiCompanyName',
  Company: 'companyName',
  Department: 'department',
  'Job Title': 'jobTitle',
  'Business Street': 'businessAddress.street',
  'Business Street 2': 'businessAddress.street',
  'Business Street 3': 'businessAddress.street',
  'Business City': 'businessAddress.city',
  'Business State': 'businessAddress.state',
  'Business Postal Code': 'businessAddress.postalCode',
  'Business Country/Region': 'businessAddress.countryOrRegion',
  'Business Country': 'businessAddress.countryOrRegion',
  'Home Street': 'homeAddress.street',
  'Home Street 2': 'homeAddress.street',
  'Home Street 3': 'homeAddress.street',
  'Home City': 'homeAddress.city',
  'Home State': 'homeAddress.state',
  'Home Postal Code': 'homeAddress.postalCode',
  'Home Country/Region': 'homeAddress.countryOrRegion',
  'Home Country': 'homeAddress.countryOrRegion',
  'Other Street': 'otherAddress.street',
  'Other Street 2': 'otherAddress.street',
  'Other Street 3': 'otherAddress.street',
  'Other City': 'otherAddress.city',
  'Other State': 'otherAddress.state',
  'Other Postal Code': 'otherAddress.postalCode',
  'Other Country/Region': 'otherAddress.countryOrRegion',
  'Other Country': 'otherAddress.countryOrRegion',
  'Business Phone': 'businessPhones[0]',
  'Business Phone 2': 'businessPhones[1]',
  'Home Phone': 'homePhones[0]',
  'Home Phone 2': 'homePhones[1]',
  'Mobile Phone': 'mobilePhone',
  'Business Fax': 'businessFax',
  'Home Fax': 'homeFax',
  Pager: 'pager',
  'Other Phone': 'otherPhone',
  'Car Phone': 'carPhone',
  "Assistant's Phone": 'assistantPhone',
  'E-mail Address': 'emailAddresses[0]',
  'E-mail Display Name': 'emailAddresses[0].name',
  'E-mail 2 Address': 'emailAddresses[1]',
  'E-mail 2 Display Name': 'emailAddresses[1].name',
  'E-mail 3 Address': 'emailAddresses[2]',
  'E-mail 3 Display Name': 'emailAddresses[2].name',
  IMAddress: 'imAddresses[0]',
  "Assistant's Name": 'assistantName',
  Birthday: 'birthday',
  Anniversary: 'anniversary',
  Account: 'customerId',
  Private: 'sensitivity',
  Sensitivity: 'sensitivity',
  'User 1': 'userField1',
  'User 2': 'userField2',
  'User 3': 'userField3',
  'User 4': 'userField4',
  Categories: 'categories',
  Children: 'children',
  Initials: 'initials',
  "Manager's Name": 'manager',
  Notes: 'personalNotes',
  'Office Location': 'officeLocation',
  Profession: 'profession',
  Spouse: 'spouseName',
  'Web Page': 'businessHomePage',
  'Business Web Page': 'businessHomePage',
};

/** Outlook's classic export in German. */
const german: Readonly<Record<string, string>> = {
  Privat: 'sensitivity',
  Vertraulichkeit: 'sensitivity',
  Anrede: 'title',
  Vorname: 'givenName',
  'Weitere Vornamen': 'middleName',
  Nachname: 'surname',
  Firma: 'companyName',
  Abteilung: 'department',
  Position: 'jobTitle',
  'Straße geschäftlich': 'businessAddress.street',
  'Straße geschäftlich 2': 'businessAddress.street',
  'Straße geschäftlich 3': 'businessAddress.street',
  'Ort geschäftlich': 'businessAddress.city',
  'Region geschäftlich': 'businessAddress.state',
  'Postleitzahl geschäftlich': 'businessAddress.postalCode',
  'Land/Region geschäftlich': 'businessAddress.countryOrRegion',
  'Straße privat': 'homeAddress.street',
  'Straße privat 2': 'homeAddress.street',
  'Straße privat 3': 'homeAddress.street',
  'Ort privat': 'homeAddress.city',
  'Bundesland/Kanton privat': 'homeAddress.state',
  'Postleitzahl privat': 'homeAddress.postalCode',
  'Land/Region privat': 'homeAddress.countryOrRegion',
  'Weitere Straße': 'otherAddress.street',
  'Weiterer Ort': 'otherAddress.city',
  'Weitere Postleitzahl': 'otherAddress.postalCode',
  'Telefon geschäftlich': 'businessPhones[0]',
  'Telefon geschäftlich 2': 'businessPhones[1]',
  'Telefon (privat)': 'homePhones[0]',
  'Telefon (privat 2)': 'homePhones[1]',
  Mobiltelefon: 'mobilePhone',
  'Fax geschäftlich': 'businessFax',
  'Fax privat': 'homeFax',
  Pager: 'pager',
  'Weiteres Telefon': 'otherPhone',
  Autotelefon: 'carPhone',
  'Telefon Assistent': 'assistantPhone',
  'E-Mail-Adresse': 'emailAddresses[0]',
  'E-Mail: Angezeigter Name': 'emailAddresses[0].name',
  'E-Mail 2: Adresse': 'emailAddresses[1]',
  'E-Mail 2: Angezeigter Name': 'emailAddresses[1].name',
  'E-Mail 3: Adresse': 'emailAddresses[2]',
  'E-Mail 3: Angezeigter Name': 'emailAddresses[2].name',
  'Name Assistent': 'assistantName',
  Geburtstag: 'birthday',
  Jahrestag: 'anniversary',
  Konto: 'customerId',
  'Benutzer 1': 'userField1',
  'Benutzer 2': 'userField2',
  'Benutzer 3': 'userField3',
  'Benutzer 4': 'userField4',
  Kategorien: 'categories',
  Kinder: 'children',
  Initialen: 'initials',
  'Name des/der Vorgesetzten': 'manager',
  Notizen: 'personalNotes',
  Büro: 'officeLocation',
  Beruf: 'profession',
  Partner: 'spouseName',
  Webseite: 'businessHomePage',
};

/** Google's export of today and that of before 2024; its numbered columns are below. */
const google: Readonly<Record<string, string>> = {
  Name: 'displayName',
  'Given Name': 'givenName',
  'Additional Name': 'middleName',
  'Family Name': 'surname',
  'Name Prefix': 'title',
  'Name Suffix': 'generation',
  'File As': 'fileAs',
  'Phonetic First Name': 'yomiGivenName',
  'Phonetic Last Name': 'yomiSurname',
  'Organization Name': 'companyName',
  'Organization Title': 'jobTitle',
  'Organization Department': 'department',
  'Organization 1 - Name': 'companyName',
  'Organization 1 - Title': 'jobTitle',
  'Organization 1 - Department': 'department',
  Labels: 'categories',
  'Group Membership': 'categories',
};

/** `Export-Csv` of `Get-User`, `Get-Contact` and `Get-MailContact`. */
const exchange: Readonly<Record<string, string>> = {
  DisplayName: 'displayName',
  FirstName: 'givenName',
  LastName: 'surname',
  Phone: 'businessPhones[0]',
  MobilePhone: 'mobilePhone',
  HomePhone: 'homePhones[0]',
  Fax: 'businessFax',
  Pager: 'pager',
  Office: 'officeLocation',
  Manager: 'manager',
  StreetAddress: 'businessAddress.street',
  City: 'businessAddress.city',
  StateOrProvince: 'businessAddress.state',
  PostalCode: 'businessAddress.postalCode',
  CountryOrRegion: 'businessAddress.countryOrRegion',
  WindowsEmailAddress: 'emailAddresses[0]',
  WebPage: 'businessHomePage',
};

const byName = new Map(
  [exchange, google, german, english].flatMap(Object.entries).map(([name, target]) => [name.toLowerCase(), target]),
);

const numbered = /^(E-mail|Phone|Address|Website) (\d) - (.+)$/i;
const addressFields = ['businessAddress', 'homeAddress', 'otherAddress'];
const addressParts: Readonly<Record<string, string>> = {
  street: 'street',
  city: 'city',
  region: 'state',
  'postal code': 'postalCode',
  country: 'countryOrRegion',
};

function googleColumn(name: string): string | undefined {
  const [, kind = '', number = '', part = ''] = numbered.exec(name.trim()) ?? [];
  const index = Number(number) - 1;
  const isValue = part.toLowerCase() === 'value';
  switch (kind.toLowerCase()) {
    case 'e-mail':
      return isValue && index < 3 ? `emailAddresses[${index}]` : undefined;
    case 'address': {
      const field = addressFields[index];
      const known = addressParts[part.toLowerCase()];
      return field && known && `${field}.${known}`;
    }
    case 'website':
      return isValue && index === 0 ? 'businessHomePage' : undefined;
    default:
      return undefined;
  }
}
