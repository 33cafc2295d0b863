import type { Contact } from '../../../shared/domain/contact.ts';
import { entryLimits } from '../../../shared/domain/entryLimits.ts';
import { ProbeFailure } from '../../../shared/ports/connectionProbes.ts';
import { type ContactSource, type Reading, SourceFailure } from '../../../shared/ports/contactSource.ts';
import type { HostProbe } from '../../../shared/ports/hostProbe.ts';
import { FileUnavailable } from '../../../shared/ports/sourceFiles.ts';
import { csvSettings } from '../../../shared/settings/csvSource.ts';
import { openCsv } from '../../../shared/sources/csv/openCsv.ts';
import { readDate } from '../../../shared/sources/csv/readDate.ts';
import { testContactSource } from '../../../shared/sources/index.ts';
import { memorySourceAdapters, nothingBeside } from '../../memory/adapters.ts';
import { createTestClock } from '../../memory/clock.ts';
import { createMemoryGraph } from '../../memory/graph.ts';
import { createMemoryFiles, type MemoryFiles } from '../../memory/sourceFiles.ts';
import { describeSourceKind } from './everyKind.ts';

let files: MemoryFiles;

beforeEach(() => {
  files = createMemoryFiles();
});

function open(settings: object = {}): ContactSource {
  const parsed = csvSettings.parse({ kind: 'csv', blob: 'a.csv', ...settings });
  return openCsv(parsed, { files, download: nothingBeside.download });
}

describeSourceKind(
  'csv',
  async () => {
    const names = new Map<string, string>();
    const write = (end = '') => {
      const rows = [...names].map(([key, name]) => `${key},${name}\n`);
      files.put('a.csv', `Nr,First Name\n${rows.join('')}${end}`);
    };
    write();
    return {
      open: () => open({ key: 'Nr' }),
      async put(key, name) {
        names.set(key, name);
        write();
      },
      async remove(key) {
        names.delete(key);
        write();
      },
      breakOff: async () => write('9,"Zo'),
      mend: async () => write(),
      kill: async () => JSON.stringify({ etag: '"of no file"' }),
      close: async () => {},
    };
  },
  { believesEmptiness: true },
);

async function read(content: string | Uint8Array, settings: object = {}): Promise<Contact[]> {
  files.put('a.csv', content);
  const { scopes } = await open(settings).read(undefined);
  return scopes.flatMap(({ contacts }) => contacts.flatMap(({ contact }) => contact ?? []));
}

async function refusalOf(content: string | Uint8Array, settings: object = {}): Promise<string> {
  const error: unknown = await read(content, settings).catch(each => each);
  if (!(error instanceof SourceFailure)) throw new Error('It was read');
  return error.message;
}

const two = 'First Name,Last Name,E-mail Address\nAda,Lovelace,ada@contoso.example\nBob,Hope,bob@contoso.example\n';

describe('a file', () => {
  test('that is not there, or empty, is a failure and never an empty list', async () => {
    await expect(open().read(undefined)).rejects.toThrow(
      /no blob "a.csv" in the container "sources".*az storage blob upload .* --name a.csv --file a.csv/,
    );
    expect(await refusalOf('')).toMatch(/Line 1: The file is empty/);
  });

  test.each([
    ['ENOTFOUND', /^The name files.contoso.com is unknown where the app runs \(ENOTFOUND\);.*: check its spelling/],
    ['ECONNREFUSED', /^files.contoso.com: Nothing listens at port 443.*: check the port/],
    ['ABORT_ERR', /^files.contoso.com did not give the file within two minutes \(ABORT_ERR\)/],
    ['Status403', /does not give the file to whoever asks \(Status403\).*: the app signs in nowhere/],
    ['Status500', /^files.contoso.com did not give the file \(Status500\).*curl -i/],
  ])('at an address that fails with %s says what, where and what to do', async (code, detail) => {
    const download = () => Promise.reject(new FileUnavailable(code));
    const settings = csvSettings.parse({ kind: 'csv', url: 'https://files.contoso.com/a.csv' });
    await expect(openCsv(settings, { files, download }).read(undefined)).rejects.toThrow(detail);
  });

  test('has ids that tell no address', async () => {
    files.put('a.csv', two);
    const { scopes } = await open().read(undefined);
    expect(JSON.stringify(scopes.map(({ contacts }) => contacts.map(({ id }) => id)))).not.toContain('contoso');
  });
});

