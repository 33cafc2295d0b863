export const tenantId = '0f4c1a52-6f0e-4d5c-9b61-3a5b6d9f0c11';
export const objectId = '7a1e6c6e-40b4-4a86-93a5-8b0f4a2f5d20';

/** The header that App Service Authentication sets for somebody of the tenant. */
export function principalOf(...roles: readonly string[]): Record<string, string> {
  const claims = [
    { typ: 'tid', val: tenantId },
    { typ: 'oid', val: objectId },
    { typ: 'name', val: 'Ada' },
    ...roles.map(val => ({ typ: 'roles', val })),
  ];
  const principal = { auth_typ: 'aad', name_typ: 'name', role_typ: 'roles', claims };
  return { 'x-ms-client-principal': Buffer.from(JSON.stringify(principal)).toString('base64') };
}
