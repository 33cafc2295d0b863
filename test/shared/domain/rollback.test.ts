import type { Contact } from '../../../shared/domain/contact.ts';
import { gatherHistory, type History, keptSince, restore, type ToldChange } from '../../../shared/domain/rollback.ts';

interface Image {
  readonly contact: Contact;
}
type Change = ToldChange<Image>;

const since = 1000;
const named = (displayName: string): Contact => ({ displayName });
const image = (displayName: string): Image => ({ contact: named(displayName) });

function change(position: number, sourceKey: string, from: string | null | undefined, to: string | null): Change {
  const before = typeof from === 'string' ? image(from) : from;
  return { position, sourceKey, before, contact: to === null ? null : named(to), at: since };
}

function history(position: number, changes: readonly Change[], head = changes.at(-1)?.position ?? position) {
  const gathered = gatherHistory<Image>(position, since);
  for (const each of changes) gathered.add(each);
  return gathered.endAt(head);
}

function told(found: History<Image>) {
  return found.kind === 'told' ? found.contacts : new Map();
}

test('a contact is what it was before the first of its changes', () => {
  const contacts = told(history(0, [change(1, 'a', 'A', 'B'), change(2, 'b', null, 'X'), change(3, 'a', 'B', null)]));
  expect(contacts).toEqual(
    new Map([
      ['a', { before: image('A'), staysOut: false }],
      ['b', { before: null, staysOut: false }],
    ]),
  );
});

test('a change of which nobody knows what was before is told where an earlier one tells', () => {
  const changes = [change(5, 'a', 'A', 'B'), change(6, 'a', undefined, 'C')];
  expect(told(history(4, changes)).get('a')?.before).toEqual(image('A'));
  expect(history(5, changes.slice(1))).toEqual({ kind: 'untold', oldest: 6 });
});

test('what happened before a gap, too long ago, or nobody knows when, is not told; the oldest position since is', () => {
  expect(history(0, [change(1, 'a', 'A', 'B'), change(3, 'a', 'B', 'C')])).toEqual({ kind: 'untold', oldest: 2 });
  expect(history(0, [{ ...change(1, 'a', 'A', 'B'), at: since - 1 }, change(2, 'a', 'B', 'C')])).toEqual({
    kind: 'untold',
    oldest: 1,
  });
  expect(history(0, [{ ...change(1, 'a', 'A', 'B'), at: undefined }])).toEqual({ kind: 'untold', oldest: 1 });
  expect(history(2, [change(4, 'a', 'A', 'B')])).toEqual({ kind: 'untold', oldest: 3 });
  expect(history(2, [change(3, 'a', 'A', 'B')], 5)).toEqual({ kind: 'untold', oldest: 5 });
  expect(history(5, [])).toEqual({ kind: 'told', contacts: new Map() });
});

test('the oldest position counts on no change before it', () => {
  const changes = [change(1, 'a', 'A', 'B'), change(3, 'b', 'X', 'Y'), change(4, 'a', undefined, 'C')];
  expect(history(0, changes)).toEqual({ kind: 'untold', oldest: 4 });
});

test('who came goes, who went comes back, who changed is what they were, and who is that already is left', () => {
  const changes = [
    change(1, 'came', null, 'X'),
    change(2, 'went', 'A', null),
    change(3, 'changed', 'A', 'B'),
    change(4, 'same', 'A', 'B'),
    change(5, 'passing', null, 'X'),
  ];
  const present = new Map(
    Object.entries({ came: 'X', changed: 'B', same: 'A' }).map(([key, name]) => [key, image(name)]),
  );
  const { restorations, leftOut } = restore(told(history(0, changes)), present);
  expect(restorations).toEqual([
    { kind: 'remove', sourceKey: 'came' },
    { kind: 'putBack', sourceKey: 'went', before: image('A') },
    { kind: 'putBack', sourceKey: 'changed', before: image('A') },
  ]);
  expect(leftOut).toBe(0);
});

test('who is private, or was meanwhile, is left out', () => {
  const hidden: Contact = { displayName: 'A', sensitivity: 'private' };
  const changes: Change[] = [
    { ...change(1, 'now', 'A', 'A'), contact: hidden },
    { ...change(2, 'gone', 'A', 'A'), contact: hidden },
    { ...change(3, 'gone', 'A', null), before: { contact: hidden } },
  ];
  const { restorations, leftOut } = restore(told(history(0, changes)), new Map([['now', { contact: hidden }]]));
  expect([restorations, leftOut]).toEqual([[], 2]);
});

test('who was forgotten does not come back, and is no change of which nobody knows', () => {
  const changes: Change[] = [
    { ...change(1, 'gone', null, null), forgotten: true },
    { ...change(2, 'again', null, null), forgotten: true },
    change(3, 'again', null, 'A'),
  ];
  const { restorations, leftOut } = restore(told(history(0, changes)), new Map([['again', image('A')]]));
  expect([restorations, leftOut]).toEqual([[], 2]);
});

test('changes are kept for thirty days', () => {
  expect(keptSince(Date.UTC(2026, 10, 29))).toBe(Date.UTC(2026, 9, 30));
});

test('another photo alone is put back', () => {
  const before = { ...image('A'), source: { photo: 'first' } };
  const contacts = new Map([['a', { before, staysOut: false }]]);
  const withPhoto = (hash?: string) => new Map([['a', { ...image('A'), photo: { hash } }]]);
  expect(restore(contacts, withPhoto('second')).restorations).toHaveLength(1);
  expect(restore(contacts, new Map([['a', image('A')]])).restorations).toHaveLength(1);
  expect(restore(contacts, withPhoto('first')).restorations).toEqual([]);
});
