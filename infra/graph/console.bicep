metadata description = 'The app registration by which people sign in to the console: of this tenant alone, without a secret, with the roles of the console. Deployed after the app by an Entra admin: Application.ReadWrite.All, AppRoleAssignment.ReadWrite.All and DelegatedPermissionGrant.ReadWrite.All.'

extension microsoftGraphV1

@description('Object id of the app\'s identity: the output AZURE_IDENTITY_PRINCIPAL_ID.')
@minLength(36)
@maxLength(36)
param principalId string

@description('Where people open the console: the output AZURE_FUNCTION_APP_URL, and domains of yours that lead to the app.')
@minLength(1)
param appUrls string[]

@description('Object ids of people, or of groups (Entra ID P1), that get the role Admin at once.')
param admins string[] = []

@description('What people see when they sign in.')
param displayName string = 'Contact Folder Sync console'

var roles = [
  { value: 'Reader', description: 'Sees states and counts, and no contact.' }
  { value: 'Operator', description: 'Sees contacts, starts runs and decides on removals.' }
  { value: 'Admin', description: 'Edits lists.' }
]

resource graph 'Microsoft.Graph/servicePrincipals@v1.0' existing = {
  appId: '00000003-0000-0000-c000-000000000000'
}

resource application 'Microsoft.Graph/applications@v1.0' = {
  uniqueName: 'contact-folder-sync-console-${principalId}'
  displayName: displayName
  signInAudience: 'AzureADMyOrg'
  web: {
    redirectUris: [for url in appUrls: '${url}/.auth/login/aad/callback']
    // App Service asks for an id token with the code.
    implicitGrantSettings: { enableIdTokenIssuance: true }
  }
  appRoles: [for role in roles: {
    id: guid(principalId, role.value)
    value: role.value
    displayName: role.value
    description: role.description
    allowedMemberTypes: ['User']
    isEnabled: true
  }]

  resource identity 'federatedIdentityCredentials@v1.0' = {
    name: '${application.uniqueName}/managed-identity'
    issuer: '${environment().authentication.loginEndpoint}${tenant().tenantId}/v2.0'
    subject: principalId
    audiences: ['api://AzureADTokenExchange']
  }
}

// Everybody of the tenant may sign in, and without a role sees what is their own.
resource servicePrincipal 'Microsoft.Graph/servicePrincipals@v1.0' = {
  appId: application.appId
  appRoleAssignmentRequired: false
}

// So that nobody is asked for consent, nor turned away where users may give none.
resource consent 'Microsoft.Graph/oauth2PermissionGrants@v1.0' = {
  clientId: servicePrincipal.id
  resourceId: graph.id
  consentType: 'AllPrincipals'
  scope: 'openid profile email'
}

resource assignments 'Microsoft.Graph/appRoleAssignedTo@v1.0' = [for admin in admins: {
  appRoleId: guid(principalId, 'Admin')
  principalId: admin
  resourceId: servicePrincipal.id
}]

@description('For the parameter `consoleClientId` of main.bicep.')
output clientId string = application.appId
