import * as z from 'zod';
import type { Person } from '../../shared/api/caller.ts';
import { isRole } from '../../shared/api/roles.ts';
import type { ConsoleSettings } from '../../shared/settings/settings.ts';

/**
 * What App Service Authentication puts into `x-ms-client-principal`, as base64 of JSON:
 * https://learn.microsoft.com/azure/app-service/configure-authentication-user-identities#decode-the-client-principal-header
 */
const principalSchema = z.object({
  auth_typ: z.literal('aad'),
  claims: z.array(z.object({ typ: z.string(), val: z.string() })),
  name_typ: z.string().nullish(),
  role_typ: z.string().nullish(),
});

/** Claims come by the names of the token, or by the addresses that .NET gives them. */
const claimNames = {
  tenant: ['tid', 'http://schemas.microsoft.com/identity/claims/tenantid'],
  objectId: ['oid', 'http://schemas.microsoft.com/identity/claims/objectidentifier'],
  role: ['roles', 'http://schemas.microsoft.com/ws/2008/06/identity/claims/role'],
  name: ['name', 'preferred_username', 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name'],
} as const;

/**
 * Who signed in, by the header of App Service Authentication, which is to be believed only where that is on.
 *
 * @returns undefined without a principal of Entra, of this tenant, with one object id
 */
export function readPrincipal(header: string | null, { tenantId }: ConsoleSettings): Person | undefined {
  const principal = decodePrincipal(header);
  if (!principal) return undefined;
  const { claims, name_typ, role_typ } = principal;
  const valuesOf = (...names: (string | null | undefined)[]) => [
    ...new Set(names.flatMap(name => claims.filter(({ typ }) => typ === name)).map(({ val }) => val)),
  ];
  const tenants = valuesOf(...claimNames.tenant).map(id => id.toLowerCase());
  const [objectId, ...others] = valuesOf(...claimNames.objectId).map(id => id.toLowerCase());
  if (tenants.length !== 1 || tenants[0] !== tenantId) return undefined;
  if (!z.guid().safeParse(objectId).success || objectId === undefined || others.length > 0) return undefined;
  const [name = ''] = valuesOf(...claimNames.name, name_typ);
  return { kind: 'person', objectId, name, roles: valuesOf(...claimNames.role, role_typ).filter(isRole) };
}

function decodePrincipal(header: string | null): z.infer<typeof principalSchema> | undefined {
  // Node would skip what is no base64, such as the comma between two headers.
  if (header === null || !/^[A-Za-z0-9+/_-]+={0,2}$/.test(header)) return undefined;
  try {
    return principalSchema.safeParse(JSON.parse(Buffer.from(header, 'base64').toString('utf8'))).data;
  } catch {
    return undefined;
  }
}