test('Outlook in English', async () => {
  const text =
    '"Title","First Name","Middle Name","Last Name","Suffix","Company","Business Street","Business Street 2","Business City","Business Phone","Business Phone 2","Mobile Phone","Birthday","Categories","E-mail Address","E-mail Display Name","E-mail 2 Address","Gender","Notes"\r\n' +
    '"Dr","Ada","","Lovelace","","Contoso","1 High St","2nd floor","London","0071","+44 20 1","","0/0/00","VIP;Public","ada@contoso.example","Ada","a2@contoso.example","Unspecified","one\r\ntwo, ""three"""\r\n';
  expect(await read(text)).toEqual([
    {
      displayName: 'Ada Lovelace',
      title: 'Dr',
      givenName: 'Ada',
      surname: 'Lovelace',
      companyName: 'Contoso',
      businessAddress: { street: '1 High St\n2nd floor', city: 'London' },
      businessPhones: ['0071', '+44 20 1'],
      categories: ['VIP', 'Public'],
      emailAddresses: [{ address: 'ada@contoso.example', name: 'Ada' }, { address: 'a2@contoso.example' }],
      personalNotes: 'one\r\ntwo, "three"',
    },
  ]);
});

test('Outlook in German, in the code page of Windows, by semicolon', async () => {
  const text =
    'Anrede;Vorname;Nachname;Straße geschäftlich;Telefon (privat);E-Mail-Adresse;Geburtstag;Büro\r\nFrau;Änne;Müller;Hauptstraße 1;030 1;anne@contoso.example;28.02.1985;7\r\n';
  const bytes = Buffer.from(text, 'latin1');
  expect(await read(bytes, { encoding: 'windows-1252' })).toEqual([
    {
      displayName: 'Änne Müller',
      title: 'Frau',
      givenName: 'Änne',
      surname: 'Müller',
      businessAddress: { street: 'Hauptstraße 1' },
      homePhones: ['030 1'],
      birthday: '1985-02-28',
      officeLocation: '7',
      emailAddresses: [{ address: 'anne@contoso.example' }],
    },
  ]);
  expect(await refusalOf(bytes)).toMatch(/not UTF-8: .*windows-1252/);
});

test("Outlook's fields beside those that Graph has names for, in English and German", async () => {
  const header =
    "First Name,Business Fax,Home Fax,Pager,Other Phone,Car Phone,Assistant's Phone,Anniversary,Account,User 1";
  expect(await read(`${header}\nAda,1,2,3,4,5,6,5/16/1985,C-7,blue\n`)).toEqual([
    {
      displayName: 'Ada',
      givenName: 'Ada',
      businessFax: '1',
      homeFax: '2',
      pager: '3',
      otherPhone: '4',
      carPhone: '5',
      assistantPhone: '6',
      anniversary: '1985-05-16',
      customerId: 'C-7',
      userField1: 'blue',
    },
  ]);
  const german = 'Vorname;Fax geschäftlich;Autotelefon;Jahrestag;Benutzer 4\nÄnne;1;2;0.0.00;rot\n';
  expect(await read(german)).toEqual([
    { displayName: 'Änne', givenName: 'Änne', businessFax: '1', carPhone: '2', userField4: 'rot' },
  ]);
});

test("Google's fax numbers are no telephones", async () => {
  const text =
    'First Name,Phone 1 - Label,Phone 1 - Value,Phone 2 - Label,Phone 2 - Value,Phone 3 - Label,Phone 3 - Value\n';
  expect(await read(`${text}Ada,Work Fax,1,* Home Fax,2,Pager,3\n`)).toEqual([
    { displayName: 'Ada', givenName: 'Ada', businessFax: '1', homeFax: '2', pager: '3' },
  ]);
});

test('Outlook on the web', async () => {
  expect(
    await read(
      'First Name,Last Name,Nickname,Given Yomi,E-mail Address,IMAddress,Home Country\nAda,Lovelace,Countess,エイダ,ada@contoso.example,ada,UK\n',
    ),
  ).toMatchObject([
    { nickName: 'Countess', yomiGivenName: 'エイダ', imAddresses: ['ada'], homeAddress: { countryOrRegion: 'UK' } },
  ]);
});

