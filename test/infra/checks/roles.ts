import { ofType, type PlannedResource } from '../compiled.ts';
import { plannedSettings } from './settings.ts';

interface Role {
  readonly name: string;
  readonly id: string;
  readonly scope: string;
  /** The setting through which the app comes to use what the role is for. */
  readonly setting: string;
}

/** Least privilege, by what each connection needs. https://learn.microsoft.com/azure/role-based-access-control/built-in-roles */
const neededRoles: readonly Role[] = [
  {
    name: 'Storage Blob Data Owner',
    id: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b',
    scope: 'Microsoft.Storage/storageAccounts',
    setting: 'AzureWebJobsStorage__accountName',
  },
  {
    name: 'Storage Table Data Contributor',
    id: '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3',
    scope: 'Microsoft.Storage/storageAccounts',
    setting: 'TABLES_CONNECTION__accountName',
  },
  {
    name: 'Azure Service Bus Data Owner',
    id: '090c5cfd-751d-490a-894a-3ce6f1109419',
    scope: 'Microsoft.ServiceBus/namespaces',
    setting: 'ServiceBusConnection__fullyQualifiedNamespace',
  },
  {
    name: 'Key Vault Secrets User',
    id: '4633458b-17de-408a-b874-0445c86b69e6',
    scope: 'Microsoft.KeyVault/vaults',
    setting: 'KEY_VAULT_URL',
  },
  {
    name: 'Monitoring Metrics Publisher',
    id: '3913510d-42f4-4e42-8a64-420c390055eb',
    scope: 'Microsoft.Insights/components',
    setting: 'APPLICATIONINSIGHTS_AUTHENTICATION_STRING',
  },
];

/** The identity may do what the settings have the app do, on those resources alone, and nothing else. */
export function findRoleProblems(plan: readonly PlannedResource[]): string[] {
  const settings = plannedSettings(plan);
  const assigned = ofType(plan, 'Microsoft.Authorization/roleAssignments').map(readAssignment);
  const needed = neededRoles.filter(({ setting }) => setting in settings);
  const missing = needed
    .filter(role => !assigned.some(({ id, scope }) => id.endsWith(role.id) && scope === role.scope))
    .map(role => `The role ${role.name} on ${role.scope} is missing: ${role.setting} needs it`);
  const extra = assigned
    .filter(({ id, scope }) => !needed.some(role => id.endsWith(role.id) && scope === role.scope))
    .map(({ id, scope }) => `Nothing needs the role ${id} on ${scope}`);
  return [...missing, ...extra];
}

function readAssignment({ id, properties }: PlannedResource) {
  const [, scope = 'the resource group'] =
    /^\[extensionResourceId\('[^']*\/providers\/([^/]+\/[^/]+)\/[^/']+'/.exec(id) ?? [];
  return { id: String(properties?.roleDefinitionId), scope };
}
