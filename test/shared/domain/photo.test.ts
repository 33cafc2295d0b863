import { isOtherPhoto, judgePhoto, photoAfter, sizeInBatch } from '../../../shared/domain/photo.ts';

const bytes = (start: readonly number[], length: number) =>
  Uint8Array.from({ length }, (_, index) => start[index] ?? 7);
const jpeg = [0xff, 0xd8, 0xff];
const gif = [...Buffer.from('GIF89a')];
const png = [0x89, 0x50, 0x4e, 0x47];

test.each([
  ['a JPEG', bytes(jpeg, 100 * 1024), { kind: 'usable' }],
  ['a JPEG of 5 MB', bytes(jpeg, 5 * 1024 * 1024), { kind: 'leftOut', because: 'tooLarge' }],
  ['a JPEG above 100 KB', bytes(jpeg, 100 * 1024 + 1), { kind: 'leftOut', because: 'tooLarge' }],
  [
    'what begins as a JPEG does and goes on otherwise',
    bytes([0xff, 0xd8, 0], 20),
    { kind: 'leftOut', because: 'notJpeg' },
  ],
  [
    'a JPEG with the size of one pixel where a GIF has it',
    bytes([...jpeg, 0, 0, 0, 1, 0, 1, 0], 40),
    { kind: 'usable' },
  ],
  ['a PNG', bytes(png, 20), { kind: 'leftOut', because: 'notJpeg' }],
  ['a GIF', bytes([...gif, 2, 0, 1, 0], 40), { kind: 'leftOut', because: 'notJpeg' }],
  ['a GIF of one pixel, which stands for none', bytes([...gif, 1, 0, 1, 0], 40), { kind: 'none' }],
  ['nothing', bytes([], 0), { kind: 'none' }],
])('%s', (_, photo, expected) => {
  expect(judgePhoto(photo)).toMatchObject(expected);
});

test('photos are the same by their content', () => {
  expect(judgePhoto(bytes(jpeg, 50))).toEqual(judgePhoto(bytes(jpeg, 50)));
  expect(judgePhoto(bytes(jpeg, 50))).not.toEqual(judgePhoto(bytes(jpeg, 51)));
});

test.each([
  ['finds another', { kind: 'found', photo: { hash: '2' } }, { hash: '2' }],
  ['finds none', { kind: 'found', photo: undefined }, undefined],
  ['says that it is the same, which ends what was owed', { kind: 'same' }, { hash: '1', etag: 'e', owed: undefined }],
  ['could not be done, so that it is owed', { kind: 'unread' }, { hash: '1', etag: 'e', owed: true }],
  ['reads no photos', undefined, undefined],
] as const)('what is known of a photo after a reading that %s', (_, finding, expected) => {
  expect(photoAfter(finding, { hash: '1', etag: 'e', owed: true })).toStrictEqual(expected);
});

test('a photo of which nothing is known stays so, and is owed where nobody can tell', () => {
  expect(photoAfter({ kind: 'same' }, undefined)).toBeUndefined();
  expect(photoAfter({ kind: 'unread' }, undefined)).toEqual({ owed: true });
});

test.each([
  ['another', { hash: '2' }, { hash: '1' }, true],
  ['the first', { hash: '1' }, undefined, true],
  ['the same, of another state', { hash: '1', etag: 'f' }, { hash: '1', etag: 'e' }, false],
  ['none any more, which targets need not hear of', undefined, { hash: '1' }, false],
  ['none as before', {}, undefined, false],
])('a photo that is %s', (_, photo, known, isOther) => {
  expect(isOtherPhoto(photo, known)).toBe(isOther);
});

test('photos take four thirds of their bytes in a batch', () => {
  expect(sizeInBatch([{ bytes: bytes(jpeg, 300) }, { bytes: bytes(jpeg, 30) }])).toBe(440);
  expect(sizeInBatch([])).toBe(0);
});
