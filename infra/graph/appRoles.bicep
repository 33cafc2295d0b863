metadata description = 'What the app may do in Microsoft Graph, in the whole tenant. Deployed by an Entra admin who may grant it: AppRoleAssignment.ReadWrite.All and Application.Read.All.'

extension microsoftGraphV1

@description('Object id of the app\'s identity: the output AZURE_IDENTITY_PRINCIPAL_ID.')
@minLength(36)
@maxLength(36)
param principalId string

@description('false where Exchange Online limits contacts to mailboxes (rbacForApplications.ps1): grants add up, and this one would reach every mailbox.')
param contactsOfEveryMailbox bool

@description('true where a source of the kind directory reads the organisation\'s mail contacts (organisationContacts).')
param organisationContacts bool = false

var roleNames = concat(
  ['User.Read.All', 'GroupMember.Read.All'],
  organisationContacts ? ['OrgContact.Read.All'] : [],
  contactsOfEveryMailbox ? ['Contacts.ReadWrite'] : []
)

resource graph 'Microsoft.Graph/servicePrincipals@v1.0' existing = {
  appId: '00000003-0000-0000-c000-000000000000'
}

resource roles 'Microsoft.Graph/appRoleAssignedTo@v1.0' = [for roleName in roleNames: {
  appRoleId: filter(graph.appRoles, role => role.value == roleName)[0].id
  principalId: principalId
  resourceId: graph.id
}]
