import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

/** Access tokens in the form that Microsoft Entra ID gives to applications; the signing key is this process's own. */
export interface TokenIssuer {
  /** A token for a resource such as `https://vault.azure.net`. Lifetime in seconds. */
  issue(resource: string, clientId: string): { access_token: string; expires_in: number };
  /** Whether a token is ours, has not expired and was issued for the resource. */
  accepts(token: string, resource: string): boolean;
}

const lifetimeSeconds = 3600;
const homeTenantId = '84bd8158-6d4d-4958-8b9f-9d6445542f95';
/** Object id of the identity, and so the subject of its tokens. */
export const principalId = '5c1ff0de-2f6e-4a53-9b7a-3d1e8f0c7b21';
/** Tokens for this stand for an app registration that trusts the identity. */
export const exchangeResource = 'api://AzureADTokenExchange';
const claimsSchema = z.object({ aud: z.string(), exp: z.number() });

/** As federated credentials name it. */
export function issuerOf(tenantId: string = homeTenantId): string {
  return `https://login.microsoftonline.com/${tenantId}/v2.0`;
}

export function createTokenIssuer(now: () => number = Date.now, tenantId: string = homeTenantId): TokenIssuer {
  const key = randomBytes(32);
  const header = encode({ typ: 'JWT', alg: 'HS256' });
  const sign = (content: string) => createHmac('sha256', key).update(content).digest();

  function issue(resource: string, clientId: string) {
    const iat = Math.floor(now() / 1000);
    const claims = {
      aud: withoutSlash(resource),
      iss: resource === exchangeResource ? issuerOf(tenantId) : `https://sts.windows.net/${tenantId}/`,
      sub: principalId,
      iat,
      nbf: iat,
      exp: iat + lifetimeSeconds,
      appid: clientId,
      tid: tenantId,
      ver: '1.0',
    };
    const content = `${header}.${encode(claims)}`;
    return { access_token: `${content}.${sign(content).toString('base64url')}`, expires_in: lifetimeSeconds };
  }

  function accepts(token: string, resource: string): boolean {
    const [head = '', body = '', signature = ''] = token.split('.');
    const given = Buffer.from(signature, 'base64url');
    const wanted = sign(`${head}.${body}`);
    if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return false;
    const { aud, exp } = claimsSchema.parse(JSON.parse(Buffer.from(body, 'base64url').toString()));
    return aud === withoutSlash(resource) && exp * 1000 > now();
  }

  return { issue, accepts };
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** The SDKs do not agree on the slash at the end of a resource. */
function withoutSlash(resource: string): string {
  return resource.replace(/\/+$/, '');
}
