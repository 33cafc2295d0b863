import fc from 'fast-check';
import { packJson, packText, unpackJson, unpackText } from '../../../shared/store/longText.ts';
import { decodeKey, encodeKey, encodePosition, rangeOf } from '../../../shared/store/rowKey.ts';
import { oddKeys } from './storages.ts';

describe('encodeKey', () => {
  const keys = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...oddKeys));

  test('is undone by decodeKey', () => {
    fc.assert(fc.property(keys, key => expect(decodeKey(encodeKey(key))).toBe(key)));
  });

  test('leaves nothing that a row key may not hold', () => {
    fc.assert(fc.property(keys, key => expect(encodeKey(key)).not.toMatch(/[/\\#?%\p{Cc}]/u)));
  });
});

test('positions sort as text', () => {
  fc.assert(fc.property(fc.nat(), fc.nat(), (a, b) => expect(encodePosition(a) < encodePosition(b)).toBe(a < b)));
});

test.each(['contact:staff:', 'change:'])('rangeOf(%j) holds every key with the prefix, and no other', prefix => {
  const { from, to } = rangeOf(prefix);
  const isWithin = (key: string) => key >= from && key < to;
  fc.assert(fc.property(fc.string({ unit: 'binary' }), rest => expect(isWithin(prefix + encodeKey(rest))).toBe(true)));
  expect([prefix.slice(0, -1), `${prefix.slice(0, -1)}-2:k`, `${prefix.slice(0, -1)}2:k`].some(isWithin)).toBe(false);
});

describe('packText', () => {
  const emoji = '😀';

  test.each([
    ['empty', ''],
    ['short', 'note'],
    ['as long as one property', 'x'.repeat(32_000)],
    ['one longer', 'x'.repeat(32_001)],
    ['emoji across each split', `x${emoji.repeat(50_000)}`],
    ['emoji up to the split', emoji.repeat(16_000)],
  ])('%s: comes back, in properties that Table Storage takes', (_, text) => {
    const properties = packText('note', text);
    expect(unpackText('note', properties)).toBe(text);
    for (const part of Object.values(properties)) {
      expect(part.length).toBeLessThanOrEqual(32_000);
      expect(part.isWellFormed()).toBe(true);
    }
  });

  test('a property that is not there is undefined', () => {
    expect(unpackText('note', {})).toBeUndefined();
    expect(unpackJson('note', { other: 'x' })).toBeUndefined();
  });

  test('values come back through JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), value =>
        expect(unpackJson('v', packJson('v', value))).toEqual(JSON.parse(JSON.stringify(value))),
      ),
    );
  });
});
