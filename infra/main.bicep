metadata description = 'Contact Folder Sync: everything that it needs in Azure, in one resource group.'

import { ContactList } from 'modules/contactListTypes.bicep'
import { Connection } from 'modules/connectionTypes.bicep'

@description('Name of the environment, such as prod. Part of every name: another one makes another installation.')
@minLength(2)
@maxLength(12)
param environmentName string

@description('Name of the workload in every name. Lower-case letters and digits.')
@minLength(2)
@maxLength(12)
param workloadName string = 'contactsync'

@description('Azure region of everything.')
@minLength(1)
param location string = resourceGroup().location

@description('Tags of everything.')
param tags { *: string } = {}

@description('The contact lists. They become the app setting CONTACT_LISTS.')
param contactLists ContactList[]

@description('Ways to systems outside of the tenant, by the names that sources use. They become the app setting CONNECTIONS.')
param connections { *: Connection } = {}

@description('Hosts that CSV files may come from by https, without https:// and a path.')
param csvHosts string[] = []

@description('Days for which decisions, such as an approved hold, are kept with who made them.')
@minValue(1)
@maxValue(3650)
param auditDays int = 400
@description('Name of the secret in the key vault that holds the address of a Teams workflow or another webhook, which is told of lists that need attention. Empty: nobody is told.')
@maxLength(127)
param notifySecretName string = ''

@description('Name of the secret in the key vault that holds the key by which those notices are signed (whsec_ and base64, as Standard Webhooks says). Empty: they are not signed.')
@maxLength(127)
param notifySigningSecretName string = ''

@description('User principal name or object id of a mailbox from which the same notices are mailed (graph/rbacForApplications.ps1 -NoticeMailbox lets the app do so). Empty: none are.')
@maxLength(320)
param notifyMailFrom string = ''

@description('Addresses that they are mailed to.')
param notifyMailTo string[] = []

@description('Mailboxes that lists which are not in contactLists may read, by address.')
param consoleSources string[] = []

@description('Client id of the registration by which people sign in to the console: the output of graph/console.bicep. Empty: no console.')
@maxLength(36)
param consoleClientId string = ''

@description('Minutes between two scheduled runs.')
param syncPeriodMinutes 1 | 2 | 3 | 5 | 10 | 15 | 20 | 30 = 5

@description('When every folder is compared as a whole and repaired: a six-field NCRONTAB expression in UTC.')
@minLength(11)
@maxLength(100)
param fullReconcileSchedule string = '0 0 3 * * 0'

@description('Memory of an instance in megabytes.')
param instanceMemoryMB 512 | 2048 | 4096 = 2048

@description('The most instances of each function.')
@minValue(1)
@maxValue(1000)
param maximumInstanceCount int = 40

@description('Keeps one instance ready for HTTP, so that Graph\'s change notifications are answered within 3 seconds.')
param alwaysReadyHttp bool = false

@description('Storage, Service Bus and Key Vault answer on private endpoints alone, in a virtual network of their own. Service Bus is Premium then: decide at the first deployment.')
param privateNetworking bool = false

@description('Address space of the virtual network, at least a /24.')
@minLength(9)
@maxLength(18)
param virtualNetworkAddressPrefix string = '10.60.0.0/24'

@description('Resource id of a subnet of yours, delegated to Microsoft.App/environments, through which the app calls out: for sources on your network. Empty: none.')
param outboundSubnetId string = ''

@description('Redundancy of the storage account.')
param storageSku 'Standard_LRS' | 'Standard_ZRS' | 'Standard_GRS' | 'Standard_GZRS' = 'Standard_LRS'

@description('Resource id of a Log Analytics workspace of yours. Empty: one is made.')
param logAnalyticsWorkspaceId string = ''

