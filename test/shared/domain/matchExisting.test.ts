import { matchExisting } from '../../../shared/domain/matchExisting.ts';

const [first, second] = ['ada@contoso.example', 'king@contoso.example'];

function wanted(sourceKey: string, ...addresses: string[]) {
  return { sourceKey, contact: { emailAddresses: addresses.map(address => ({ address })) } };
}

function own(id: string, ...addresses: string[]) {
  return { id, parentFolderId: 'contacts', contact: { emailAddresses: addresses.map(address => ({ address })) } };
}

function outcome(...question: Parameters<typeof matchExisting>) {
  const { matches, ambiguous } = matchExisting(...question);
  return { matches: Object.fromEntries([...matches].map(([key, { id }]) => [key, id])), ambiguous: [...ambiguous] };
}

test.each<[string, ReturnType<typeof wanted>[], ReturnType<typeof own>[], ReturnType<typeof outcome>]>([
  ['the only one with one of its addresses', [wanted('a', first, second)], [own('1', second)], result({ a: '1' })],
  ['one that has two of its addresses', [wanted('a', first, second)], [own('1', first, second)], result({ a: '1' })],
  ['one that has the address twice', [wanted('a', first)], [own('1', first, first)], result({ a: '1' })],
  [
    'one that writes the address otherwise',
    [wanted('a', first)],
    [own('1', 'Ada@Contoso.Example')],
    result({ a: '1' }),
  ],
  ['none without an address', [wanted('a')], [own('1')], result({})],
  ['none with another address', [wanted('a', first)], [own('1', second)], result({})],
  [
    'nobody knows which of two with its address',
    [wanted('a', first)],
    [own('1', first), own('2', first)],
    result({}, 'a'),
  ],
  [
    'nobody knows which where each of its addresses is that of another',
    [wanted('a', first, second)],
    [own('1', first), own('2', second)],
    result({}, 'a'),
  ],
  [
    'nobody knows whose where two want the same',
    [wanted('a', first), wanted('b', first)],
    [own('1', first)],
    result({}, 'a', 'b'),
  ],
  [
    'each its own',
    [wanted('a', first), wanted('b', second)],
    [own('1', first), own('2', second)],
    result({ a: '1', b: '2' }),
  ],
])('of the user’s contacts it is %s', (_, source, contacts, expected) => {
  expect(outcome(source, contacts)).toEqual(expected);
});

function result(matches: Record<string, string>, ...ambiguous: string[]) {
  return { matches, ambiguous };
}
