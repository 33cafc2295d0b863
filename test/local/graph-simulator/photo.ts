/** A picture and its size in pixels, as far as the bytes tell it. */
import { createHash } from 'node:crypto';
import { GraphError } from './graphError.ts';

export type Photo = { type: string; bytes: Buffer };

/** Start-of-frame markers; the others between them are no frames. */
const frameMarkers = new Set([0xc0, 0xc1, 0xc2, 0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf]);

/** The picture of a write. @throws 400 for what is no picture */
export function readPhoto(body: unknown, contentType: string | undefined): Photo {
  if (Buffer.isBuffer(body) && body.length > 0 && contentType?.startsWith('image/'))
    return { type: contentType, bytes: body };
  throw new GraphError(400, 'BadRequest', 'The request body is not an image.');
}

/** As many bytes that say to be a picture. */
export function jpegOf(length: number): Photo {
  const bytes = Buffer.alloc(length);
  bytes.set([0xff, 0xd8, 0xff]);
  return { type: 'image/jpeg', bytes };
}

/** What Graph tells of a picture without giving it. https://learn.microsoft.com/graph/api/resources/profilephoto */
export function photoEntity({ type, bytes }: Photo): Record<string, unknown> {
  const { width, height } = sizeOf(bytes);
  return {
    '@odata.mediaContentType': type,
    '@odata.mediaEtag': `"${createHash('sha256').update(bytes).digest('hex').slice(0, 8).toUpperCase()}"`,
    id: `${width}x${height}`,
    width,
    height,
  };
}

/** Of a JPEG; anything else counts as one pixel. */
export function sizeOf(bytes: Buffer): { width: number; height: number } {
  let position = bytes[0] === 0xff && bytes[1] === 0xd8 ? 2 : bytes.length;
  while (position + 9 <= bytes.length && bytes[position] === 0xff) {
    if (frameMarkers.has(bytes[position + 1] ?? 0)) {
      return { height: bytes.readUInt16BE(position + 5), width: bytes.readUInt16BE(position + 7) };
    }
    position += 2 + bytes.readUInt16BE(position + 2);
  }
  return { width: 1, height: 1 };
}
