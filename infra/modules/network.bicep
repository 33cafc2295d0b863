metadata description = 'A virtual network: one subnet through which the app calls out, one with the private endpoints of what it uses.'

@description('The end of every name.')
param nameSuffix string

@description('Azure region.')
param location string

@description('Tags.')
param tags { *: string }

@description('Address space of the network, at least a /24.')
param addressPrefix string

@description('Resource id of the network that the app calls out through instead of this one; null for none.')
param outboundNetworkId string?

@description('Name of the storage account.')
param storageAccountName string

@description('Name of the Service Bus namespace.')
param serviceBusNamespaceName string

@description('Name of the key vault.')
param keyVaultName string

resource storageAccount 'Microsoft.Storage/storageAccounts@2026-04-01' existing = {
  name: storageAccountName
}

resource serviceBusNamespace 'Microsoft.ServiceBus/namespaces@2026-01-01' existing = {
  name: serviceBusNamespaceName
}

resource keyVault 'Microsoft.KeyVault/vaults@2026-02-01' existing = {
  name: keyVaultName
}

// The zones are named by Azure: https://learn.microsoft.com/azure/private-link/private-endpoint-dns
var endpoints = [
  { group: 'blob', resourceId: storageAccount.id, zone: 'privatelink.blob.${environment().suffixes.storage}' }
  { group: 'table', resourceId: storageAccount.id, zone: 'privatelink.table.${environment().suffixes.storage}' }
  { group: 'namespace', resourceId: serviceBusNamespace.id, zone: 'privatelink.servicebus.windows.net' }
  { group: 'vault', resourceId: keyVault.id, zone: 'privatelink.vaultcore.azure.net' }
]

resource network 'Microsoft.Network/virtualNetworks@2025-09-01' = {
  name: 'vnet-${nameSuffix}'
  location: location
  tags: tags
  properties: {
    addressSpace: { addressPrefixes: [addressPrefix] }
    subnets: [
      {
        name: 'snet-app'
        properties: {
          addressPrefix: cidrSubnet(addressPrefix, 26, 0)
          // Graph is on the internet, and all that the app sends goes through this subnet.
          defaultOutboundAccess: true
          delegations: [
            { name: 'functions', properties: { serviceName: 'Microsoft.App/environments' } }
          ]
        }
      }
      {
        name: 'snet-endpoints'
        properties: {
          addressPrefix: cidrSubnet(addressPrefix, 27, 2)
          defaultOutboundAccess: false
        }
      }
    ]
  }
}

resource zones 'Microsoft.Network/privateDnsZones@2024-06-01' = [for endpoint in endpoints: {
  name: endpoint.zone
  location: 'global'
  tags: tags
}]

resource links 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = [for (endpoint, index) in endpoints: {
  parent: zones[index]
  name: 'link-${endpoint.group}'
  location: 'global'
  tags: tags
  properties: {
    registrationEnabled: false
    virtualNetwork: { id: network.id }
  }
}]

// The app sits in that network then: it finds the private endpoints by these links, and reaches them by the peering.
resource outboundLinks 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = [for (endpoint, index) in endpoints: if (outboundNetworkId != null) {
  parent: zones[index]
  name: 'link-outbound-${endpoint.group}'
  location: 'global'
  tags: tags
  properties: {
    registrationEnabled: false
    virtualNetwork: { id: outboundNetworkId }
  }
}]

resource outboundPeering 'Microsoft.Network/virtualNetworks/virtualNetworkPeerings@2025-09-01' = if (outboundNetworkId != null) {
  parent: network
  name: 'peer-outbound'
  properties: {
    allowVirtualNetworkAccess: true
    remoteVirtualNetwork: { id: outboundNetworkId }
  }
}

resource privateEndpoints 'Microsoft.Network/privateEndpoints@2025-09-01' = [for endpoint in endpoints: {
  name: 'pep-${endpoint.group}-${nameSuffix}'
  location: location
  tags: tags
  properties: {
    subnet: { id: '${network.id}/subnets/snet-endpoints' }
    privateLinkServiceConnections: [
      {
        name: endpoint.group
        properties: {
          privateLinkServiceId: endpoint.resourceId
          groupIds: [endpoint.group]
        }
      }
    ]
  }
}]

resource zoneGroups 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2025-09-01' = [for (endpoint, index) in endpoints: {
  parent: privateEndpoints[index]
  name: 'default'
  properties: {
    privateDnsZoneConfigs: [
      { name: endpoint.group, properties: { privateDnsZoneId: zones[index].id } }
    ]
  }
  dependsOn: [
    links
  ]
}]

// Outputs are known when the whole module is deployed: the app is made once the names resolve to private addresses.
output appSubnetId string = '${network.id}/subnets/snet-app'