test('Google of today and of before 2024', async () => {
  const today =
    'First Name,Last Name,Labels,Birthday,Organization Name,E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Label,Phone 1 - Value,Phone 2 - Label,Phone 2 - Value,Address 1 - City\n' +
    'Ada,Lovelace,* myContacts ::: Navy,--07-01,Contoso,* Work,ada@contoso.example ::: ada@home.example,* Work,020 1 ::: 020 2,Mobile,070 3,London\n';
  expect(await read(today)).toEqual([
    {
      displayName: 'Ada Lovelace',
      givenName: 'Ada',
      surname: 'Lovelace',
      categories: ['Navy'],
      companyName: 'Contoso',
      emailAddresses: [{ address: 'ada@contoso.example' }, { address: 'ada@home.example' }],
      businessPhones: ['020 1', '020 2'],
      mobilePhone: '070 3',
      businessAddress: { city: 'London' },
    },
  ]);
  const before =
    'Name,Given Name,Family Name,Group Membership,Phone 1 - Type,Phone 1 - Value\nAda Lovelace,Ada,Lovelace,* myContacts,Home,020 1\n';
  expect(await read(before)).toEqual([
    { displayName: 'Ada Lovelace', givenName: 'Ada', surname: 'Lovelace', homePhones: ['020 1'] },
  ]);
});

test("PowerShell's Export-Csv", async () => {
  expect(
    await read(
      '#TYPE Selected.Contact\r\n"DisplayName","FirstName","Phone","WindowsEmailAddress"\r\n"Ada","Ada","007","ada@contoso.example"\r\n',
    ),
  ).toMatchObject([
    { displayName: 'Ada', businessPhones: ['007'], emailAddresses: [{ address: 'ada@contoso.example' }] },
  ]);
});

test('any other, with its columns and key named', async () => {
  const settings = {
    key: 'Nr',
    columns: {
      'emailAddresses[0]': 'Mail',
      'businessPhones[1]': 'Durchwahl',
      'businessAddress.postalCode': 'PLZ',
      displayName: 'Name',
    },
  };
  expect(
    await read('sep=|\nNr|Name|Mail|Durchwahl|PLZ|Salary\n007|Ada|ada@contoso.example|0012|01234|9\n', settings),
  ).toEqual([
    {
      displayName: 'Ada',
      emailAddresses: [{ address: 'ada@contoso.example' }],
      businessPhones: ['0012'],
      businessAddress: { postalCode: '01234' },
    },
  ]);
});

test.each([
  ['UTF-8 with a mark', Buffer.from(`\ufeff${two}`)],
  ['UTF-16', Buffer.from(`\ufeff${two}`, 'utf16le')],
])('%s is read without being told', async (_, bytes) => {
  expect(await read(bytes)).toMatchObject([{ givenName: 'Ada' }, { givenName: 'Bob' }]);
});

describe('a long file in UTF-8', () => {
  // Of two bytes a character, so that one of two lengths has it where the file is taken in pieces.
  const long = (first: string) => `First Name,Notes\n${first},"${'ü'.repeat(150_000)}"\n`;

  test.each(['Ada', 'Adam'])('is read to its end (%s)', async first => {
    expect(await read(long(first))).toMatchObject([{ givenName: first, personalNotes: 'ü'.repeat(150_000) }]);
  });

  test('is the same wherever a piece of it ends, and a fault has its line', async () => {
    const rows = Array.from({ length: 4 }, (_, index) => `"A ""${index}""\r\nda",x\r\n`).join('');
    for (let end = 0; end < rows.length; end++) {
      const start = `First Name,Notes\r\nZoe,"${'n'.repeat(65_510 - end)}"\r\n`;
      expect((await read(`${start}${rows}`)).slice(1)).toMatchObject(
        Array.from({ length: 4 }, (_, index) => ({ givenName: `A "${index}"\r\nda`, personalNotes: 'x' })),
      );
      expect(await refusalOf(`${start}${rows}Bob\r\n`)).toMatch(/Line 11: .*another number of columns/);
    }
  });

  test.each([
    ['has a byte of another code page', Buffer.concat([Buffer.from(long('Ada')), Buffer.from('Änne,\n', 'latin1')])],
    ['ends in the middle of a character', Buffer.from(`${long('Ada')}Bob,ü`).subarray(0, -1)],
  ])('that %s is refused', async (_, bytes) => {
    expect(await refusalOf(bytes)).toMatch(/not UTF-8/);
  });
});

