metadata description = 'The Service Bus namespace and its queues.'

@description('Name of the namespace.')
@minLength(6)
@maxLength(50)
param name string

@description('Azure region.')
param location string

@description('Tags.')
param tags { *: string }

@description('Names of the queues.')
@minLength(1)
param queueNames string[]

@description('false: private endpoints alone, which need the Premium tier.')
param publicAccess bool

resource namespace 'Microsoft.ServiceBus/namespaces@2026-01-01' = {
  name: name
  location: location
  tags: tags
  sku: publicAccess ? { name: 'Standard', tier: 'Standard' } : { name: 'Premium', tier: 'Premium', capacity: 1 }
  properties: {
    disableLocalAuth: true
    minimumTlsVersion: '1.2'
    publicNetworkAccess: publicAccess ? 'Enabled' : 'Disabled'
  }
}

// Duplicate detection cannot be changed once a queue is there.
resource queues 'Microsoft.ServiceBus/namespaces/queues@2026-01-01' = [for queueName in queueNames: {
  parent: namespace
  name: queueName
  properties: {
    lockDuration: 'PT1M'
    maxDeliveryCount: 10
    requiresDuplicateDetection: true
    duplicateDetectionHistoryTimeWindow: 'PT10M'
    defaultMessageTimeToLive: 'P1D'
    deadLetteringOnMessageExpiration: true
    requiresSession: false
  }
}]

output name string = namespace.name
// From the service, since the domain is another in each cloud.
output host string = split(split(namespace.properties.serviceBusEndpoint, '/')[2], ':')[0]
