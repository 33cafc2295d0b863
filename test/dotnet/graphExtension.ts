import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bicep } from '../../infra/scripts/bicep/bicep.ts';

/** Flags of a property in a type file: https://github.com/Azure/bicep-types. */
const required = 1;
const readOnly = 2;
const identifier = 16;
const everyScope = 31;

/**
 * Types of the Graph extension as far as `infra/graph` needs them, by their reference:
 * https://learn.microsoft.com/graph/templates/bicep/reference/approleassignedto, .../applications, .../oauth2permissiongrants. Microsoft's own package of them is in
 * a registry of containers alone.
 */
const types = [
  { $type: 'StringType' },
  { $type: 'StringType', minLength: 36, maxLength: 36 },
  object('appRole', { id: property(0, readOnly), value: property(0, readOnly) }),
  { $type: 'ArrayType', itemType: reference(2) },
  object('Microsoft.Graph/servicePrincipals', {
    appId: property(0, required + identifier),
    id: property(0, readOnly),
    appRoles: property(3, readOnly),
    appRoleAssignmentRequired: property(13, 0),
  }),
  resource('Microsoft.Graph/servicePrincipals@v1.0', 4),
  object('Microsoft.Graph/appRoleAssignedTo', {
    appRoleId: property(1, required),
    principalId: property(1, required),
    resourceId: property(1, required),
    id: property(0, readOnly),
  }),
  resource('Microsoft.Graph/appRoleAssignedTo@v1.0', 6),
  object('Microsoft.Graph/applications', {
    uniqueName: property(0, required + identifier),
    displayName: property(0, required),
    signInAudience: property(0, 0),
    web: property(14, 0),
    appRoles: property(17, 0),
    appId: property(0, readOnly),
  }),
  resource('Microsoft.Graph/applications@v1.0', 8),
  { $type: 'ArrayType', itemType: reference(0) },
  object('Microsoft.Graph/applications/federatedIdentityCredentials', {
    name: property(0, required + identifier),
    issuer: property(0, required),
    subject: property(0, required),
    audiences: property(10, required),
  }),
  resource('Microsoft.Graph/applications/federatedIdentityCredentials@v1.0', 11),
  { $type: 'BooleanType' },
  object('web', { redirectUris: property(10, 0), implicitGrantSettings: property(15, 0) }),
  object('implicitGrantSettings', { enableIdTokenIssuance: property(13, 0) }),
  object('appRole of an application', {
    id: property(0, required),
    value: property(0, required),
    displayName: property(0, required),
    description: property(0, required),
    allowedMemberTypes: property(10, required),
    isEnabled: property(13, required),
  }),
  { $type: 'ArrayType', itemType: reference(16) },
  object('Microsoft.Graph/oauth2PermissionGrants', {
    clientId: property(0, required + identifier),
    resourceId: property(0, required + identifier),
    consentType: property(0, required + identifier),
    scope: property(0, required),
  }),
  resource('Microsoft.Graph/oauth2PermissionGrants@v1.0', 18),
];

const index = {
  resources: {
    'Microsoft.Graph/servicePrincipals@v1.0': { $ref: 'types.json#/5' },
    'Microsoft.Graph/appRoleAssignedTo@v1.0': { $ref: 'types.json#/7' },
    'Microsoft.Graph/applications@v1.0': { $ref: 'types.json#/9' },
    'Microsoft.Graph/applications/federatedIdentityCredentials@v1.0': { $ref: 'types.json#/12' },
    'Microsoft.Graph/oauth2PermissionGrants@v1.0': { $ref: 'types.json#/19' },
  },
  resourceFunctions: {},
  settings: { name: 'MicrosoftGraph', version: '1.0.0', isSingleton: false },
};

/** Puts a Graph extension with these types into the place of Microsoft's, in a copy of `infra/graph`. */
export async function standInForGraphExtension(bicep: Bicep, directory: string): Promise<void> {
  const file = (name: string) => join(directory, name);
  writeFileSync(file('types.json'), JSON.stringify(types));
  writeFileSync(file('index.json'), JSON.stringify(index));
  const { succeeded, stderr } = await bicep.run('publish-extension', file('index.json'), '--target', file('graph.tgz'));
  if (!succeeded) throw new Error(stderr);
  writeFileSync(file('bicepconfig.json'), JSON.stringify({ extensions: { microsoftGraphV1: './graph.tgz' } }));
}

function reference(type: number) {
  return { $ref: `#/${type}` };
}

function property(type: number, flags: number) {
  return { type: reference(type), flags };
}

function object(name: string, properties: Readonly<Record<string, ReturnType<typeof property>>>) {
  return { $type: 'ObjectType', name, properties };
}

function resource(name: string, body: number) {
  return { $type: 'ResourceType', name, body: reference(body), readableScopes: everyScope, writableScopes: everyScope };
}
