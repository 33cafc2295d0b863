/** Bearer tokens: signed, so that they outlive a restart of a simulator that keeps its state. */
import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { GraphError } from './graphError.ts';

const lifetimeSeconds = 3600;
const claimsSchema = z.object({ app: z.string(), tenantId: z.string(), expires: z.number() });
type Claims = z.infer<typeof claimsSchema>;

/** Who calls, and in which tenant. */
export type Caller = { app: string; tenantId: string };

export type AccessTokens = {
  issue: (caller: Caller) => { access_token: string; expires_in: number };
  /** Who the header's token was issued to. @throws 401 InvalidAuthenticationToken */
  verify: (authorization: string | undefined) => Caller;
};

export function createAccessTokens(secret: Buffer, now: () => number): AccessTokens {
  const verified = new Map<string, Claims>();

  function issue({ app, tenantId }: Caller): { access_token: string; expires_in: number } {
    const claims: Claims = { app, tenantId, expires: now() + lifetimeSeconds * 1000 };
    const payload = Buffer.from(JSON.stringify(claims)).toString('base64url');
    return { access_token: `simulator.${payload}.${sign(secret, payload)}`, expires_in: lifetimeSeconds };
  }

  function verify(authorization: string | undefined): Caller {
    const token = /^Bearer (.+)$/i.exec(authorization ?? '')?.[1];
    if (token === undefined) throw refused('Access token is empty.');
    const claims = verified.get(token) ?? readClaims(secret, token);
    if (claims.expires <= now()) throw refused('Lifetime validation failed, the token is expired.');
    if (verified.size > 1000) verified.clear();
    verified.set(token, claims);
    return claims;
  }

  return { issue, verify };
}

function readClaims(secret: Buffer, token: string): Claims {
  const [kind, payload = '', signature] = token.split('.');
  if (kind !== 'simulator' || signature !== sign(secret, payload))
    throw refused('Access token validation failure. Invalid signature.');
  return claimsSchema.parse(JSON.parse(Buffer.from(payload, 'base64url').toString()));
}

function refused(message: string): GraphError {
  return new GraphError(401, 'InvalidAuthenticationToken', message, { 'WWW-Authenticate': 'Bearer' });
}

function sign(secret: Buffer, payload: string): string {
  return createHmac('sha256', secret).update(payload).digest('base64url');
}
