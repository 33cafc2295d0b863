import type { Contact } from '../../../shared/domain/contact.ts';
import { windBack } from '../../../shared/domain/windBack.ts';

const ada: Contact = { displayName: 'Ada' };
const edited: Contact = { displayName: 'Ada', department: 'Engines' };
const grace: Contact = { displayName: 'Grace' };

function at(position: number, sourceKey: string, contact: Contact) {
  return { sourceKey, position, contact };
}

test.each([
  ['an edit', [at(5, 'a', edited)], [{ sourceKey: 'a', before: { position: 1, contact: ada } }], [at(1, 'a', ada)]],
  ['an arrival', [at(1, 'a', ada), at(5, 'g', grace)], [{ sourceKey: 'g', before: null }], [at(1, 'a', ada)]],
  ['a removal', [], [{ sourceKey: 'a', before: { position: 1, contact: ada } }], [at(1, 'a', ada)]],
  [
    'several changes of one contact',
    [at(6, 'a', edited)],
    [
      { sourceKey: 'a', before: { position: 1, contact: ada } },
      { sourceKey: 'a', before: null },
    ],
    [at(1, 'a', ada)],
  ],
  [
    'an arrival that left again',
    [],
    [
      { sourceKey: 'g', before: null },
      { sourceKey: 'g', before: { position: 5, contact: grace } },
    ],
    [],
  ],
  ['nothing', [at(1, 'a', ada)], [], [at(1, 'a', ada)]],
  ['a change of which nobody knows what was before', [at(5, 'a', edited)], [{ sourceKey: 'a' }], [at(5, 'a', edited)]],
])('undoes %s', (_, contacts, changes, expected) => {
  expect(windBack(contacts, changes)).toStrictEqual(expected);
});
