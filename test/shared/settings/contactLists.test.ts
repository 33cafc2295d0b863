import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ContactList, listIn, settingsFingerprint } from '../../../shared/settings/contactList.ts';
import { faultsOf, listOf, parse, parseLists } from './sampleSettings.ts';

describe('CONTACT_LISTS', () => {
  test.each<[string, string, RegExp]>([
    ['not JSON', '[{"id": "staff",}]', /^CONTACT_LISTS is not valid JSON \(.+\)$/],
    ['cut off', '[{"id": "staff"', /^CONTACT_LISTS is not valid JSON \(.+\)$/],
    ['not an array', '{"id": "staff"}', /^CONTACT_LISTS is not a JSON array: write \[/],
    ['no file', 'lists.json', /^CONTACT_LISTS names the file "lists.json", which cannot be read: give the path/],
    ['neither', 'staff: ada@contoso.com', /^CONTACT_LISTS is neither JSON .* nor the path of a JSON file$/],
  ])('%s stops the start', (_, text, fault) => {
    expect(faultsOf({ CONTACT_LISTS: text })).toEqual([expect.stringMatching(fault)]);
  });

  test('is not repeated in an error, however it is broken', () => {
    const lists = JSON.stringify([listOf()]);
    for (const broken of [lists.slice(0, -1), lists.slice(1), `"${lists}"`, JSON.stringify(lists), `x${lists}`]) {
      expect(faultsOf({ CONTACT_LISTS: broken }).join()).toMatch(/^CONTACT_LISTS (?!.*@)/);
    }
  });

  describe('from a file', () => {
    let root: string;
    beforeAll(() => {
      root = mkdtempSync(join(tmpdir(), 'contact-lists-'));
      mkdirSync(join(root, 'app', 'config'), { recursive: true });
      writeFileSync(join(root, 'app', 'config', 'lists.json'), JSON.stringify([listOf()]));
      writeFileSync(join(root, 'app', 'marked.json'), `\uFEFF${JSON.stringify([listOf()])}`);
      writeFileSync(join(root, 'app', 'object.json'), '{}');
      writeFileSync(join(root, 'app', 'broken.json'), '[');
      writeFileSync(join(root, 'lists.json'), '[]');
    });
    afterAll(() => rmSync(root, { recursive: true }));

    test.each(['config/lists.json', './config/lists.json', ' config/lists.json ', 'marked.json'])(
      '%j is read',
      path => {
        const settings = parse({ CONTACT_LISTS: path }, join(root, 'app'));
        expect(settings.lists.map(({ id }) => id)).toEqual(['staff']);
      },
    );

    test.each<[string, RegExp]>([
      ['missing.json', /names the file "missing.json", which cannot be read/],
      ['config', /names the file "config", which cannot be read/],
      ['../lists.json', /names the file "..\/lists.json", which is not below the app's folder/],
      ['config/../../lists.json', /which is not below the app's folder/],
      ['/etc/hosts', /which is not below the app's folder/],
      ['.', /which is not below the app's folder/],
      ['object.json', /names the file "object.json", which is not a JSON array/],
      ['broken.json', /names the file "broken.json", which is not valid JSON/],
    ])('%s is a fault', (path, fault) => {
      expect(faultsOf({ CONTACT_LISTS: path }, join(root, 'app'))).toEqual([expect.stringMatching(fault)]);
    });
  });
});

describe('a list', () => {
  test('gets the defaults', () => {
    const [list] = parseLists(listOf()).lists;
    expect(list).toEqual({
      id: 'staff',
      name: 'staff',
      enabled: true,
      existing: 'leave',
      choice: 'none',
      sources: [{ kind: 'contactFolder', mailbox: 'directory@contoso.com', folders: ['Staff'] }],
      targets: {
        mailboxes: ['ada@contoso.com'],
        groups: [],
        exclude: { mailboxes: [], groups: [] },
        includeDisabled: false,
      },
      destination: { folder: 'Company Contacts', category: 'Company Contacts' },
      mapping: {},
      photos: false,
      userEdits: 'keep',
      removals: 'delete',
      whenTargetLeaves: 'cleanUp',
      safeguards: { maxRemovalShare: 0.2, maxRemovals: 10 },
    });
  });

  test('can do without a category, or with one of its own', () => {
    const categories = [null, 'Company', undefined].map(category => {
      const [list] = parseLists(listOf({ destination: { folder: 'Staff copy', category } })).lists;
      return list?.destination.category;
    });
    expect(categories).toEqual([null, 'Company', 'Staff copy']);
  });

  test('gets the default of a safeguard that is not named', () => {
    const [list] = parseLists(listOf({ safeguards: { maxRemovals: 3 } })).lists;
    expect(list?.safeguards).toEqual({ maxRemovalShare: 0.2, maxRemovals: 3 });
  });

  test('can be paused', () => {
    expect(parseLists(listOf({ enabled: false })).lists[0]?.enabled).toBe(false);
  });

  const source = { mailbox: 'directory@contoso.com', folders: ['Staff'] };
  const isSales = { field: 'department', in: ['Sales'] };
  test.each<[string, Record<string, unknown>, RegExp]>([
    ['unknown key', { destinations: {} }, /^Unrecognized key: "destinations": did you mean "destination"\?$/],
    ['unknown key that is near none', { colour: 'red' }, /^Unrecognized key: "colour"$/],
    [
      'unknown key inside',
      { source: { ...source, folder: 'Staff' } },
      /^source: Unrecognized key: "folder": did you mean "folders"\?$/,
    ],
    ['number below what it may be', { safeguards: { maxRemovals: -5 } }, /^safeguards.maxRemovals: is less than 0$/],
    ['number above it', { safeguards: { maxRemovalShare: 2 } }, /^safeguards.maxRemovalShare: is more than 1$/],
    ['part of a whole number', { safeguards: { maxRemovals: 1.5 } }, /^safeguards.maxRemovals: is not a whole number$/],
    ['text instead of a number', { safeguards: { maxRemovals: '5' } }, /^safeguards.maxRemovals: is not a number$/],
    ['empty text', { source: { ...source, folders: [''] } }, /^source.folders.0: /],
    [
      'policy that is misspelt',
      { userEdits: 'revrt' },
      /^userEdits: is none of "keep", "revert": did you mean "revert"\?$/,
    ],
    ['policy that is near none', { removals: 'never' }, /^removals: is none of "delete", "deleteForGood", "keep"$/],
    [
      'kind of source that is misspelt',
      { source: { ...source, kind: 'contactfolders' } },
      /^source.kind: is no kind of source: "contactFolder", .*: did you mean "contactFolder"\?$/,
    ],
    ['unknown field', { mapping: { shoeSize: null } }, /^mapping.shoeSize: "shoeSize" is not a field/],
    ['types that do not fit', { mapping: { department: 'homePhones' } }, /^mapping.department: a text cannot hold/],
    ['rule that is no text', { mapping: { department: 3 } }, /^mapping.department: is a field of the source, /],
    [
      'template with a mistake',
      { mapping: { fileAs: { template: '{{ surnme }}' } } },
      /^mapping.fileAs: "surnme" is not a field of a contact: did you mean "surname"\?$/,
    ],
    ['default that does not fit', { defaults: { title: ['Dr'] } }, /^defaults.title: a text cannot hold a list$/],
    ['phone region', { phones: { format: 'e164', region: 'Germany' } }, /^phones.region: is no region/],
    [
      'photos of no source',
      { source: { kind: 'csv', blob: 'a.csv', key: 'Nr' }, photos: true },
      /^photos: no source of the list has photos/,
    ],
    ['photos that are a text', { photos: 'yes' }, /^photos: /],
    ['categories left alone', { mapping: { categories: null } }, /^mapping.categories: .* set destination.category to/],
    ['empty folder', { destination: { folder: ' ' } }, /^destination.folder: a folder needs a name/],
    ['nested destination', { destination: { folder: 'A/B' } }, /^destination.folder: .* without "\/"/],
    ['empty source folder', { source: { ...source, folders: [''] } }, /^source.folders.0: a folder path is empty/],
    ['empty part of a path', { source: { ...source, folders: ['A//B'] } }, /^source.folders.0: .* empty name/],
    ['no source folder', { source: { ...source, folders: [] } }, /^source.folders: name at least one/],
    ['no source mailbox', { source: { folders: ['Staff'] } }, /^source.mailbox: is missing$/],
    ['no source', { source: undefined }, /^source: is missing$/],
    ['one source beside several', { sources: [{ ...source, name: 'staff' }] }, /^sources: stands beside "source"/],
    [
      'one of several without a name',
      { source: undefined, sources: [{ ...source, name: 'staff' }, source] },
      /^sources.1.name: is missing/,
    ],
    [
      'two of one name',
      {
        source: undefined,
        sources: [
          { ...source, name: 'staff' },
          { ...source, name: 'staff' },
        ],
      },
      /^sources.1.name: two sources have the name "staff"$/,
    ],
    ['persons of one source', { match: 'email' }, /^match: joins contacts of several sources$/],
    ['a rule of visibility for nobody', { visibility: [{ when: isSales, to: {} }] }, /^visibility.0.to: name at least/],
    [
      'a rule of visibility about no field of a contact',
      { visibility: [{ when: { field: 'catgories', has: 'Board' }, to: { groups: ['board'] } }] },
      /^visibility.0.when.field: "catgories" is not a field of a contact: did you mean "categories"\?$/,
    ],
    [
      'two rules of visibility with one condition',
      { visibility: [1, 2].map(number => ({ when: isSales, to: { groups: [`group${number}`] } })) },
      /^visibility.1.when: is the condition of rule 1 as well/,
    ],
    [
      'owners from a column that nothing fills',
      { owners: {} },
      /^owners.from: "owners" is filled by a column, which no source names/,
    ],
    ['owners from no field', { owners: { from: 'ownr' } }, /^owners.from: "ownr" is not a field of a contact/],
    ['owners from a date', { owners: { from: 'birthday' } }, /^owners.from: "birthday" holds no addresses/],
    [
      'owners from categories without a beginning',
      { owners: { from: { category: '' } } },
      /^owners.from.category: is empty/,
    ],
    ['a condition of nothing', { source: { ...source, where: { feild: 'title' } } }, /^source.where: is no condition/],
    [
      'a mistake deep in a condition',
      { where: { any: [{ field: 'titel', exists: true }] } },
      /^where.any.0.field: "titel" is not a field of a contact: did you mean "title"\?$/,
    ],
    ['another kind of source', { source: { ...source, kind: 'website' } }, /^source.kind: /],
    ['no targets', { targets: {} }, /^targets: name at least one mailbox or group/],
    [
      'misspelt exclusion',
      { targets: { groups: ['g'], exclude: { users: [] } } },
      /^targets.exclude: Unrecognized key/,
    ],
    ['bad policy', { removals: 'archive' }, /^removals: /],
    ['share above 1', { safeguards: { maxRemovalShare: 20 } }, /^safeguards.maxRemovalShare: /],
    ['no id', { id: undefined }, /^id: /],
    ['id that is no key', { id: 'Staff List' }, /^id: an id is 1 to 32 of a-z, 0-9 and "-"/],
  ])('is refused for %s, and no other is', (_, changes, fault) => {
    const { lists, refusedLists } = parseLists(listOf(changes), listOf({ id: 'partners' }));
    expect(lists.map(({ id }) => id)).toEqual(['partners']);
    expect(refusedLists).toEqual([{ id: listOf(changes).id, faults: [expect.stringMatching(fault)] }]);
    expect(JSON.stringify(refusedLists)).not.toContain('@');
  });

  test('is refused with all its faults, also when it is no object', () => {
    const { refusedLists } = parseLists(
      listOf({ enabled: 'yes', removals: 'no', mapping: { x: null } }),
      null,
      'staff',
    );
    expect(refusedLists.map(({ faults }) => faults.length)).toEqual([3, 1, 1]);
  });
});

describe('lists of one id', () => {
  test('are refused, each with its other faults, and no other is', () => {
    const { lists, refusedLists } = parseLists(listOf(), listOf({ id: 'partners' }), listOf({ removals: 'no' }));
    expect(lists.map(({ id }) => id)).toEqual(['partners']);
    const repeated = 'id: 2 lists have the id "staff": give each its own';
    expect(refusedLists).toEqual([
      { id: 'staff', faults: [repeated] },
      { id: 'staff', faults: [expect.stringMatching(/^removals: /), repeated] },
    ]);
  });

  test('go on being read for loops', () => {
    const source = { mailbox: 'ada@contoso.com', folders: ['Company Contacts'] };
    const { refusedLists } = parseLists(listOf(), listOf({ id: 'twin', source }), listOf({ id: 'twin', source }));
    expect(refusedLists.map(({ id }) => id)).toEqual(['twin', 'twin', 'staff']);
  });
});

describe('what is worth knowing of lists that are not refused', () => {
  test.each<[string, Record<string, unknown>, string, RegExp]>([
    [
      'a comma in a category',
      { destination: { folder: 'A', category: 'Sales, North' } },
      'RefusedSoon',
      /^destination.category: "Sales, North" holds a comma/,
    ],
    [
      'a semicolon in the category that the folder names',
      { destination: { folder: 'A; B' } },
      'RefusedSoon',
      /^destination.category: "A; B"/,
    ],
    [
      'an element that is never there',
      { mapping: { manager: 'businessPhones[7]' } },
      'RefusedSoon',
      /^mapping.manager: "businessPhones\[7\]" is never there/,
    ],
    [
      'the default folder as destination',
      { destination: { folder: 'CONTACTS' } },
      'DefaultFolder',
      /^destination.folder: "CONTACTS" is the default Contacts folder/,
    ],
    [
      'a source below the default folder',
      { source: { mailbox: 'a@contoso.com', folders: ['A', 'Contacts/B'] } },
      'DefaultFolder',
      /^source.folders.1: "Contacts\/B" begins at the default/,
    ],
  ])('%s', (_, changes, code, detail) => {
    const partners = listOf({ id: 'partners', destination: { folder: 'Partners' } });
    const { lists, notes } = parseLists(listOf(changes), partners);
    expect(lists.map(({ id }) => id)).toEqual(['staff', 'partners']);
    expect(notes).toEqual([{ list: 'staff', code, detail: expect.stringMatching(detail) }]);
  });

  test('an empty array', () => {
    const { lists, notes } = parseLists();
    expect(lists).toEqual([]);
    expect(notes).toEqual([{ code: 'NoLists', detail: expect.stringContaining('there are no lists') }]);
  });

  test('lists that are all refused are not none', () => {
    expect(parseLists({ id: 'staff' }).notes).toEqual([]);
  });
});

describe('a destination by language', () => {
  const folder = { default: 'Company Contacts', de: 'Firmenkontakte', 'pt-BR': 'Contatos' };

  test.each([
    ['de', 'Firmenkontakte'],
    ['de-AT', 'Firmenkontakte'],
    ['DE-at-1996', 'Firmenkontakte'],
    ['pt-br', 'Contatos'],
    ['pt', 'Company Contacts'],
    ['und', 'Company Contacts'],
  ])('is for %s the text of the nearest language', (language, expected) => {
    const [list] = parseLists(listOf({ destination: { folder } })).lists as [ContactList];
    expect(listIn(list, language).destination).toEqual({ folder: expected, category: expected });
    expect(list.destination.folder).toBe('Company Contacts');
  });

  test('may be the folder or the category alone', () => {
    const parsed = (destination: object) => parseLists(listOf({ destination })).lists[0] as ContactList;
    const category = { default: 'Company', de: 'Firma' };
    expect(listIn(parsed({ folder: 'contacts', category }), 'de').destination).toEqual({
      folder: 'contacts',
      category: 'Firma',
    });
    expect(listIn(parsed({ folder, category: null }), 'de').destination).toEqual({
      folder: 'Firmenkontakte',
      category: null,
    });
  });

  test.each<[string, object, string]>([
    ['has no text for the others', { de: 'Firma' }, 'destination.folder.default: is missing'],
    ['names no language', { default: 'A', german: 'B' }, 'destination.folder.german: is no language'],
    ['has an empty text', { default: 'A', de: ' ' }, 'destination.folder.de: a folder needs a name'],
    ['has a path', { default: 'A', de: 'B/C' }, 'destination.folder.de: the destination is one folder'],
  ])('is refused where it %s', (_, faulty, expected) => {
    const { refusedLists } = parseLists(listOf({ destination: { folder: faulty } }));
    expect(refusedLists[0]?.faults).toEqual([expect.stringContaining(expected)]);
  });
});

describe('a loop', () => {
  function refused(...lists: Record<string, unknown>[]) {
    return parseLists(...lists).refusedLists.map(({ id }) => id);
  }
  const staffToSource = { targets: { mailboxes: ['Directory@contoso.com'] } };

  test.each<[string, Record<string, unknown>]>([
    ['its own source folder', { ...staffToSource, destination: { folder: 'Staff' } }],
    ['its own source folder, by another case', { ...staffToSource, destination: { folder: 'STAFF' } }],
  ])('is a list that writes into %s', (_, changes) => {
    const { refusedLists } = parseLists(listOf(changes));
    expect(refusedLists[0]?.faults).toEqual([
      expect.stringMatching(/^destination.folder: .* is read by the list "staff"/),
    ]);
  });

  test('is a list that writes into a folder that another reads, and only that one is refused', () => {
    const reader = listOf({
      id: 'reader',
      targets: { mailboxes: ['bob@contoso.com'] },
      source: { mailbox: 'ada@contoso.com', folders: ['Other', 'Company Contacts'] },
    });
    expect(refused(listOf(), reader)).toEqual(['staff']);
    expect(refused(reader, listOf())).toEqual(['staff']);
    expect(refused({ ...reader, enabled: false }, listOf())).toEqual(['staff']);
  });

  test('is a list that writes into it in one language', () => {
    const folder = { default: 'Company Contacts', de: 'Staff' };
    const { refusedLists } = parseLists(listOf({ ...staffToSource, destination: { folder } }));
    expect(refusedLists[0]?.faults).toEqual(['destination.folder: "Staff" is read by the list "staff"']);
  });

  test('is a list that writes into the source of a list that is refused for another reason', () => {
    const source = { mailbox: 'ada@contoso.com', folders: ['Company Contacts'] };
    expect(refused(listOf(), { id: 'No good id', source })).toEqual(['No good id', 'staff']);
    expect(refused(listOf(), { id: 'reader', source: { ...source, folders: [] } })).toEqual(['reader']);
  });

  test('is seen through the name of the default folder, which holds the folders at the root', () => {
    const reader = listOf({
      id: 'reader',
      targets: { mailboxes: ['bob@contoso.com'] },
      source: { mailbox: 'ada@contoso.com', folders: ['contacts/Company Contacts'] },
    });
    expect(refused(reader, listOf())).toEqual(['staff']);
  });

  test('is seen through the ways to write a path', () => {
    const source = (folder: string) => ({ source: { mailbox: 'ada@contoso.com', folders: [folder] } });
    const reader = { id: 'reader', targets: { mailboxes: ['bob@contoso.com'] } };
    expect(
      refused(listOf({ ...reader, ...source('Contacts/company~0') }), listOf({ destination: { folder: 'Company~' } })),
    ).toEqual(['staff']);
    expect(refused(listOf({ ...reader, ...source('Company~1Contacts') }), listOf())).toEqual([]);
  });

  test('is none in another tenant, whatever its mailboxes are called', () => {
    const id = '11111111-1111-4111-8111-111111111111';
    const source = { connection: 'fabrikam', mailbox: 'ada@contoso.com', folders: ['Company Contacts'] };
    const CONTACT_LISTS = JSON.stringify([listOf({ source })]);
    const CONNECTIONS = JSON.stringify({ fabrikam: { kind: 'tenant', tenantId: id, clientId: id } });
    expect(parse({ CONTACT_LISTS, CONNECTIONS }).refusedLists).toEqual([]);
    expect(parse({ CONTACT_LISTS }).refusedLists[0]?.faults).toEqual([
      'source.connection: there is no connection "fabrikam" in CONNECTIONS',
    ]);
  });

  test('is none in another folder, in another mailbox, or where the mailbox is excluded', () => {
    expect(refused(listOf({ ...staffToSource, destination: { folder: 'Copy' } }))).toEqual([]);
    expect(refused(listOf({ destination: { folder: 'Staff' } }))).toEqual([]);
    const targets = {
      mailboxes: ['directory@contoso.com', 'ada@contoso.com'],
      exclude: { mailboxes: ['DIRECTORY@contoso.com'] },
    };
    expect(refused(listOf({ targets, destination: { folder: 'Staff' } }))).toEqual([]);
    const nested = { mailbox: 'ada@contoso.com', folders: ['Archive/Company Contacts'] };
    expect(refused(listOf(), listOf({ id: 'reader', source: nested }))).toEqual([]);
  });
});

test('more lists than can be run stop the start', () => {
  const lists = Array.from({ length: 1001 }, (_, index) =>
    listOf({ id: `list${index}`, destination: { folder: `F${index}` } }),
  );
  expect(() => parseLists(...lists)).toThrow('CONTACT_LISTS has 1001 lists');
  expect(parseLists(...lists.slice(1)).lists).toHaveLength(1000);
});

describe('a list that would double everybody', () => {
  const again = {
    id: 'again',
    source: { mailbox: 'DIRECTORY@contoso.com', folders: ['Other', 'contacts/staff'] },
    targets: { mailboxes: ['ADA@contoso.com'] },
    destination: { folder: ' company contacts ' },
  };

  test('is refused, the later one, where both name the mailbox', () => {
    const { lists, refusedLists } = parseLists(listOf(), listOf(again));
    expect(lists.map(({ id }) => id)).toEqual(['staff']);
    expect(refusedLists).toEqual([{ id: 'again', faults: [expect.stringContaining('the list "staff" writes')] }]);
  });

  test.each<[string, Record<string, unknown>]>([
    ['in another mailbox', { targets: { mailboxes: ['bob@contoso.com'] } }],
    [
      'where it excludes the mailbox',
      { targets: { mailboxes: ['ada@contoso.com'], exclude: { mailboxes: ['ada@contoso.com'] } } },
    ],
    ['in another folder', { destination: { folder: 'Company Contacts 2' } }],
    ['from another folder', { source: { mailbox: 'directory@contoso.com', folders: ['Partners'] } }],
    ['from another mailbox', { source: { mailbox: 'other@contoso.com', folders: ['Staff'] } }],
  ])('is none %s', (_, changes) => {
    expect(parseLists(listOf(), listOf({ ...again, ...changes })).refusedLists).toEqual([]);
  });
});

describe('settingsFingerprint', () => {
  function print(changes: Record<string, unknown>): string {
    const [list] = parseLists(listOf(changes)).lists as [ContactList];
    return settingsFingerprint(list);
  }

  test.each<[string, Record<string, unknown>]>([
    ['mapping', { mapping: { mobilePhone: null } }],
    ['folder', { destination: { folder: 'Other' } }],
    ['category', { destination: { folder: 'Company Contacts', category: 'C' } }],
    ['folder in a language', { destination: { folder: { default: 'Company Contacts', de: 'Firma' } } }],
    ['policy for removals', { removals: 'keep' }],
    ['photos', { photos: true }],
  ])('changes with the %s', (_, changes) => {
    expect(print(changes)).not.toBe(print({}));
  });

  test('does not change with what concerns no contact in the targets', () => {
    const source = { mailbox: 'other@contoso.com', folders: ['Staff'] };
    const others = { name: 'Staff', source, targets: { groups: ['g'] }, safeguards: { maxRemovals: 5 }, photos: false };
    expect(print(others)).toBe(print({}));
  });
});
