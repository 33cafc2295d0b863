metadata description = 'The app registration by which mailboxes of other tenants are read: multi-tenant, without a secret, trusting the identity of the app. Deployed once, in the tenant of the identity, by who may register applications: Application.ReadWrite.All.'

extension microsoftGraphV1

@description('Object id of the app\'s identity: the output AZURE_IDENTITY_PRINCIPAL_ID.')
@minLength(36)
@maxLength(36)
param principalId string

@description('What admins of other tenants see it under.')
param displayName string = 'Contact Folder Sync'

// It asks for no permission of Graph: an admin of the other tenant gives it one mailbox in Exchange (otherTenant.ps1).
resource application 'Microsoft.Graph/applications@v1.0' = {
  uniqueName: 'contact-folder-sync-${principalId}'
  displayName: displayName
  signInAudience: 'AzureADMultipleOrgs'

  resource identity 'federatedIdentityCredentials@v1.0' = {
    name: '${application.uniqueName}/managed-identity'
    // A wrong issuer or subject is taken here and refused when the app signs in, with AADSTS700211 or AADSTS700213.
    issuer: '${environment().authentication.loginEndpoint}${tenant().tenantId}/v2.0'
    subject: principalId
    audiences: ['api://AzureADTokenExchange']
  }
}

@description('For `clientId` of connections, and for the admins of the other tenants.')
output clientId string = application.appId
