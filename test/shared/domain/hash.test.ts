import { createHash } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { fingerprint } from '../../../shared/domain/fingerprint.ts';
import { hash } from '../../../shared/domain/hash.ts';

test('a hash is SHA-256 of the bytes, or of the text in UTF-8', () => {
  const expected = (content: Uint8Array | string) => createHash('sha256').update(content).digest('hex');
  fc.assert(fc.property(fc.uint8Array(), bytes => expect(hash(bytes)).toBe(expected(bytes))));
  fc.assert(fc.property(fc.string({ unit: 'grapheme' }), text => expect(hash(text)).toBe(expected(text))));
});

test.each([
  ['hashes', hash],
  ['fingerprints', fingerprint],
])('of %s nothing is kept but their digits', (_, take) => {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  const texts = Array.from({ length: 8_000 }, (_each, index) => String(index));
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  const kept = texts.map(take);
  collectGarbage();
  const bytesEach = (process.memoryUsage().heapUsed - before) / kept.length;
  expect(bytesEach).toBeLessThan(3 * (kept[0]?.length ?? 0) + 64);
});
