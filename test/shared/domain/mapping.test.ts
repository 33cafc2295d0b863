import fc from 'fast-check';
import { type Contact, graphFields } from '../../../shared/domain/contact.ts';
import {
  compileMapping,
  entriesPlaced,
  findDefaultFaults,
  findMappingDoubts,
  findMappingFaults,
  type MappingRules,
  sourceFieldsOf,
} from '../../../shared/domain/mapping.ts';
import { contacts } from './arbitraries.ts';

const ada: Contact = {
  displayName: 'Ada Lovelace',
  department: 'Analysis',
  mobilePhone: '+44 1',
  businessPhones: ['+44 2', '+44 3'],
  businessAddress: { city: 'London', postalCode: 'SW1' },
  emailAddresses: [{ name: 'Ada', address: 'ada@contoso.com' }],
  birthday: '1815-12-10',
};

function map(contact: Contact, rules: MappingRules, category: string | null = null): Contact {
  return compileMapping(rules, category).apply(contact);
}

describe('compileMapping', () => {
  test('maps every field to itself without rules', () => {
    fc.assert(fc.property(contacts, contact => expect(map(contact, {})).toEqual(contact)));
    expect(compileMapping({}, null).managedFields).toEqual(graphFields);
  });

  test.each<[string, MappingRules, Contact]>([
    ['another field', { personalNotes: 'department' }, { ...ada, personalNotes: 'Analysis' }],
    ['part of an address', { officeLocation: 'businessAddress.city' }, { ...ada, officeLocation: 'London' }],
    ['element of a list', { assistantName: 'businessPhones[1]' }, { ...ada, assistantName: '+44 3' }],
    [
      'two rules at once',
      { title: 'department', nickName: 'mobilePhone' },
      { ...ada, title: 'Analysis', nickName: '+44 1' },
    ],
    [
      'whole address',
      { homeAddress: 'businessAddress' },
      { ...ada, homeAddress: { city: 'London', postalCode: 'SW1' } },
    ],
    ['whole list', { homePhones: 'businessPhones' }, { ...ada, homePhones: ['+44 2', '+44 3'] }],
  ])('takes a value from %s', (_, rules, mapped) => {
    expect(map(ada, rules)).toEqual(mapped);
  });

  test.each<[string, MappingRules, keyof Contact]>([
    ['field', { displayName: 'nickName' }, 'displayName'],
    ['part of an address', { displayName: 'homeAddress.city' }, 'displayName'],
    ['unfilled part of an address', { displayName: 'businessAddress.street' }, 'displayName'],
    ['element of a list', { displayName: 'businessPhones[2]' }, 'displayName'],
    ['element of a list that is not there', { displayName: 'imAddresses[0]' }, 'displayName'],
  ])('leaves out what the source does not have: %s', (_, rules, field) => {
    expect(map(ada, rules)).not.toHaveProperty(field);
    expect(compileMapping(rules, null).managedFields).toContain(field);
  });

  test('null leaves a field to the user', () => {
    const { managedFields, apply } = compileMapping({ mobilePhone: null }, null);
    expect(apply(ada)).not.toHaveProperty('mobilePhone');
    expect(managedFields).not.toContain('mobilePhone');
    expect(managedFields).toHaveLength(graphFields.length - 1);
    expect(compileMapping({ mobilePhone: null }, 'Company').managedFields).not.toContain('mobilePhone');
  });

  test('takes the eleventh element of a list', () => {
    const imAddresses = Array.from({ length: 12 }, (_, index) => `im${index}`);
    expect(map({ imAddresses }, { title: 'imAddresses[10]' }).title).toBe('im10');
  });

  test('takes as many entries of a list as Exchange does, be they from another list or its default', () => {
    const four = ['1', '2', '3', '4'];
    expect(map({ businessPhones: four, children: four }, { homePhones: 'children' })).toEqual({
      businessPhones: ['1', '2'],
      homePhones: ['1', '2'],
      children: four,
    });
    const { apply } = compileMapping({}, null, { defaults: { imAddresses: four } });
    expect(apply({})).toEqual({ imAddresses: ['1', '2', '3'] });
  });

  test('swaps two fields', () => {
    const swapped = map(ada, { department: 'mobilePhone', mobilePhone: 'department' });
    expect(swapped).toMatchObject({ department: '+44 1', mobilePhone: 'Analysis' });
  });
});

