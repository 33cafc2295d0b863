import { beyondStep } from '../../../functions/console/page/draft/beyond.ts';
import { giveColumn } from '../../../functions/console/page/draft/columns.ts';
import { conditionOf, finished, isWhole, testsOf } from '../../../functions/console/page/draft/conditions.ts';
import { differencesOf, merge } from '../../../functions/console/page/draft/differences.ts';
import { idFor, write } from '../../../functions/console/page/draft/entry.ts';
import { faultOf, stepFor } from '../../../functions/console/page/draft/faults.ts';
import { missingInId, missingOf } from '../../../functions/console/page/draft/missing.ts';
import { isOfStandIn, probeOf, probeOfQuery, testedEntryOf } from '../../../functions/console/page/draft/probe.ts';
import { conditionSettings } from '../../../shared/settings/condition.ts';
import { contactListSchema, listId } from '../../../shared/settings/contactList.ts';

const staff = {
  id: 'staff',
  source: { mailbox: 'directory@contoso.com', folders: ['Staff'] },
  targets: { groups: ['all@contoso.com'] },
  destination: { folder: 'Company', category: null },
  rollout: { rings: [{ share: 0.1 }], wait: 'PT1H' },
};

test('a setting is changed without a change of any other, in their order; what holds nothing any more goes', () => {
  const written = write(staff, ['destination', 'folder'], 'People');
  expect(written).toEqual({ ...staff, destination: { folder: 'People', category: null } });
  expect(Object.keys(written)).toEqual(Object.keys(staff));
  expect(write(staff, ['targets', 'groups'], undefined)).toEqual({ ...staff, targets: undefined });
  expect(write(staff, ['rollout', 'rings', 0, 'share'], 0.5).rollout).toEqual({
    rings: [{ share: 0.5 }],
    wait: 'PT1H',
  });
  expect(write({ visibility: [{ when: {} }] }, ['visibility', 0, 'when'], undefined)).toEqual({ visibility: [{}] });
});

test('two entries differ in the settings that are another, whatever their order', () => {
  const after = { ...staff, destination: { category: null, folder: 'People' }, source: { kind: 'directory' } };
  expect(differencesOf(staff, after)).toEqual([
    { path: ['source', 'mailbox'], before: 'directory@contoso.com', after: undefined },
    { path: ['source', 'folders'], before: ['Staff'], after: undefined },
    { path: ['destination', 'folder'], before: 'Company', after: 'People' },
    { path: ['source', 'kind'], before: undefined, after: 'directory' },
  ]);
  expect(differencesOf(staff, JSON.parse(JSON.stringify(staff)))).toEqual([]);
  const byLanguage = { ...staff, destination: { folder: { default: 'Company', de: 'Firma' }, category: null } };
  expect(differencesOf(staff, byLanguage).map(({ path }) => path.join('.'))).toEqual(['destination.folder']);
});

test('what two made of an entry is joined, and a setting that both changed is named', () => {
  const theirs = { ...staff, removals: 'keep', destination: { folder: 'People', category: null } };
  const mine = { ...staff, photos: true, destination: { folder: 'Colleagues', category: null } };
  expect(merge(staff, theirs, mine)).toEqual({
    merged: { ...theirs, photos: true, destination: { folder: 'Colleagues', category: null } },
    both: [['destination', 'folder']],
  });
  expect(merge(staff, theirs, theirs).both).toEqual([]);
});

test.each([
  ['Company staff', 'company-staff'],
  ['  Große Kunden & Freunde ', 'grosse-kunden-freunde'],
  ['Zoé’s <b>list</b>', 'zoe-s-b-list-b'],
  ['An uncommonly long name - of a list', 'an-uncommonly-long-name-of-a-lis'],
])('the name %j makes the id %s', (name, id) => {
  expect(idFor(name)).toBe(id);
  expect(listId.safeParse(id).success).toBe(true);
});

