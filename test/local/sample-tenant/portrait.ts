/** Pixels of an edge, as Graph offers photos of users. */
const edge = 240;
const blocks = (edge / 8) ** 2;

/**
 * A JPEG of one colour, the same for the same colour: enough to see in Outlook that a contact has a photo. Baseline, three
 * components, and the shortest tables that say so (ITU-T T.81): a difference of the mean is 4 bits and as many as it has,
 * the end of a block 1 bit.
 *
 * @param luma 0 to 255, as the two chromas
 */
export function portrait(luma: number, blueChroma: number, redChroma: number): Buffer {
  const means = [luma, blueChroma, redChroma].map(value => value - 128);
  const first = means.map(mean => `${writeDifference(mean)}0`).join('');
  const others = '000000000000000'.repeat(blocks - 1);
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    segment(0xe0, [...Buffer.from('JFIF\0'), 1, 1, 0, 0, 1, 0, 1, 0, 0]),
    segment(0xdb, [0, ...new Array<number>(64).fill(8)]),
    segment(0xc0, [8, 0, edge, 0, edge, 3, ...[1, 2, 3].flatMap(component => [component, 0x11, 0])]),
    segment(0xc4, [0x00, ...counts({ 4: 9 }), ...Array.from({ length: 9 }, (_, bits) => bits)]),
    segment(0xc4, [0x10, ...counts({ 1: 1 }), 0]),
    segment(0xda, [3, 1, 0, 2, 0, 3, 0, 0, 63, 0]),
    pack(first + others),
    Buffer.from([0xff, 0xd9]),
  ]);
}

function segment(marker: number, content: readonly number[]): Buffer {
  const length = content.length + 2;
  return Buffer.from([0xff, marker, length >> 8, length & 255, ...content]);
}

/** How many codes there are of each length. */
function counts(codes: Readonly<Record<number, number>>): number[] {
  return Array.from({ length: 16 }, (_, index) => codes[index + 1] ?? 0);
}

/** Its number of bits, and those; of a negative one the complement. */
function writeDifference(mean: number): string {
  if (mean === 0) return '0000';
  const digits = Math.abs(mean).toString(2);
  const bits = mean > 0 ? digits : digits.replaceAll(/./g, digit => (digit === '1' ? '0' : '1'));
  return digits.length.toString(2).padStart(4, '0') + bits;
}

/** Filled up with ones; a byte of ones is followed by a zero. */
function pack(bits: string): Buffer {
  const bytes = bits.match(/.{1,8}/g) ?? [];
  const values = bytes.map(byte => Number.parseInt(byte.padEnd(8, '1'), 2));
  return Buffer.from(values.flatMap(value => (value === 0xff ? [value, 0] : [value])));
}