describe('the category of a list', () => {
  test.each<[string, readonly string[] | undefined, string | null, readonly string[] | undefined]>([
    ['is put on a contact without any', undefined, 'Company', ['Company']],
    ['is put beside the source’s own', ['VIP', 'Golf'], 'Company', ['VIP', 'Golf', 'Company']],
    ['is there once, whatever its case at the source', ['COMPANY', 'VIP', 'company'], 'Company', ['VIP', 'Company']],
    ['is not put when there is none', ['VIP'], null, ['VIP']],
    ['is not made up when there is none', undefined, null, undefined],
  ])('%s', (_, own, category, expected) => {
    expect(map(own ? { categories: own } : {}, {}, category).categories).toEqual(expected);
  });

  test('is managed even if the source’s categories are left alone', () => {
    const { managedFields, apply } = compileMapping({ categories: null }, 'Company');
    expect(apply({ categories: ['VIP'] }).categories).toEqual(['Company']);
    expect(managedFields).toContain('categories');
    expect(compileMapping({ categories: null }, null).managedFields).not.toContain('categories');
  });
});

describe('findMappingFaults', () => {
  test.each<[string, MappingRules, RegExp]>([
    ['unknown target field', { shoeSize: 'department' }, /"shoeSize" is not a field/],
    ['unknown source field', { department: 'shoeSize' }, /"shoeSize" is not a field/],
    ['part of an address as target', { 'businessAddress.city': 'department' }, /not a field .* written/],
    ['list into a text', { department: 'businessPhones' }, /text cannot hold "businessPhones", which is a list/],
    ['text into a list', { businessPhones: 'mobilePhone' }, /list cannot hold "mobilePhone", which is a text/],
    ['address into a text', { department: 'homeAddress' }, /text cannot hold "homeAddress"/],
    ['text into a birthday', { birthday: 'department' }, /date cannot hold/],
    ['birthday into a text', { department: 'birthday' }, /text cannot hold/],
    ['text into e-mail addresses', { emailAddresses: 'department' }, /^a list of e-mail addresses cannot hold/],
    ['element of a list into a list', { homePhones: 'businessPhones[0]' }, /list cannot hold/],
    ['unknown part', { department: 'homeAddress.planet' }, /no part "planet"; it has street, city/],
    ['part of what is no address', { department: 'displayName.city' }, /"displayName" is not an address/],
    ['element of what is no list', { department: 'displayName[0]' }, /"displayName" is not a list/],
    ['words before a part', { department: 'the homeAddress.city' }, /is not a field/],
    ['words after a part', { department: 'homeAddress.city of Ada' }, /is not a field/],
    ['words before an element', { department: 'the businessPhones[0]' }, /is not a field/],
    ['words after an element', { department: 'businessPhones[0] of Ada' }, /is not a field/],
    ['element before the first', { department: 'businessPhones[-1]' }, /is not a field/],
    ['field of every object', { constructor: 'department' } as unknown as MappingRules, /"constructor" is not a field/],
    ['empty text', { department: '' }, /"" is not a field/],
    ['address into a list', { children: 'homeAddress' }, /^a list cannot hold "homeAddress", which is an address$/],
    ['misspelt target field', { jobtitle: 'department' }, /written: did you mean "jobTitle"\?$/],
    ['misspelt source field', { department: 'companyname' }, /contact: did you mean "companyName"\?$/],
    ['misspelt list', { department: 'businesPhones[0]' }, /list of texts: did you mean "businessPhones"\?$/],
    ['misspelt address', { department: 'homeAdress.city' }, /not an address: did you mean "homeAddress"\?$/],
    ['misspelt part', { department: 'homeAddress.postcode' }, /countryOrRegion: did you mean "postalCode"\?$/],
  ])('%s', (_, rules, problem) => {
    expect(findMappingFaults(rules)).toEqual([
      { field: Object.keys(rules)[0], problem: expect.stringMatching(problem) },
    ]);
  });

  test('names every fault and passes good rules', () => {
    const rules = { department: 'shoeSize', mobilePhone: null, personalNotes: 'department', birthday: 'surname' };
    expect(findMappingFaults(rules).map(({ field }) => field)).toEqual(['department', 'birthday']);
    expect(findMappingFaults({ mobilePhone: null, officeLocation: 'businessAddress.city' })).toEqual([]);
  });
});

describe('findMappingDoubts', () => {
  test.each(['businessPhones[2]', 'homePhones[7]', 'imAddresses[3]'])('%s is never there', rule => {
    expect(findMappingDoubts({ department: rule, jobTitle: null })).toEqual([
      {
        field: 'department',
        problem: expect.stringMatching(
          /is never there: \w+ holds at most (2 entries, \[0\] to \[1\]|3 entries, \[0\] to \[2\])$/,
        ),
      },
    ]);
  });

  test.each(['businessPhones[1]', 'homePhones[1]', 'imAddresses[2]', 'children[11]', 'categories[30]', 'surname'])(
    '%s may be',
    rule => {
      expect(findMappingDoubts({ department: rule })).toEqual([]);
    },
  );
});

