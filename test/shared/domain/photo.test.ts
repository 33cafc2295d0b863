import { findPhotoFault } from '../../../shared/domain/photo.ts';

const gif = (width: number, height: number) => Uint8Array.from([...Buffer.from('GIF89a'), width, 0, height, 0, 0x80]);
const jpeg = (length: number) => Uint8Array.from({ length }, (_, index) => [0xff, 0xd8, 0xff][index] ?? 0);

test.each([
  ['a JPEG', jpeg(20), undefined],
  ['a JPEG of 100 KB', jpeg(100 * 1024), undefined],
  ['a larger JPEG', jpeg(100 * 1024 + 1), 'tooLarge'],
  ['a GIF of one pixel', gif(1, 1), 'placeholder'],
  ['nothing', new Uint8Array(), 'placeholder'],
  ['another GIF', gif(48, 48), 'notJpeg'],
  ['a GIF that is one pixel wide', gif(1, 48), 'notJpeg'],
  ['a PNG', Uint8Array.from([0x89, 0x50, 0x4e, 0x47]), 'notJpeg'],
])('%s: %#', (_, bytes, fault) => {
  expect(findPhotoFault(bytes)).toBe(fault);
});
