metadata description = 'A workbook with the figures of the app. Opened from Application Insights, under Workbooks.'

@description('Azure region.')
param location string

@description('Tags.')
param tags { *: string }

@description('Resource id of the Application Insights resource that the app logs to.')
param applicationInsightsId string

var title = 'Contact Folder Sync'

var charts = [
  { title: 'Lists as they stand now', visualization: 'table', query: loadTextContent('queries/workbook/lists.kql') }
  { title: 'Minutes since the oldest change that is not applied', visualization: 'timechart', query: loadTextContent('queries/workbook/oldestChange.kql') }
  { title: 'Mailboxes behind', visualization: 'timechart', query: loadTextContent('queries/workbook/mailboxesBehind.kql') }
  { title: 'Runs', visualization: 'table', query: loadTextContent('queries/workbook/runs.kql') }
  { title: 'Contacts written', visualization: 'timechart', query: loadTextContent('queries/workbook/contactsWritten.kql') }
  { title: 'Failures by kind', visualization: 'table', query: loadTextContent('queries/workbook/failures.kql') }
  { title: 'Seconds a mailbox takes', visualization: 'timechart', query: loadTextContent('queries/workbook/mailboxSeconds.kql') }
  { title: 'Requests to Graph, and how many were throttled', visualization: 'timechart', query: loadTextContent('queries/workbook/graphRequests.kql') }
  { title: 'Dead letters', visualization: 'table', query: loadTextContent('queries/workbook/deadLetters.kql') }
  { title: 'Subscriptions to changes', visualization: 'table', query: loadTextContent('queries/workbook/subscriptions.kql') }
  { title: 'Connection tests', visualization: 'table', query: loadTextContent('queries/workbook/connectionTests.kql') }
]

var figures = loadTextContent('queries/figuresInComponent.kql')

var timeRange = {
  type: 9
  name: 'parameters'
  content: {
    version: 'KqlParameterItem/1.0'
    parameters: [
      {
        id: guid(applicationInsightsId, 'timeRange')
        version: 'KqlParameterItem/1.0'
        name: 'TimeRange'
        label: 'Time'
        type: 4
        isRequired: true
        value: { durationMs: 86400000 }
        typeSettings: {
          selectableValues: [
            { durationMs: 3600000 }
            { durationMs: 14400000 }
            { durationMs: 86400000 }
            { durationMs: 604800000 }
            { durationMs: 2592000000 }
          ]
        }
      }
    ]
    style: 'pills'
  }
}

var items = map(charts, chart => {
  type: 3
  name: chart.title
  content: {
    version: 'KqlItem/1.0'
    title: chart.title
    query: '${figures}\n${chart.query}'
    size: 0
    queryType: 0
    resourceType: 'microsoft.insights/components'
    timeContextFromParameter: 'TimeRange'
    visualization: chart.visualization
  }
})

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(applicationInsightsId, 'contact-folder-sync')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: title
    category: 'workbook'
    sourceId: applicationInsightsId
    version: '1.0'
    serializedData: string({
      version: 'Notebook/1.0'
      items: concat([timeRange], items)
      fallbackResourceIds: [applicationInsightsId]
    })
  }
}
