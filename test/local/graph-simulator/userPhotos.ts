/** Photos of users, in every size that Graph makes of one. https://learn.microsoft.com/graph/api/profilephoto-get */
import type { GraphAnswer } from './exchange.ts';
import { GraphError } from './graphError.ts';
import { type Photo, photoEntity, readPhoto, sizeOf } from './photo.ts';
import { type MailboxCall, parameter } from './world.ts';

/** Edges in pixels. One above that of the photo is not there. */
const sizes = [48, 64, 96, 120, 240, 360, 432, 504, 648];

/** What Graph has been seen to answer for a user without a photo. */
export const missingPhotoAnswers = ['ImageNotFound', 'ErrorEntityNotFound', 'ErrorItemNotFound', 'onePixel'] as const;
export type MissingPhotoAnswer = (typeof missingPhotoAnswers)[number];

export function getUserPhoto(call: MailboxCall): GraphAnswer {
  const { photo } = call.user;
  if (!photo && call.world.missingUserPhoto === 'onePixel') return { status: 200, body: onePixel };
  return { status: 200, body: photoEntity(photoOf(call)) };
}

export function listUserPhotos(call: MailboxCall): GraphAnswer {
  const { photo } = call.user;
  return { status: 200, body: { value: photo ? sizesOf(photo).map(edge => sized(photo, edge)) : [] } };
}

export function getUserPhotoBytes(call: MailboxCall): GraphAnswer {
  return bytesOf(photoOf(call));
}

export function getSizedUserPhoto(call: MailboxCall): GraphAnswer {
  const photo = photoOf(call);
  return { status: 200, body: sized(photo, requestedSize(call, photo)) };
}

/** Every size is given with the bytes of the one that was set: no picture is drawn anew. */
export function getSizedUserPhotoBytes(call: MailboxCall): GraphAnswer {
  const photo = photoOf(call);
  requestedSize(call, photo);
  return bytesOf(photo);
}

/** No change of the user: /users/delta does not show it. */
export function setUserPhoto(call: MailboxCall): GraphAnswer {
  call.user.photo = readPhoto(call.request.body, call.request.headers['content-type']);
  return { status: 200 };
}

const onePixel = {
  '@odata.mediaContentType': 'image/gif',
  '@odata.mediaEtag': '""',
  id: '1x1',
  width: 1,
  height: 1,
};

function bytesOf({ type, bytes }: Photo): GraphAnswer {
  return { status: 200, headers: { 'Content-Type': type }, body: bytes };
}

function photoOf(call: MailboxCall): Photo {
  const { photo } = call.user;
  if (photo) return photo;
  const { missingUserPhoto } = call.world;
  const code = missingUserPhoto === 'onePixel' ? 'ImageNotFound' : missingUserPhoto;
  throw new GraphError(404, code, 'The photo was not found.');
}

function sizesOf(photo: Photo): number[] {
  const { width, height } = sizeOf(photo.bytes);
  return sizes.filter(edge => edge <= Math.max(width, height));
}

function sized(photo: Photo, edge: number): Record<string, unknown> {
  return { ...photoEntity(photo), id: `${edge}x${edge}`, width: edge, height: edge };
}

function requestedSize(call: MailboxCall, photo: Photo): number {
  const edge = sizesOf(photo).find(each => `${each}x${each}` === parameter(call, 'size').toLowerCase());
  if (edge === undefined) throw new GraphError(404, 'ImageNotFound', 'The photo was not found.');
  return edge;
}
