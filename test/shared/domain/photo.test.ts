import { judgePhoto } from '../../../shared/domain/photo.ts';

const bytes = (start: readonly number[], length: number) =>
  Uint8Array.from({ length }, (_, index) => start[index] ?? 7);
const jpeg = [0xff, 0xd8, 0xff];
const gif = [...Buffer.from('GIF89a')];
const png = [0x89, 0x50, 0x4e, 0x47];

test.each([
  ['a JPEG', bytes(jpeg, 100 * 1024), { kind: 'usable' }],
  ['a JPEG of 5 MB', bytes(jpeg, 5 * 1024 * 1024), { kind: 'leftOut', because: 'tooLarge' }],
  ['a JPEG above 100 KB', bytes(jpeg, 100 * 1024 + 1), { kind: 'leftOut', because: 'tooLarge' }],
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
