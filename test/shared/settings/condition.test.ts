import { conditionSettings } from '../../../shared/settings/condition.ts';

function faultsOf(condition: unknown): string[] {
  return (
    conditionSettings.safeParse(condition).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ??
    []
  );
}

test('is taken as it is written', () => {
  const condition = { all: [{ field: 'department', in: ['Sales'] }, { not: { field: 'categories', has: 'Private' } }] };
  expect(conditionSettings.parse(condition)).toEqual(condition);
});

test.each<[string, unknown]>([
  [
    'all.1.not.field: "departement" is not a field of a contact: did you mean "department"?',
    { all: [{ field: 'title', exists: true }, { not: { field: 'departement', exists: true } }] },
  ],
  ['any: name at least one condition', { any: [] }],
  ['in.0: is not a text', { field: 'title', in: [7] }],
  ['has: "title" holds one value: use "in"', { field: 'title', has: 'Dr.' }],
  [
    'not: is no condition: give an object with "all", "any" or "not", or "field" with one of "in", "startsWith", "has", "exists"',
    { not: 'x' },
  ],
])('names the mistake by its path: %s', (fault, condition) => {
  expect(faultsOf(condition)).toEqual([fault]);
});

test('names the operator that was most likely meant, and a second one beside it', () => {
  expect(faultsOf({ field: 'title', startWith: 'Dr' })).toEqual([expect.stringContaining('did you mean "startsWith"')]);
  expect(faultsOf({ field: 'title', in: ['Dr'], exists: true })).toEqual([expect.stringContaining('"exists"')]);
});

test('holds so many conditions at most that nobody waits for it', () => {
  expect(faultsOf({ any: Array(201).fill({ field: 'title', exists: true }) })).toEqual([
    expect.stringContaining('more than 200 conditions'),
  ]);
});