test.each([
  [
    'a quotation mark that is never closed',
    'First Name,Last Name\nAda,Lovelace\nBob,"Hope\nCleo,Kopp\n',
    /Line 3, column 2: .*never closed/,
  ],
  [
    'a row with another number of columns',
    'First Name,Last Name\nAda,Lovelace\nBob\n',
    /Line 3: .*another number of columns \(1\)/,
  ],
  [
    'a header twice',
    'First Name,Last Name,first name\nAda,Lovelace,A\n',
    /Line 1, column 3: .*name that another column has/,
  ],
  ['no header', 'Ada,Lovelace,ada@contoso.example\n', /Line 1: None of its columns is known/],
  ['an address twice', `${two}Bobby,Hope,BOB@contoso.example\n`, /Line 4: .*e-mail address.* of line 3/],
  [
    'a quotation mark inside of a text',
    '\nFirst Name,Notes\n\nAda,"one\ntwo"\n\n\nBob,a "B" c\n',
    /Line 8, column 2: .*inside of a text/,
  ],
  ['a row without name and address', 'First Name,Company\nAda,\n,\nBob,\n', /Line 3: The row has neither/],
  [
    'a phone number that a spreadsheet rounded',
    'First Name,Mobile Phone\nAda,"4,91E+11"\n',
    /Line 2, column 2: .*phone number that a spreadsheet has rounded/,
  ],
])('%s refuses the whole file, with its place', async (_, content, fault) => {
  const refusal = await refusalOf(content);
  expect(refusal).toMatch(fault);
  expect(refusal).not.toMatch(/Ada|Hope|contoso|4,91/);
});

test.each([
  ['twice', '1;a@contoso.example\n1;b@contoso.example\n', /Line 3, column 1: The row has the key of line 2/],
  ['empty', '1;a@contoso.example\n ;b@contoso.example\n', /Line 3, column 1: .*identifies a contact is empty/],
])('a key that is there %s refuses the whole file', async (_, rows, fault) => {
  expect(await refusalOf(`Nr;E-mail Address\n${rows}`, { key: 'nr' })).toMatch(fault);
});

test('a column that the settings name and the file has not is named', async () => {
  expect(await refusalOf(two, { key: 'Nr' })).toMatch(/There is no column "Nr", which "key" names/);
  expect(await refusalOf(two, { columns: { mobilePhone: 'Handy' } })).toMatch(
    /There is no column "Handy", which "columns" names/,
  );
});

test('what a contact cannot hold is left out and told, as long as the file is that one', async () => {
  files.put(
    'a.csv',
    `${two}Cleo,Kopp,cleo@contoso.example\n`
      .replace('E-mail Address\n', 'E-mail Address,Birthday\n')
      .replaceAll('.example\n', '.example,5/6/1985\n'),
  );
  const source = open();
  const first = await source.read(undefined);
  expect(first.problems).toMatchObject([
    { code: 'CsvValuesLeftOut', detail: expect.stringMatching(/^3 rows \(the first is line 2\) .*\(birthday\)/) },
  ]);
  expect(first).toMatchObject({
    partsMissing: false,
    scopes: [{ contacts: [{ contact: { givenName: 'Ada' } }, {}, {}] }],
  });
  expect(await source.read(first.cursor)).toMatchObject({ problems: first.problems, scopes: [{ contacts: [] }] });
});

test.each([
  ['1985-02-28', '1985-02-28'],
  ['28.2.1985', '1985-02-28'],
  ['2/28/1985', '1985-02-28'],
  ['28/2/1985', '1985-02-28'],
  ['5/6/1985', undefined],
  ['5/5/1985', '1985-05-05'],
  ['0/0/00', undefined],
  ['00/00/0000', undefined],
  ['--07-01', undefined],
  ['1985-02-30', undefined],
  ['1985', undefined],
])('the date %s is %s', (text, date) => {
  expect(readDate(text)).toBe(date);
});

