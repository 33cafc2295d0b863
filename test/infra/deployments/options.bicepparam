using '../../../infra/main.bicep'

// Every option but private networking, and a list with every part.
param environmentName = 'prod'
param alwaysReadyHttp = true
param consoleClientId = '00000000-0000-0000-0000-000000000003'
param logAnalyticsWorkspaceId = '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-logs/providers/Microsoft.OperationalInsights/workspaces/log-own'
param actionGroupIds = ['/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-logs/providers/Microsoft.Insights/actionGroups/ag-own']
param tags = { costCenter: '4711' }
param contactLists = [
  {
    id: 'board'
    name: 'Board'
    enabled: true
    source: {
      kind: 'contactFolder'
      mailbox: 'directory@contoso.com'
      folders: ['Board', 'Partners/Lawyers']
    }
    targets: {
      mailboxes: ['ada@contoso.com']
      groups: ['everyone@contoso.com']
      exclude: { mailboxes: ['bob@contoso.com'], groups: ['robots@contoso.com'] }
      includeDisabled: true
    }
    destination: { folder: 'Board', category: 'Board' }
    mapping: { mobilePhone: null, personalNotes: 'department' }
    userEdits: 'revert'
    removals: 'keep'
    whenTargetLeaves: 'leave'
    safeguards: { maxRemovalShare: '0.05', maxRemovals: 3 }
    rollout: {
      rings: [{ mailboxes: ['ada@contoso.com'] }, { share: '0.25' }]
      wait: 'PT2H'
      from: 20
      haltWhen: { failedShare: '0.1' }
    }
  }
]
