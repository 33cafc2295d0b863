metadata description = 'The function app on a Flex Consumption plan, and every app setting.'

@description('Name of the app.')
@minLength(2)
@maxLength(60)
param name string

@description('Name of its plan.')
param planName string

@description('Azure region.')
param location string

@description('Tags.')
param tags { *: string }

@description('Resource id of the identity.')
param identityId string

@description('Client id of the identity.')
@minLength(36)
@maxLength(36)
param identityClientId string

@description('Name of the storage account.')
param storageAccountName string

@description('Address of the blob container that holds the deployed package.')
param deploymentContainerUrl string

@description('Host name of the Service Bus namespace.')
param serviceBusHost string

@description('Address of the key vault.')
param keyVaultUrl string

@description('Connection string of Application Insights. No secret: local authentication is off.')
param applicationInsightsConnectionString string

@description('Names of the queues.')
param queueNames { capture: string, sync: string, priority: string }

@description('The contact lists as JSON text.')
@minLength(2)
param contactLists string

@description('The connections as JSON text.')
@minLength(2)
param connections string

@description('Hosts that CSV files may come from.')
param csvHosts string[]

@description('Days for which decisions are kept.')
param auditDays int
@description('Name of the secret that holds the address of the notices; empty for none.')
param notifySecretName string

@description('Name of the secret that holds the key by which they are signed; empty for none.')
param notifySigningSecretName string

@description('Mailbox that sends notices; empty for none.')
param notifyMailFrom string

@description('Addresses that they are sent to.')
param notifyMailTo string[]

@description('Percentage of a list\'s mailboxes that may fail before a notice.')
param failingMailboxesPercent int

@description('Mailboxes that lists which are not in contactLists may read.')
param consoleSources string[]

@description('Client id of the console\'s registration; empty for no console.')
param consoleClientId string

@description('When lists are captured: a six-field NCRONTAB expression in UTC.')
param syncSchedule string

@description('When folders are compared as a whole: a six-field NCRONTAB expression in UTC.')
param fullReconcileSchedule string

@description('Memory of an instance in megabytes.')
param instanceMemoryMB 512 | 2048 | 4096

@description('The most instances of each function.')
@minValue(1)
@maxValue(1000)
param maximumInstanceCount int

@description('Keeps one instance ready for HTTP.')
param alwaysReadyHttp bool

@description('Resource id of the subnet through which the app calls out; null for none.')
param subnetId string?

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true }
}

resource app 'Microsoft.Web/sites@2025-03-01' = {
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': 'sync' })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identityId}': {} }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    virtualNetworkSubnetId: subnetId
    siteConfig: {
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      ftpsState: 'Disabled'
      http20Enabled: true
    }
    functionAppConfig: {
      runtime: { name: 'node', version: '24' }
      deployment: {
        storage: {
          type: 'blobContainer'
          value: deploymentContainerUrl
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstanceCount
        alwaysReady: alwaysReadyHttp ? [{ name: 'http', instanceCount: 1 }] : []
      }
    }
  }
}

// A setting by this name in the place of a secret: the platform signs in as the registration with the app's identity.
// https://learn.microsoft.com/azure/app-service/configure-authentication-provider-aad#use-a-managed-identity-instead-of-a-secret
var signInAsIdentity = 'OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID'

// Set only where there is a console: who set up App Service Authentication by hand keeps that.
var consoleSettings = empty(consoleClientId) ? {} : {
  CONSOLE_SIGN_IN: 'entra'
  CONSOLE_TENANT_ID: tenant().tenantId
  '${signInAsIdentity}': identityClientId
  WEBSITE_AUTH_AAD_ALLOWED_TENANTS: tenant().tenantId
}

