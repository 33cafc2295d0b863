using '../../../infra/main.bicep'

// Nothing but what has to be given: every option has its standard value.
param environmentName = 'prod'

param contactLists = [
  {
    id: 'staff'
    source: {
      kind: 'contactFolder'
      mailbox: 'directory@contoso.com'
      folders: ['Staff']
    }
    targets: {
      mailboxes: ['ada@contoso.com']
    }
    destination: {
      folder: 'Company'
      category: null
    }
  }
]
