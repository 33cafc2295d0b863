using 'main.bicep'

// azd sets AZURE_ENV_NAME; without it this is the environment prod.
param environmentName = readEnvironmentVariable('AZURE_ENV_NAME', 'prod')

param contactLists = [
  {
    id: 'staff'
    name: 'Company staff'
    source: {
      kind: 'contactFolder'
      mailbox: 'directory@contoso.com'
      folders: ['Staff']
    }
    // Try it on one mailbox, then name a group.
    targets: {
      mailboxes: ['ada@contoso.com']
    }
    destination: {
      folder: 'Company Contacts'
      category: 'Company'
    }
  }
]
