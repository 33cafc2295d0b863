import { createHmac } from 'node:crypto';

const signatureLength = 22;

/** JSON behind a signature, as one opaque text. */
export function signText(secret: Buffer, value: object): string {
  const payload = Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${sign(secret, payload)}${payload}`;
}

/** The JSON, or undefined for a text that was not signed with this secret. */
export function readSignedText(secret: Buffer, text: string): unknown {
  const payload = text.slice(signatureLength);
  if (sign(secret, payload) !== text.slice(0, signatureLength)) return undefined;
  return JSON.parse(Buffer.from(payload, 'base64url').toString());
}

function sign(secret: Buffer, payload: string): string {
  return createHmac('sha256', secret).update(payload).digest('base64url').slice(0, signatureLength);
}
