import { allLocales, base, en, Faker } from '@faker-js/faker';
import { japaneseGivenNames, japaneseSurnames } from './japaneseNames.ts';

/** A contact in the form of Graph's contact resource. */
export interface Person {
  readonly givenName: string;
  readonly surname: string;
  readonly displayName: string;
  readonly emailAddresses: readonly { readonly name: string; readonly address: string }[];
  readonly [property: string]: unknown;
}

type Locale = keyof typeof allLocales;

const seed = 20_261_101;
/** Ages are counted from here, so that the data stay the same from year to year. */
const referenceDate = '2026-11-01T00:00:00Z';

/** Whom the company employs: Latin scripts most, as in many directories, and of each other one every 20th person. */
const origins: readonly { readonly locale: Locale; readonly country: string }[] = [
  { locale: 'en', country: 'USA' },
  { locale: 'de', country: 'Deutschland' },
  { locale: 'ru', country: 'Россия' },
  { locale: 'fr', country: 'France' },
  { locale: 'ja', country: '日本' },
  { locale: 'pl', country: 'Polska' },
  { locale: 'el', country: 'Ελλάδα' },
  { locale: 'es', country: 'España' },
  { locale: 'zh_CN', country: '中国' },
  { locale: 'en_GB', country: 'United Kingdom' },
  { locale: 'ar', country: 'الأردن' },
  { locale: 'vi', country: 'Việt Nam' },
  { locale: 'uk', country: 'Україна' },
  { locale: 'tr', country: 'Türkiye' },
  { locale: 'he', country: 'ישראל' },
  { locale: 'nb_NO', country: 'Norge' },
  { locale: 'ne', country: 'नेपाल' },
  { locale: 'it', country: 'Italia' },
  { locale: 'th', country: 'ไทย' },
  { locale: 'ko', country: '대한민국' },
];

const familyNameFirst: readonly Locale[] = ['ja', 'zh_CN', 'ko', 'vi'];

const offices = ['Berlin', 'Lisbon', 'Osaka', 'Toronto', 'Nairobi'];
const departments = ['Sales', 'Engineering', 'Finance', 'Legal', 'Operations', 'Human Resources'];

const notes = [
  'Prefers to be called in the morning.',
  'Assistant answers on Fridays.\r\nOn leave every August.',
  'Speaks English & Français <only by phone> 📞',
];

/** The same people in the same order at every call; their addresses differ from each other. */
export function generatePeople(count: number, domain: string): Person[] {
  const generators = origins.map((origin, index) => ({
    ...origin,
    faker: createGenerator(origin.locale, seed + index),
  }));
  const taken = new Set<string>();
  return Array.from({ length: count }, (_, index) => {
    const { locale, country, faker } = pick(generators, index);
    const name = generateName(locale, faker, index);
    const address = `${uniqueAlias(name, index, taken)}@${domain}`;
    return {
      ...name,
      fileAs: `${name.surname}, ${name.givenName}`,
      emailAddresses: emailAddresses(name.displayName, address, index),
      ...work(faker, country, index),
      ...privateLife(faker, country, index),
    };
  });
}

function createGenerator(locale: Locale, itsSeed: number): Faker {
  const faker = new Faker({ locale: [allLocales[locale], en, base], seed: itsSeed });
  faker.setDefaultRefDate(referenceDate);
  return faker;
}

function generateName(locale: Locale, faker: Faker, index: number) {
  const { givenName, surname, ...readings } =
    locale === 'ja' ? japaneseName(faker) : { givenName: faker.person.firstName(), surname: faker.person.lastName() };
  const words = familyNameFirst.includes(locale) ? [surname, givenName] : [givenName, surname];
  const displayName = words.join(' ');
  return { givenName, surname, displayName, ...readings, ...(index % 40 === 7 && { title: 'Dr.' }) };
}

function japaneseName(faker: Faker) {
  const family = faker.helpers.arrayElement(japaneseSurnames);
  const given = faker.helpers.arrayElement(japaneseGivenNames);
  return { givenName: given.name, surname: family.name, yomiGivenName: given.reading, yomiSurname: family.reading };
}

/** From a name in Latin letters; whoever has none goes by the number on the badge. */
function uniqueAlias(name: { givenName: string; surname: string }, index: number, taken: Set<string>): string {
  const [given, family] = [name.givenName, name.surname].map(latinLetters);
  const alias = given && family ? `${given}.${family}` : `p${1000 + index}`;
  const unique = taken.has(alias) ? `${alias}.${index}` : alias;
  taken.add(unique);
  return unique;
}

function latinLetters(text: string): string {
  const letters = text
    .normalize('NFD')
    .toLowerCase()
    .replaceAll(/[\p{M}' -]/gu, '');
  return /^[a-z]+$/.test(letters) ? letters : '';
}

function emailAddresses(displayName: string, address: string, index: number) {
  const own = { name: displayName, address };
  return index % 9 === 4 ? [own, { name: displayName, address: address.replace('@', '@mobile.') }] : [own];
}

function work(faker: Faker, country: string, index: number) {
  const department = pick(departments, index);
  const office = pick(offices, index);
  return {
    companyName: 'Contoso',
    department,
    jobTitle: faker.person.jobTitle(),
    officeLocation: `${office} ${faker.number.int({ min: 1, max: 5 })}.${faker.number.int({ min: 10, max: 40 })}`,
    businessPhones: Array.from({ length: 1 + (index % 2) }, () => phoneNumber(faker)),
    mobilePhone: phoneNumber(faker),
    businessAddress: postalAddress(faker, country),
    ...(index % 6 === 0 && { assistantName: faker.person.fullName(), manager: faker.person.fullName() }),
    ...(index % 4 === 1 && { businessHomePage: 'https://contoso.example' }),
    ...(index % 5 === 2 && { categories: [office, department] }),
    ...(index % 10 === 3 && { imAddresses: [`sip:desk${index}@contoso.example`] }),
  };
}

function privateLife(faker: Faker, country: string, index: number) {
  return {
    ...(index % 3 === 0 && { birthday: faker.date.birthdate({ min: 20, max: 66, mode: 'age' }).toISOString() }),
    ...(index % 7 === 5 && { homePhones: [phoneNumber(faker)], homeAddress: postalAddress(faker, country) }),
    ...(index % 8 === 6 && { personalNotes: pick(notes, index) }),
    ...(index % 50 === 21 && { personalNotes: faker.lorem.paragraphs(12, '\r\n\r\n') }),
    ...(index % 30 === 11 && { spouseName: faker.person.fullName(), children: [faker.person.firstName()] }),
  };
}

function phoneNumber(faker: Faker): string {
  return faker.phone.number({ style: 'international' });
}

function postalAddress(faker: Faker, country: string) {
  return {
    street: faker.location.streetAddress(),
    city: faker.location.city(),
    postalCode: faker.location.zipCode(),
    countryOrRegion: country,
  };
}

/** The index goes round. */
function pick<Value>(values: readonly Value[], index: number): Value {
  const value = values[index % values.length];
  if (value === undefined) throw new Error('There is nothing to pick from');
  return value;
}
