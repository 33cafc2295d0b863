import type { AppIdentity, ProbeFailure } from '../ports/connectionProbes.ts';
import type { Advice } from '../ports/connectionStep.ts';
import type { GraphFailure } from '../ports/contactMailbox.ts';
import type { TenantConnection } from '../ports/tenantGraph.ts';
import { adviseOnMailbox } from './connectionAdvice.ts';

type SignIn = Pick<ProbeFailure, 'code'>;

/** What an admin of either side does about the codes of Entra (https://login.microsoftonline.com/error). */
const signInAdvice: readonly {
  readonly codes: readonly string[];
  readonly advise: (code: string, tenant: TenantConnection) => Advice;
}[] = [
  { codes: ['AADSTS700016', 'AADSTS7000229', 'AADSTS65001'], advise: notConsented },
  { codes: ['AADSTS90002', 'AADSTS900023'], advise: noSuchTenant },
  { codes: ['AADSTS70021', 'AADSTS700211', 'AADSTS700222', 'AADSTS700236'], advise: wrongIssuer },
  { codes: ['AADSTS700213'], advise: wrongSubject },
  { codes: ['AADSTS700212'], advise: wrongAudience },
  { codes: ['AADSTS700226'], advise: noManagedIdentity },
  { codes: ['AADSTS53003'], advise: blocked },
  { codes: ['AADSTS7000112'], advise: disabled },
];

/** What became of the sign-in to another tenant. */
export function adviseOnSignIn({ code }: SignIn, tenant: TenantConnection): Advice {
  const known = signInAdvice.find(({ codes }) => codes.includes(code));
  if (known) return known.advise(code, tenant);
  return {
    detail: `There is no token for the tenant ${tenant.tenantId} (${code})`,
    remedy:
      'Check that GRAPH_CLIENT_ID is the client id of a user-assigned identity which is assigned to the function app, and that the app reaches the sign-in address (AZURE_AUTHORITY_HOST outside of the public cloud)',
  };
}

/**
 * What became of a request to a mailbox of another tenant.
 *
 * @param mailbox as the settings name it
 */
export function adviseOnTheirMailbox(
  failure: GraphFailure,
  mailbox: string,
  { tenantId, clientId }: TenantConnection,
  identity: AppIdentity = {},
): Advice {
  const answer = `${failure.status} ${failure.code}`;
  if (failure.kind === 'accessDenied' && !failure.byAccessPolicy) {
    const app = identity.objectId ?? `<object id of the app ${clientId} in their tenant>`;
    return {
      detail: `The Exchange Online of the tenant ${tenantId} refuses (${answer}): most likely the mailbox is not in the scope that RBAC for Applications gives the app there`,
      remedy: `An admin of that tenant gives it: infra/graph/otherTenant.ps1 -ClientId ${clientId} -Mailbox ${mailbox}. Whether InScope is True shows: Test-ServicePrincipalAuthorization -Identity ${app} -Resource ${mailbox}. It takes effect after 30 minutes to two hours`,
    };
  }
  if (failure.kind === 'noMailbox') {
    return {
      detail: `The tenant ${tenantId} has no such mailbox (${answer})`,
      remedy:
        'Check source.mailbox: in another tenant it is the user principal name or the object id of the mailbox, as its admin reads it by: Get-EXOMailbox -Identity <address> | Format-List UserPrincipalName, ExternalDirectoryObjectId',
    };
  }
  return adviseOnMailbox(failure, mailbox, { applicationId: clientId, ...identity });
}

function notConsented(code: string, { tenantId, clientId }: TenantConnection): Advice {
  return {
    detail: `The tenant ${tenantId} does not know the app registration ${clientId} (${code}): no admin there has consented to it yet, or one of the two ids is wrong`,
    remedy: `Check tenantId and clientId of the connection. An admin of that tenant consents by infra/graph/otherTenant.ps1 -ClientId ${clientId} -Mailbox <mailbox>, whose first step is: az ad sp create --id ${clientId}. The registration has to be multi-tenant (signInAudience AzureADMultipleOrgs)`,
  };
}

function noSuchTenant(code: string, { tenantId }: TenantConnection): Advice {
  return {
    detail: `There is no tenant ${tenantId} (${code})`,
    remedy:
      'Correct tenantId of the connection: an admin of that tenant reads it by az account show --query tenantId. A tenant of another cloud (GCC High, 21Vianet) cannot be reached',
  };
}

function wrongIssuer(code: string, { clientId }: TenantConnection): Advice {
  return {
    detail: `The app registration ${clientId} trusts another issuer than the one of the app's managed identity (${code})`,
    remedy: `Registration and identity have to be in the same tenant, and the registration's federated credential has the issuer https://login.microsoftonline.com/<id of that tenant>/v2.0: deploy infra/graph/otherTenantApp.bicep there, or look by az ad app federated-credential list --id ${clientId}`,
  };
}

function wrongSubject(code: string, { clientId }: TenantConnection): Advice {
  return {
    detail: `The app registration ${clientId} trusts another identity than the app's (${code})`,
    remedy: `The subject of its federated credential is the object id of the app's managed identity, the output AZURE_IDENTITY_PRINCIPAL_ID: deploy infra/graph/otherTenantApp.bicep with it, or look by az ad app federated-credential list --id ${clientId}`,
  };
}

function wrongAudience(code: string, { clientId }: TenantConnection): Advice {
  return {
    detail: `The federated credential of the app registration ${clientId} is for another audience (${code})`,
    remedy: 'Its only audience is api://AzureADTokenExchange: deploy infra/graph/otherTenantApp.bicep, which says so',
  };
}

function noManagedIdentity(code: string): Advice {
  return {
    detail: `Only a managed identity may vouch for the app registration (${code})`,
    remedy: 'Take out AZURE_CLIENT_SECRET: another tenant is read in Azure alone, not from a desk',
  };
}

function blocked(code: string, { tenantId, clientId }: TenantConnection): Advice {
  return {
    detail: `Conditional Access of the tenant ${tenantId} blocks the app (${code})`,
    remedy: `An admin of that tenant excludes the service principal of ${clientId} from the policy for workload identities, or adds the app's outbound addresses to it`,
  };
}

function disabled(code: string, { tenantId, clientId }: TenantConnection): Advice {
  return {
    detail: `The app registration ${clientId} is switched off in the tenant ${tenantId} (${code})`,
    remedy: `An admin of that tenant switches it on: az ad sp update --id ${clientId} --set accountEnabled=true`,
  };
}