// The whole of the settings: what is set by hand in the portal is gone with the next deployment.
resource settings 'Microsoft.Web/sites/config@2025-03-01' = {
  parent: app
  name: 'appsettings'
  properties: union({
    AzureWebJobsStorage__accountName: storageAccountName
    AzureWebJobsStorage__credential: 'managedidentity'
    AzureWebJobsStorage__clientId: identityClientId
    APPLICATIONINSIGHTS_CONNECTION_STRING: applicationInsightsConnectionString
    APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
    // The host keeps the log lines of five traces a second unless told otherwise; the alerts count lines.
    OTEL_TRACES_SAMPLER: 'microsoft.fixed_percentage'
    OTEL_TRACES_SAMPLER_ARG: '1.0'
    languageWorkers__node__arguments: '--max-semi-space-size=16 --max-old-space-size=512'
    TABLES_CONNECTION__accountName: storageAccountName
    TABLES_CONNECTION__clientId: identityClientId
    ServiceBusConnection__fullyQualifiedNamespace: serviceBusHost
    ServiceBusConnection__credential: 'managedidentity'
    ServiceBusConnection__clientId: identityClientId
    CAPTURE_QUEUE: queueNames.capture
    SYNC_QUEUE: queueNames.sync
    PRIORITY_QUEUE: queueNames.priority
    GRAPH_ENDPOINT: 'https://graph.microsoft.com'
    GRAPH_CLIENT_ID: identityClientId
    SYNC_SCHEDULE: syncSchedule
    FULL_RECONCILE_SCHEDULE: fullReconcileSchedule
    CONTACT_LISTS: contactLists
    CONNECTIONS: connections
    CSV_HOSTS: join(csvHosts, ',')
    CONSOLE_SOURCES: join(consoleSources, ',')
    WEBHOOK_URL: 'https://${app.properties.defaultHostName}'
    KEY_VAULT_URL: keyVaultUrl
    LEASE_SECONDS: '180'
    GRAPH_TIMEOUT_SECONDS: '30'
    GRAPH_GRACE_SECONDS: '30'
    LONGEST_WAIT_SECONDS: '30'
    AUDIT_DAYS: string(auditDays)
    NOTIFY_SECRET: notifySecretName
    NOTIFY_SIGNING_SECRET: notifySigningSecretName
    NOTIFY_MAIL_FROM: notifyMailFrom
    NOTIFY_MAIL_TO: join(notifyMailTo, ',')
    FAILING_MAILBOXES_PERCENT: string(failingMailboxesPercent)
    HANDLER_SECONDS: '240'
    MESSAGE_PATIENCE_SECONDS: '3600'
  }, consoleSettings)
}

// Whoever is not signed in gets as far as the app, which asks for a key or answers 401: Graph's calls and scripts do not sign in.
resource signIn 'Microsoft.Web/sites/config@2025-03-01' = if (!empty(consoleClientId)) {
  parent: app
  name: 'authsettingsV2'
  properties: {
    platform: { enabled: true }
    globalValidation: {
      requireAuthentication: false
      unauthenticatedClientAction: 'AllowAnonymous'
    }
    httpSettings: { requireHttps: true }
    identityProviders: {
      azureActiveDirectory: {
        enabled: true
        registration: {
          clientId: consoleClientId
          openIdIssuer: '${environment().authentication.loginEndpoint}${tenant().tenantId}/v2.0'
          clientSecretSettingName: signInAsIdentity
        }
        validation: {
          allowedAudiences: [consoleClientId]
          // Not what another application asks for in somebody's name.
          defaultAuthorizationPolicy: { allowedApplications: [consoleClientId] }
        }
      }
    }
    login: {
      tokenStore: { enabled: false }
      preserveUrlFragmentsForLogins: true
    }
  }
}

resource ftpPublishing 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2025-03-01' = {
  parent: app
  name: 'ftp'
  properties: { allow: false }
}

resource scmPublishing 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2025-03-01' = {
  parent: app
  name: 'scm'
  properties: { allow: false }
}

output name string = app.name
output url string = 'https://${app.properties.defaultHostName}'
