import { readPrincipal } from '../../../functions/console/principal.ts';

const tenantId = '0f4c1a52-6f0e-4d5c-9b61-3a5b6d9f0c11';
const objectId = '7a1e6c6e-40b4-4a86-93a5-8b0f4a2f5d20';
const longTenant = 'http://schemas.microsoft.com/identity/claims/tenantid';
const longObjectId = 'http://schemas.microsoft.com/identity/claims/objectidentifier';
const longRole = 'http://schemas.microsoft.com/ws/2008/06/identity/claims/role';

interface Given {
  readonly auth_typ?: unknown;
  readonly name_typ?: unknown;
  readonly role_typ?: unknown;
  readonly claims?: unknown;
}

function encode(principal: unknown): string {
  return Buffer.from(JSON.stringify(principal)).toString('base64');
}

function claimsOf(...pairs: readonly (readonly [string, string])[]) {
  return pairs.map(([typ, val]) => ({ typ, val }));
}

const short = claimsOf(['tid', tenantId], ['oid', objectId], ['name', 'Ådá Løvelace'], ['roles', 'Operator']);

function read(given: Given) {
  return readPrincipal(encode({ auth_typ: 'aad', name_typ: 'name', role_typ: 'roles', claims: short, ...given }), {
    tenantId,
  });
}

test.each<[string, Given]>([
  ['by the names of the token', {}],
  [
    'by the long addresses',
    {
      claims: claimsOf(
        [longTenant, tenantId.toUpperCase()],
        [longObjectId, objectId],
        ['preferred_username', 'Ådá Løvelace'],
        [longRole, 'Operator'],
      ),
    },
  ],
  [
    'by what the principal itself calls them',
    {
      role_typ: 'appRoles',
      name_typ: 'calledName',
      claims: claimsOf(['tid', tenantId], ['oid', objectId], ['appRoles', 'Operator'], ['calledName', 'Ådá Løvelace']),
    },
  ],
  ['twice, under both names', { claims: [...short, ...claimsOf([longTenant, tenantId], [longRole, 'Operator'])] }],
  ['with roles of others', { claims: [...short, ...claimsOf(['roles', 'Contoso.Reader'], ['roles', 'admin'])] }],
])('claims are found %s', (_, given) => {
  expect(read(given)).toEqual({ kind: 'person', objectId, name: 'Ådá Løvelace', roles: ['Operator'] });
});

test('several roles are all there, and somebody may have none', () => {
  expect(read({ claims: [...short, ...claimsOf(['roles', 'Admin'])] })?.roles).toEqual(['Operator', 'Admin']);
  expect(read({ claims: short.filter(({ typ }) => typ !== 'roles') })?.roles).toEqual([]);
});

test.each<[string, Given]>([
  ['of another provider', { auth_typ: 'google' }],
  ['without a provider', { auth_typ: undefined }],
  ['of another tenant', { claims: claimsOf(['tid', objectId], ['oid', objectId]) }],
  ['of two tenants', { claims: [...short, ...claimsOf([longTenant, objectId])] }],
  ['of no tenant', { claims: claimsOf(['oid', objectId], ['roles', 'Admin']) }],
  ['without an object id', { claims: claimsOf(['tid', tenantId], ['roles', 'Admin']) }],
  ['with two object ids', { claims: [...short, ...claimsOf([longObjectId, tenantId])] }],
  ['with an object id that is none', { claims: claimsOf(['tid', tenantId], ['oid', '../groups']) }],
  ['whose claims are no list', { claims: {} }],
  ['whose claims have no values', { claims: [{ typ: 'tid' }] }],
])('a principal %s is nobody', (_, given) => {
  expect(read(given)).toBeUndefined();
});

test.each<[string, string | null]>([
  ['nothing', null],
  ['an empty text', ''],
  ['no base64', '{}'],
  ['base64 of no JSON', Buffer.from('admin').toString('base64')],
  ['base64 of null', encode(null)],
  ['two headers that were joined', `${encode({})}, ${encode({ auth_typ: 'aad', claims: short })}`],
])('a header that holds %s is nobody', (_, header) => {
  expect(readPrincipal(header, { tenantId })).toBeUndefined();
});