describe('a template', () => {
  const rules = {
    fileAs: { template: '{{ surname | upcase }}, {{ givenName }}' },
    imAddresses: { template: '{{ nickName }}' },
  };

  test('gives a text, or the only entry of a list, and nothing where nothing comes of it', () => {
    const mapping = compileMapping(rules, null);
    const mapped = mapping.apply({ givenName: 'Ada', surname: 'Lovelace', nickName: 'ada' });
    expect(mapped).toMatchObject({ fileAs: 'LOVELACE, Ada', imAddresses: ['ada'] });
    expect(mapping.apply({ givenName: 'Ada' })).not.toHaveProperty('imAddresses');
  });

  test('that has a fault, or that the field cannot hold, is named', () => {
    const faulty = { fileAs: { template: '{{ surnme }}' }, birthday: { template: '{{ title }}' } };
    expect(findMappingFaults(faulty)).toMatchObject([
      { field: 'fileAs', problem: expect.stringContaining('"surnme" is not a field') },
      { field: 'birthday', problem: 'a date cannot hold a template, which gives a text' },
    ]);
  });
});

test('a default is put where nothing was mapped to a field, phone numbers as all others', () => {
  const rules = {
    phones: { format: 'international', region: 'DE' },
    defaults: { companyName: 'Contoso', businessPhones: ['030 1234567'] },
  } as const;
  const mapping = compileMapping({}, null, rules);
  expect(mapping.apply({ displayName: 'Ada', companyName: 'Fabrikam' })).toEqual({
    displayName: 'Ada',
    companyName: 'Fabrikam',
    businessPhones: ['+49 30 1234567'],
  });
  expect(
    mapping.apply({ mobilePhone: '0170 1234567', homePhones: ['4711'], personalNotes: '030 1234567' }),
  ).toMatchObject({
    personalNotes: '030 1234567',
    companyName: 'Contoso',
    mobilePhone: '+49 170 1234567',
    homePhones: ['4711'],
  });
});

test('numbers are rewritten in every field that holds telephone or fax numbers, and in no other', () => {
  const single = ['mobilePhone', 'businessFax', 'homeFax', 'otherPhone', 'carPhone', 'assistantPhone'];
  const lists = ['businessPhones', 'homePhones'];
  const others = ['pager', 'jobTitle'];
  const fields = [...single, ...lists, ...others];
  const rules = Object.fromEntries(fields.map(field => [field, field]));
  const number = (field: string, text: string) => [field, lists.includes(field) ? [text] : text];
  const contact = Object.fromEntries(fields.map(field => number(field, '030 1234567')));
  const { apply } = compileMapping(rules, null, { phones: { format: 'e164', region: 'DE' } });
  const rewritten = [...single, ...lists].map(field => number(field, '+49301234567'));
  expect(apply(contact)).toEqual({ ...contact, ...Object.fromEntries(rewritten) });
});

test('a default that does not fit is named', () => {
  expect(
    findDefaultFaults(
      { companyName: ['a'], birthday: '1 May', titel: 'Dr', manager: 'Ada', pager: '1', carPhone: '2' },
      { manager: null, carPhone: 'carPhone' },
    ),
  ).toEqual([
    { field: 'companyName', problem: 'a text cannot hold a list' },
    { field: 'birthday', problem: 'a date cannot hold a text' },
    { field: 'titel', problem: expect.stringContaining('did you mean "title"') },
    { field: 'manager', problem: 'is left alone by the mapping: it takes no default' },
    { field: 'pager', problem: 'is written only where the mapping names it: "mapping": {"pager": "pager"}' },
  ]);
  expect(findDefaultFaults({ companyName: 'Contoso', businessPhones: ['1'] }, {})).toEqual([]);
});

describe('rules', () => {
  const rules = {
    department: 'businessPhones[3]',
    officeLocation: 'businessAddress.city',
    jobTitle: { template: '{{ title }} {{ companyName }}' },
    profession: 'children[4]',
    nickName: 'imAddresses[0]',
    generation: 'businessPhones[2]',
    surname: null,
    manager: 'nonsense',
  };

  test('name fields of the source', () => {
    expect(sourceFieldsOf(rules).toSorted()).toEqual(
      [
        'businessAddress',
        'businessPhones',
        'businessPhones',
        'children',
        'companyName',
        'imAddresses',
        'title',
      ].toSorted(),
    );
  });

  test('give places to more entries of a list than it takes itself', () => {
    expect(entriesPlaced(rules)).toEqual({ businessPhones: 4, homePhones: 2, imAddresses: 3 });
    expect(entriesPlaced({ department: 'businessPhones[2]' })).toMatchObject({ businessPhones: 3 });
    expect(entriesPlaced({})).toEqual({ businessPhones: 2, homePhones: 2, imAddresses: 3 });
  });
});
