import type { NoticeWay } from '../domain/notice.ts';
import type { AppIdentity, ProbeFailure } from '../ports/connectionProbes.ts';
import type { Advice } from '../ports/connectionStep.ts';
import type { GraphFailure } from '../ports/contactMailbox.ts';

/** Ids of Microsoft Graph's application permissions, the same in every tenant. */
export const permissions = {
  'User.Read.All': 'df021288-bdef-4463-88db-98f22de89214',
  'GroupMember.Read.All': '98830695-27a2-44f7-8c18-0c3ebc9698f6',
  'OrgContact.Read.All': 'e1a88a34-94c4-4418-be12-c87b00e26bea',
  'Contacts.ReadWrite': '6918b873-d17a-4dc1-b314-35f528134491',
};
export type Permission = keyof typeof permissions;

const graphApplication = '00000003-0000-0000-c000-000000000000';
const patience =
  'It takes effect with the next token: within an hour, for a managed identity within a day; in Exchange within two hours';

/** What became of a request to the directory. */
export function adviseOnDirectory(failure: GraphFailure, permission: Permission, identity: AppIdentity): Advice {
  if (failure.kind !== 'accessDenied') return adviseOnGraph(failure);
  return {
    detail: `Graph refuses (${describe(failure)}): most likely the consent to the application permission ${permission} is missing`,
    remedy: `An Entra admin grants it: ${grantCommand(permission, identity)}. ${patience}`,
  };
}

export function adviseOnUnknownUser(address: string, setting: string): Advice {
  return {
    detail: `There is no user ${address} in the tenant: most likely the address is wrong`,
    remedy: `Check ${setting} against: az ad user list --filter "mail eq '${address}' or userPrincipalName eq '${address}'" --query "[].id"`,
  };
}

/**
 * What became of a request to a mailbox.
 *
 * @param mailbox its address as the settings name it, or its id
 */
export function adviseOnMailbox(failure: GraphFailure, mailbox: string, identity: AppIdentity): Advice {
  switch (failure.kind) {
    case 'accessDenied':
      return failure.byAccessPolicy ? byAccessPolicy(failure, mailbox, identity) : denied(failure, mailbox, identity);
    case 'noMailbox':
      return {
        detail: `There is no mailbox that Graph can reach (${describe(failure)}): none was made or licensed, it was removed, or it is on premises`,
        remedy: `In Exchange Online PowerShell: Get-Recipient -Identity ${mailbox} | Format-List RecipientTypeDetails. "UserMailbox" or "SharedMailbox" is needed; "MailUser" is a mailbox on premises (move it, or exclude it from the list); nothing means that the user needs a licence or the address is another`,
      };
    case 'mailboxMoving':
      return {
        detail: `The mailbox is being moved (${describe(failure)})`,
        remedy: 'Test again when the move is over',
      };
    case 'overQuota':
      return { detail: `The mailbox is full (${describe(failure)})`, remedy: 'Make room in it, or raise its quota' };
    default:
      return adviseOnGraph(failure);
  }
}

/** What became of the token. */
export function adviseOnToken(failure: ProbeFailure): Advice {
  return {
    detail: `There is no token for Microsoft Graph (${failure.code})`,
    remedy:
      'In Azure: check that GRAPH_CLIENT_ID is the client id of a user-assigned identity and that the identity is assigned to the function app (az functionapp identity show). With an app registration: check AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET, and that the secret has not expired',
  };
}

export function adviseOnTables({ kind, code }: ProbeFailure, { objectId }: AppIdentity): Advice {
  if (kind === 'denied') {
    const role = 'Storage Table Data Contributor';
    return {
      detail: `Table Storage refuses the app (${code})`,
      remedy: roleCommand(role, objectId, 'storage account'),
    };
  }
  return {
    detail: `Table Storage does not answer as it should (${code})`,
    remedy:
      'Check TABLES_CONNECTION (or TABLES_CONNECTION__accountName), and that the firewall of the storage account lets the app in',
  };
}

