metadata description = 'Alerts on what the app logs. What each means and what to do: infra/docs/alerts.md.'

@description('Azure region.')
param location string

@description('Tags.')
param tags { *: string }

@description('Resource id of the Log Analytics workspace.')
param workspaceId string

@description('Resource id of the Application Insights resource that the app logs to.')
param applicationInsightsId string

@description('Minutes between two scheduled runs.')
@minValue(1)
@maxValue(720)
param syncSchedulePeriodMinutes int

@description('Percentage of a list\'s mailboxes that may fail before an alert.')
@minValue(0)
@maxValue(100)
param failingMailboxesPercent int

@description('Resource ids of the action groups that alerts go to.')
param actionGroupIds string[]

// A log line takes a few minutes to arrive.
var ingestionMinutes = 10
var twoPeriodsMinutes = 2 * syncSchedulePeriodMinutes + ingestionMinutes

var alerts = [
  {
    name: 'noScheduledRun'
    title: 'No scheduled run'
    severity: 1
    query: loadTextContent('queries/alerts/noScheduledRun.kql')
    perList: false
  }
  {
    name: 'listInError'
    title: 'List in error'
    severity: 1
    query: loadTextContent('queries/alerts/listInError.kql')
    perList: true
  }
  {
    name: 'listHeld'
    title: 'List held'
    severity: 2
    query: loadTextContent('queries/alerts/listHeld.kql')
    perList: true
  }
  {
    name: 'listHalted'
    title: 'List halted'
    severity: 2
    query: loadTextContent('queries/alerts/listHalted.kql')
    perList: true
  }
  {
    name: 'changesLate'
    title: 'Changes late'
    severity: 2
    query: loadTextContent('queries/alerts/changesLate.kql')
    perList: true
  }
  {
    name: 'mailboxesFailing'
    title: 'Mailboxes failing'
    severity: 2
    query: loadTextContent('queries/alerts/mailboxesFailing.kql')
    perList: true
  }
  {
    name: 'deadLetters'
    title: 'Dead letters'
    severity: 2
    query: loadTextContent('queries/alerts/deadLetters.kql')
    perList: false
  }
  {
    name: 'subscriptionGone'
    title: 'Subscription gone'
    severity: 3
    query: loadTextContent('queries/alerts/subscriptionGone.kql')
    perList: true
  }
]

var figures = replace(loadTextContent('queries/figuresInWorkspace.kql'), '{{applicationInsightsId}}', applicationInsightsId)
var queries = map(alerts, alert => replace(
  replace('${figures}\n${alert.query}', '{{recentMinutes}}', string(twoPeriodsMinutes)),
  '{{failingMailboxesPercent}}',
  string(failingMailboxesPercent)
))

var perList = [
  {
    name: 'list'
    operator: 'Include'
    values: ['*']
  }
]

resource rules 'Microsoft.Insights/scheduledQueryRules@2026-03-01' = [for (alert, index) in alerts: {
  name: '${alert.name}-${last(split(applicationInsightsId, '/'))}'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: 'Contact Folder Sync: ${alert.title}'
    description: 'What it means and what to do: infra/docs/alerts.md, "${alert.title}".'
    severity: alert.severity
    enabled: true
    scopes: [workspaceId]
    evaluationFrequency: 'PT5M'
    // The queries look back less far than this.
    windowSize: 'P2D'
    criteria: {
      allOf: [
        {
          query: queries[index]
          timeAggregation: 'Count'
          operator: 'GreaterThan'
          threshold: 0
          dimensions: alert.perList ? perList : []
          failingPeriods: {
            numberOfEvaluationPeriods: 1
            minFailingPeriodsToAlert: 1
          }
        }
      ]
    }
    autoMitigate: true
    // A new workspace has no logs of the app yet to check the query against.
    skipQueryValidation: true
    actions: { actionGroups: actionGroupIds }
  }
}]