test('a name without a letter of the alphabet makes no id: one has to be given', () => {
  expect(idFor('連絡先')).toBe('');
});

test.each([
  [undefined],
  [{ field: 'department', in: ['Sales', 'Support'] }],
  [{ not: { field: 'companyName', in: ['Contoso'] } }],
  [
    {
      all: [
        { field: 'mobilePhone', exists: true },
        { field: 'jobTitle', startsWith: 'Head' },
      ],
    },
  ],
  [
    {
      any: [
        { field: 'categories', has: 'Public' },
        { field: 'department', exists: false },
      ],
    },
  ],
  [
    {
      all: [
        { not: { field: 'department', startsWith: 'S' } },
        { any: [{ field: 'mobilePhone', exists: true }, { not: { field: 'categories', has: 'Private' } }] },
      ],
    },
  ],
])('the condition %j is shown line by line, and written as it was', condition => {
  const tests = testsOf(condition);
  expect(tests && conditionOf(tests)).toEqual(condition);
  if (condition) expect(conditionSettings.safeParse(condition).success).toBe(true);
});

test('a line that says nothing yet is no part of the condition, nor is a group of such lines', () => {
  const whole = { field: 'department', operator: 'filled', value: '' } as const;
  const begun = { field: 'department', operator: 'in', value: ' ' } as const;
  const tests = { meets: 'all', tests: [whole, begun, { meets: 'any', tests: [begun, begun] }] } as const;
  expect(finished(tests)).toEqual({ meets: 'all', tests: [whole] });
  expect([isWhole(tests), isWhole(finished(tests))]).toEqual([false, true]);
});

test('what no step has a control for is named in the step that it belongs to', () => {
  const entry = {
    ...staff,
    sources: [
      { name: 'one', kind: 'directory' },
      { name: 'two', kind: 'csv', blob: 'x.csv', delimiter: ';' },
    ],
    source: undefined,
    match: 'email',
    rollout: { rings: [{ share: 0.1 }], haltWhen: { editedShare: 0.1 } },
  };
  expect(beyondStep('source', entry)).toEqual(['match', 'sources.1.delimiter']);
  expect(beyondStep('policies', entry)).toEqual(['rollout.haltWhen.editedShare']);
  expect(beyondStep('rules', entry)).toEqual([]);
});

test.each([
  [{ all: [{ any: [{ field: 'department', exists: true }] }] }],
  [{ not: { all: [{ field: 'department', exists: true }] } }],
  [{ not: { field: 'department', exists: true } }],
  [{ all: [null] }],
  [null],
  [{ field: 'department', in: ['Sales, North'] }],
  [{ all: [{ field: 'department', exists: true }] }],
  ['nonsense'],
  [{}],
])('the condition %j says more than lines can, or is none: it is left to the settings as JSON', condition => {
  expect(testsOf(condition)).toBeUndefined();
});

test.each([
  ['source.mailbox: is none of CONSOLE_SOURCES', 'source.mailbox', 'source'],
  ['targets: name at least one mailbox or group', 'targets', 'targets'],
  ['visibility.0.to: is missing', 'visibility.0.to', 'rules'],
  ['rollout.rings.0.share: is more than 0', 'rollout.rings.0.share', 'policies'],
  ['owners.from: holds no addresses', 'owners.from', 'rules'],
  ['defaults.jobTitle: is empty', 'defaults.jobTitle', 'fields'],
  ['sources.0.where.all: is empty', 'sources.0.where.all', 'all'],
  ['rollout.haltWhen.editedShare: is more than 1', 'rollout.haltWhen.editedShare', 'all'],
  ['unheardOf: is no setting', 'unheardOf', 'all'],
  ['there are 1000 lists: at most 1000 can be run', '', 'all'],
])('the fault %j is mended in the step %s', (text, path, step) => {
  const fault = faultOf(text);
  expect([fault.path, stepFor(fault)]).toEqual([path, step]);
});