/** @param code of the service or the network */
export function adviseOnPhotoStorage(code: string, { objectId }: AppIdentity): Advice {
  const detail = `The container "photos" of the storage account cannot be used (${code})`;
  if (/Authorization|Forbidden|403/.test(code)) {
    return { detail, remedy: roleCommand('Storage Blob Data Owner', objectId, 'storage account') };
  }
  if (code === 'ContainerNotFound') {
    return { detail, remedy: 'Deploy infra/main.bicep of this version: it makes the container' };
  }
  return {
    detail,
    remedy:
      'Check AzureWebJobsStorage (or AzureWebJobsStorage__accountName), and that the firewall of the storage account lets the app in',
  };
}

export function adviseOnQueues({ kind, code }: ProbeFailure, { objectId }: AppIdentity): Advice {
  if (kind === 'denied') {
    const role = 'Azure Service Bus Data Owner';
    return { detail: `Service Bus refuses the app (${code})`, remedy: roleCommand(role, objectId, 'namespace') };
  }
  if (kind === 'missing') {
    return {
      detail: `A queue is not there (${code})`,
      remedy:
        'Check CAPTURE_QUEUE, SYNC_QUEUE and PRIORITY_QUEUE against: az servicebus queue list --resource-group <group> --namespace-name <namespace> --query "[].name"',
    };
  }
  return {
    detail: `Service Bus does not answer (${code})`,
    remedy:
      'Check ServiceBusConnection (or ServiceBusConnection__fullyQualifiedNamespace), and that the app may reach port 5671 of the namespace',
  };
}

export function adviseOnWebhook({ kind, code }: ProbeFailure, url: string): Advice {
  const remedy = `Try from elsewhere: curl -i ${url}/api/health. WEBHOOK_URL has to be the address of this app as Graph reaches it, with a certificate that is publicly trusted`;
  const detail =
    kind === 'missing' ? `Something else answers at the address (${code})` : `The address does not answer (${code})`;
  return { detail, remedy };
}

/** By the code of `NoticeUnsent`, and the way. */
export function adviseOnNotices({ code, way }: { readonly code: string; readonly way: NoticeWay }): Advice {
  if (way === 'mail') {
    return { detail: `No mail can be sent from NOTIFY_MAIL_FROM (${code})`, remedy: remedyOfMail(code) };
  }
  return { detail: `Nothing can be sent to the address of the notices (${code})`, remedy: remedyOfNotices(code) };
}

function remedyOfMail(code: string): string {
  switch (kindOfMailFailure(code)) {
    case 'denied':
      return 'An Exchange admin lets the app send from that mailbox alone: infra/graph/rbacForApplications.ps1 -NoticeMailbox. It takes effect after 30 minutes to 2 hours';
    case 'missing':
      return 'Check NOTIFY_MAIL_FROM: the user principal name or object id of a user or shared mailbox in Exchange Online';
    case 'recipients':
      return 'Check NOTIFY_MAIL_TO: addresses with commas between';
    default:
      return 'Test again in a few minutes; what could not be sent is sent by a later run';
  }
}

function kindOfMailFailure(code: string): 'denied' | 'missing' | 'recipients' | undefined {
  if (/accessdenied|requestdenied|sendasdenied/i.test(code)) return 'denied';
  if (/^mailboxnot|resourcenotfound|invaliduser|nonexistentmailbox/i.test(code)) return 'missing';
  return /recipients/i.test(code) ? 'recipients' : undefined;
}