@description('Days for which a workspace that is made keeps the logs.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = 30

@description('Resource ids of the action groups that alerts go to.')
param actionGroupIds string[] = []

@description('Percentage of a list\'s mailboxes that may fail before an alert, or a notice.')
@minValue(1)
@maxValue(100)
param failingMailboxesPercent int = 5

// Abbreviations of the Cloud Adoption Framework. The token depends on nothing but the group and the environment.
var uniqueToken = uniqueString(resourceGroup().id, environmentName)
var workload = toLower(workloadName)
var nameSuffix = toLower('${workloadName}-${environmentName}')
var names = {
  identity: 'id-${nameSuffix}'
  functionApp: 'func-${nameSuffix}-${uniqueToken}'
  plan: 'asp-${nameSuffix}'
  storageAccount: 'st${take(workload, 9)}${uniqueToken}'
  serviceBusNamespace: 'sbns-${nameSuffix}-${uniqueToken}'
  keyVault: 'kv-${take(workload, 7)}-${uniqueToken}'
  logAnalyticsWorkspace: 'log-${nameSuffix}'
  applicationInsights: 'appi-${nameSuffix}'
}
var queueNames = {
  capture: 'capture-list'
  sync: 'sync-mailbox'
  priority: 'sync-mailbox-priority'
}
var allTags = union({ workload: 'contact-folder-sync', 'azd-env-name': environmentName }, tags)

var subnetIdParts = split(outboundSubnetId, '/')
var isSubnetId = length(subnetIdParts) == 11 && contains(toLower(outboundSubnetId), '/providers/microsoft.network/virtualnetworks/') && toLower(subnetIdParts[9]) == 'subnets'
var outboundSubnet = empty(outboundSubnetId) || isSubnetId ? outboundSubnetId : fail('outboundSubnetId is no resource id of a subnet: copy it from az network vnet subnet show --query id')
var outboundNetworkId = empty(outboundSubnet) ? null : join(take(split(outboundSubnet, '/'), 9), '/')

// Bicep has no numbers with a fraction: a share is text in the parameter and a number in the setting.
var contactListSetting = string(map(contactLists, list => union(list, {
  safeguards: { maxRemovalShare: json(list.?safeguards.?maxRemovalShare ?? '0.2') }
}, contains(list, 'rollout') ? { rollout: {
  rings: map(list.?rollout.?rings ?? [], ring => union(ring, contains(ring, 'share') ? { share: json(ring.?share ?? '0') } : {}))
  haltWhen: { failedShare: json(list.?rollout.?haltWhen.?failedShare ?? '0.05') }
} } : {})))

module identity 'modules/identity.bicep' = {
  params: {
    name: names.identity
    location: location
    tags: allTags
  }
}

module monitoring 'modules/monitoring.bicep' = {
  params: {
    workspaceName: names.logAnalyticsWorkspace
    applicationInsightsName: names.applicationInsights
    location: location
    tags: allTags
    workspaceId: logAnalyticsWorkspaceId
    retentionDays: logRetentionDays
  }
}

module storage 'modules/storage.bicep' = {
  params: {
    name: names.storageAccount
    location: location
    tags: allTags
    sku: storageSku
    publicAccess: !privateNetworking
  }
}

module serviceBus 'modules/serviceBus.bicep' = {
  params: {
    name: names.serviceBusNamespace
    location: location
    tags: allTags
    queueNames: [queueNames.capture, queueNames.sync, queueNames.priority]
    publicAccess: !privateNetworking
  }
}

module keyVault 'modules/keyVault.bicep' = {
  params: {
    name: names.keyVault
    location: location
    tags: allTags
    publicAccess: !privateNetworking
  }
}

module network 'modules/network.bicep' = if (privateNetworking) {
  params: {
    nameSuffix: nameSuffix
    location: location
    tags: allTags
    addressPrefix: virtualNetworkAddressPrefix
    outboundNetworkId: outboundNetworkId
    storageAccountName: storage.outputs.name
    serviceBusNamespaceName: serviceBus.outputs.name
    keyVaultName: keyVault.outputs.name
  }
}

module roleAssignments 'modules/roleAssignments.bicep' = {
  params: {
    principalId: identity.outputs.principalId
    storageAccountName: storage.outputs.name
    serviceBusNamespaceName: serviceBus.outputs.name
    keyVaultName: keyVault.outputs.name
    applicationInsightsName: monitoring.outputs.applicationInsightsName
  }
}

module functionApp 'modules/functionApp.bicep' = {
  params: {
    name: names.functionApp
    planName: names.plan
    location: location
    tags: allTags
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    storageAccountName: storage.outputs.name
    deploymentContainerUrl: storage.outputs.deploymentContainerUrl
    serviceBusHost: serviceBus.outputs.host
    keyVaultUrl: keyVault.outputs.url
    applicationInsightsConnectionString: monitoring.outputs.connectionString
    queueNames: queueNames
    contactLists: contactListSetting
    csvHosts: csvHosts
    auditDays: auditDays
    notifySecretName: notifySecretName
    notifySigningSecretName: notifySigningSecretName
    notifyMailFrom: notifyMailFrom
    notifyMailTo: notifyMailTo
    failingMailboxesPercent: failingMailboxesPercent
    consoleSources: consoleSources
    consoleClientId: consoleClientId
    connections: string(connections)
    syncSchedule: '0 */${syncPeriodMinutes} * * * *'
    fullReconcileSchedule: fullReconcileSchedule
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    alwaysReadyHttp: alwaysReadyHttp
    subnetId: !empty(outboundSubnet) ? outboundSubnet : (privateNetworking ? network!.outputs.appSubnetId : null)
  }
  dependsOn: [
    roleAssignments
  ]
}

module alerts 'modules/alerts.bicep' = {
  params: {
    location: location
    tags: allTags
    workspaceId: monitoring.outputs.workspaceId
    applicationInsightsId: monitoring.outputs.applicationInsightsId
    syncSchedulePeriodMinutes: syncPeriodMinutes
    failingMailboxesPercent: failingMailboxesPercent
    actionGroupIds: actionGroupIds
  }
}

module workbook 'modules/workbook.bicep' = {
  params: {
    location: location
    tags: allTags
    applicationInsightsId: monitoring.outputs.applicationInsightsId
  }
}

output AZURE_FUNCTION_APP_NAME string = functionApp.outputs.name
output AZURE_FUNCTION_APP_URL string = functionApp.outputs.url
output AZURE_KEY_VAULT_NAME string = keyVault.outputs.name
output AZURE_IDENTITY_CLIENT_ID string = identity.outputs.clientId
output AZURE_IDENTITY_PRINCIPAL_ID string = identity.outputs.principalId