test.each<[string, object, RegExp]>([
  ['neither a blob nor an address', {}, /either a blob or a url/],
  ['http', { url: 'http://files.contoso.example/a.csv' }, /no https address/],
  ['a field that is none', { blob: 'a.csv', columns: { mobile: 'Handy' } }, /mobile.. is not a field of a contact/],
  [
    'a fourth address',
    { blob: 'a.csv', columns: { 'emailAddresses[3]': 'Mail' } },
    /emailAddresses.0. to emailAddresses.2./,
  ],
  [
    'an address as a whole',
    { blob: 'a.csv', columns: { homeAddress: 'Home' } },
    /a part of an address: homeAddress.street/,
  ],
  ['a way out of the container', { blob: '../a.csv' }, /not the name of a blob/],
])('settings with %s are refused', (_, settings, fault) => {
  expect(csvSettings.safeParse({ kind: 'csv', ...settings }).error?.message).toMatch(fault);
});

describe('a connection test of a file at an address', () => {
  const settings = csvSettings.parse({ kind: 'csv', url: 'https://files.contoso.example/a.csv' });
  const token = { step: { name: 'token', ok: false, detail: 'none is asked for' }, value: undefined };
  const hosts: HostProbe = {
    resolve: async () => [{ address: '198.51.100.7', kind: 'public' }],
    startTls: async () => ({ validUntil: Date.UTC(2030, 0, 1) }),
  };

  async function stepsOf(changed: Partial<HostProbe> = {}) {
    const memory = memorySourceAdapters(createMemoryGraph(), createTestClock(0));
    const results = await testContactSource(settings, token, {
      ...memory,
      probes: { ...memory.probes, hosts: { ...hosts, ...changed } },
      download: async () => ({
        kind: 'read',
        etag: '"1"',
        bytes: Buffer.from('E-mail Address\nada@contoso.example\n'),
      }),
    });
    return results.map(({ step }) => step);
  }

  test('passes its host, the file and its rows', async () => {
    const passed = await stepsOf();
    expect(passed.map(({ name, ok }) => `${name}: ${ok}`)).toEqual([
      'name files.contoso.example: true',
      'TLS to files.contoso.example:443: true',
      'file: true',
      'rows: true',
    ]);
  });

  test.each<[string, Partial<HostProbe>, number, RegExp]>([
    ['the address is private', { resolve: async () => [{ address: '10.0.0.4', kind: 'private' }] }, 0, /source\.blob/],
    ['the name is unknown', { resolve: () => refuse('ENOTFOUND') }, 0, /spelling/],
    ['nothing listens', { startTls: () => refuse('ECONNREFUSED') }, 1, /Check the port/],
    ['the certificate has expired', { startTls: () => refuse('CERT_HAS_EXPIRED') }, 1, /renews it/],
  ])('names the step where %s, and a remedy', async (_, changed, index, remedy) => {
    const failed = await stepsOf(changed);
    expect(failed.findIndex(({ ok }) => !ok)).toBe(index);
    expect(failed[index]?.remedy).toMatch(remedy);
    expect(failed.slice(index + 1).every(({ detail }) => detail.startsWith('Not tried'))).toBe(true);
  });

  function refuse(code: string): Promise<never> {
    return Promise.reject(new ProbeFailure('unreachable', code));
  }
});

test.each([
  ['Outlook in English', 'First Name,Sensitivity,Private\nOpen,Normal,False\nA,Private,False\nB,Normal,True\n'],
  ['Outlook in German', 'Vorname,Vertraulichkeit,Privat\nOpen,Normal,Falsch\nA,Privat,Falsch\nB,Normal,Wahr\n'],
])('private marks of %s are told where the list hides them, also of a file that was read without', async (_, text) => {
  const hiding = openCsv(
    csvSettings.parse({ kind: 'csv', blob: 'a.csv' }),
    { files, download: nothingBeside.download },
    { entries: entryLimits, extended: ['sensitivity'] },
  );
  const marks = ({ scopes }: Reading) =>
    scopes.flatMap(({ contacts }) => contacts.map(each => each.contact?.sensitivity));
  files.put('a.csv', text);
  const shared = await open().read(undefined);
  expect(marks(shared)).toEqual([undefined, undefined, undefined]);
  const hidden = await hiding.read(shared.cursor);
  expect(marks(hidden)).toEqual([undefined, 'private', 'private']);
  expect(marks(await hiding.read(hidden.cursor))).toEqual([]);
});