function remedyOfNotices(code: string): string {
  switch (code) {
    case 'SecretUnavailable':
      return 'Store the address in the key vault: az keyvault secret set --name <NOTIFY_SECRET> --vault-name <vault> --file <file that holds the address>; the same for NOTIFY_SIGNING_SECRET, if it is set';
    case 'NoAddress':
    case 'NotHttps':
    case 'AddressWithoutName':
      return 'The secret has to hold one address that begins with https:// and the name of a host, such as that of a Teams workflow';
    case 'PrivateAddress':
      return 'Take an address that leads to no private network: from there others could be called';
    case 'UnfitSigningSecret':
      return 'The secret that NOTIFY_SIGNING_SECRET names has to hold whsec_ and 24 to 64 random bytes as base64: echo "whsec_$(openssl rand -base64 32)"';
    default:
      return 'Check that the workflow, or whatever the address leads to, is there and switched on, and that the app may call it';
  }
}

function adviseOnGraph(failure: GraphFailure): Advice {
  switch (failure.kind) {
    case 'throttled':
      return { detail: `Graph asks to wait (${describe(failure)})`, remedy: 'Test again in a few minutes' };
    case 'unavailable':
      return {
        detail: `Graph does not answer as it should (${describe(failure)})`,
        remedy: 'Check GRAPH_ENDPOINT and that the app reaches it; otherwise test again in a few minutes',
      };
    default:
      return {
        detail: `Graph refuses (${describe(failure)})`,
        remedy: 'Look for the code in the documentation of Microsoft Graph',
      };
  }
}

function byAccessPolicy(failure: GraphFailure, mailbox: string, identity: AppIdentity): Advice {
  const application = applicationOf(identity);
  return {
    detail: `An application access policy of Exchange Online keeps the app out of this mailbox (${describe(failure)}, RAOP)`,
    remedy: `In Exchange Online PowerShell: Test-ApplicationAccessPolicy -AppId ${application} -Identity ${mailbox}; Get-ApplicationAccessPolicy | Where-Object AppId -eq ${application} shows the policy. Add the mailbox to the group of the policy, or replace the policy by RBAC for Applications. ${patience}`,
  };
}

/** Consent and RBAC for Applications add up; which of the two is meant to let the app in only the admin knows. */
function denied(failure: GraphFailure, mailbox: string, identity: AppIdentity): Advice {
  const consented = identity.roles?.includes('Contacts.ReadWrite');
  const cause = consented
    ? 'the tenant has consented to Contacts.ReadWrite, so most likely Exchange has not taken it up yet'
    : 'most likely the consent to Contacts.ReadWrite is missing, or the mailbox is outside of the scope that RBAC for Applications gives the app';
  const test = `Test-ServicePrincipalAuthorization -Identity ${applicationOf(identity)} -Resource ${mailbox}`;
  return {
    detail: `Exchange refuses (${describe(failure)}): ${cause}`,
    remedy: `For every mailbox, an Entra admin grants it: ${grantCommand('Contacts.ReadWrite', identity)}. For some mailboxes, look in Exchange Online PowerShell whether InScope is True: ${test}. ${patience}`,
  };
}

function describe({ status, code }: GraphFailure): string {
  return status === 0 ? code : `${status} ${code}`;
}

function applicationOf({ applicationId }: AppIdentity): string {
  return applicationId ?? '<client id of the app>';
}

function grantCommand(permission: Permission, { objectId = '<object id of the identity>' }: AppIdentity): string {
  const graph = `az ad sp show --id ${graphApplication} --query id --output tsv`;
  const body = `{\\"principalId\\":\\"${objectId}\\",\\"resourceId\\":\\"$(${graph})\\",\\"appRoleId\\":\\"${permissions[permission]}\\"}`;
  const url = `https://graph.microsoft.com/v1.0/servicePrincipals/${objectId}/appRoleAssignments`;
  return `az rest --method POST --url ${url} --body "${body}"`;
}

function roleCommand(role: string, objectId = '<object id of the identity>', resource: string): string {
  const assignee = `--assignee-object-id ${objectId} --assignee-principal-type ServicePrincipal`;
  return `az role assignment create ${assignee} --role "${role}" --scope <resource id of the ${resource}>. A new role takes up to ten minutes`;
}
