metadata description = 'Application Insights and the Log Analytics workspace behind it. Telemetry is taken from identities alone.'

@description('Name of the workspace, if one is made.')
@minLength(4)
@maxLength(63)
param workspaceName string

@description('Name of the Application Insights resource.')
param applicationInsightsName string

@description('Azure region.')
param location string

@description('Tags.')
param tags { *: string }

@description('Resource id of a workspace that exists. Empty: one is made.')
param workspaceId string

@description('Days for which a workspace that is made keeps the logs.')
@minValue(30)
@maxValue(730)
param retentionDays int

resource workspace 'Microsoft.OperationalInsights/workspaces@2026-03-01' = if (empty(workspaceId)) {
  name: workspaceName
  location: location
  tags: tags
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: retentionDays
    features: { disableLocalAuth: true }
  }
}

resource applicationInsights 'Microsoft.Insights/components@2020-02-02' = {
  name: applicationInsightsName
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: empty(workspaceId) ? workspace.id : workspaceId
    DisableLocalAuth: true
  }
}

output workspaceId string = empty(workspaceId) ? workspace.id : workspaceId
output applicationInsightsId string = applicationInsights.id
output applicationInsightsName string = applicationInsights.name
// Names the resource; with local authentication off it lets nobody in.
output connectionString string = applicationInsights.properties.ConnectionString