test('a list of which something is still to be said can be tried with what there is', () => {
  expect(probeOf({ id: '', name: '', source: staff.source })).toMatchObject({
    source: staff.source,
    destination: { folder: expect.any(String) },
  });
  expect(probeOf(staff)).toEqual(staff);
  const unread = { ...staff, source: { mailbox: 'directory@contoso.com' } };
  expect(testedEntryOf(unread)).toMatchObject({ source: { ...unread.source, folders: ['contacts'] } });
});

test('a database can be tested before there is a query, and asked for its first rows before there is a key', () => {
  const entry = { ...staff, source: { kind: 'sql', connection: 'crm' } };
  expect(contactListSchema.safeParse(testedEntryOf(entry)).error).toBeUndefined();
  expect(isOfStandIn('query of "crm"', entry)).toBe(true);
  expect(isOfStandIn('database "crm"', entry)).toBe(false);
  const written = write(entry, ['source', 'query'], 'SELECT 1');
  expect(contactListSchema.safeParse(probeOfQuery(written, ['source'])).error).toBeUndefined();
  const whole = write(written, ['source', 'key'], 'n');
  expect([testedEntryOf(whole), probeOfQuery(whole, ['source'])]).toEqual([whole, whole]);
  expect(isOfStandIn('query of "crm"', whole)).toBe(false);
});

test.each([
  ['one that is not known', {}, null, 'jobTitle', { jobTitle: 'c' }],
  ['one that fills another by its name', {}, 'surname', 'jobTitle', { surname: null, jobTitle: 'c' }],
  ['one that was given another', { surname: null, jobTitle: 'c' }, 'jobTitle', 'title', { surname: null, title: 'c' }],
  ['in the place of another column', { title: 'other' }, null, 'title', { title: 'c' }],
  ['and is left out', {}, 'surname', '', { surname: null }],
  ['and is not used any more', { jobTitle: 'c' }, 'jobTitle', '', undefined],
])('a column of a query fills a field: %s', (_name, given, fills, field, expected) => {
  expect(giveColumn(given, { name: 'c', fills }, field, true)).toEqual(expected);
});

test('a column of a file, which fills nothing beside what it is given, is given a field alone', () => {
  expect(giveColumn({}, { name: 'c', fills: 'surname' }, 'jobTitle', false)).toEqual({ jobTitle: 'c' });
});

test('what is still to be said, and what was begun and not finished, is told with the step that asks for it', () => {
  expect(missingOf({ entry: staff, unfinished: {} })).toEqual([]);
  const entry = {
    id: '',
    source: { kind: 'sql', query: 'select 1', key: 'id' },
    visibility: [{ when: { field: 'department', exists: true } }],
    owners: { from: { category: '' } },
    rollout: { rings: [{ share: 0.1 }, { groups: ['pilot@contoso.com'] }, {}] },
  };
  const unfinished = { 'targets.groups': { typed: 'zzz', what: 'choose who is meant by “zzz”' } };
  expect(missingOf({ entry, unfinished })).toEqual([
    { step: 'source', what: 'Give the list a name' },
    { step: 'source', what: 'Choose the connection that it reads by' },
    { step: 'targets', what: 'Name a group or a person who gets it' },
    { step: 'destination', what: 'Name the folder that each mailbox gets' },
    { step: 'rules', what: 'Say for whom the contacts of rule 1 are' },
    { step: 'rules', what: 'Say what the categories that name somebody begin with' },
    { step: 'policies', what: 'Say who is in ring 3' },
    { step: 'targets', what: 'choose who is meant by “zzz”' },
  ]);
});

test('a list that is stored keeps its id: under another it would overwrite the list that has that one', () => {
  expect(missingInId(staff, 'staff')).toEqual([]);
  expect(missingInId({ ...staff, id: 'press' }, 'staff')).toEqual([
    { step: 'all', what: expect.stringContaining('“staff”') },
  ]);
});
