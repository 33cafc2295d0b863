/** Properties of directory objects by Graph's names: which there are, which show by default, which are collections. */
import { GraphError } from './graphError.ts';
import type { DirectoryKind, DirectoryObject } from './tenant.ts';

type Properties = { all: ReadonlySet<string>; byDefault: readonly string[] };

const onPremises =
  'onPremisesDistinguishedName onPremisesDomainName onPremisesExtensionAttributes onPremisesImmutableId onPremisesLastSyncDateTime onPremisesProvisioningErrors onPremisesSamAccountName onPremisesSecurityIdentifier onPremisesSyncEnabled onPremisesUserPrincipalName';

/** https://learn.microsoft.com/graph/api/resources/{user,group,orgcontact} */
const properties: Record<DirectoryKind, Properties> = {
  user: {
    all: named(
      `aboutMe accountEnabled ageGroup assignedLicenses assignedPlans birthday businessPhones city companyName consentProvidedForMinor country createdDateTime creationType deletedDateTime department displayName employeeHireDate employeeId employeeLeaveDateTime employeeOrgData employeeType externalUserState externalUserStateChangeDateTime faxNumber givenName hireDate id identities imAddresses interests isResourceAccount jobTitle lastPasswordChangeDateTime legalAgeGroupClassification licenseAssignmentStates mail mailNickname mailboxSettings manager mobilePhone mySite officeLocation ${onPremises} otherMails passwordPolicies passwordProfile pastProjects postalCode preferredDataLocation preferredLanguage preferredName provisionedPlans proxyAddresses responsibilities schools securityIdentifier serviceProvisioningErrors showInAddressList signInActivity signInSessionsValidFromDateTime skills state streetAddress surname usageLocation userPrincipalName userType`,
    ),
    byDefault:
      'businessPhones displayName givenName jobTitle mail mobilePhone officeLocation preferredLanguage surname userPrincipalName'.split(
        ' ',
      ),
  },
  group: {
    all: named(
      `allowExternalSenders assignedLabels assignedLicenses autoSubscribeNewMembers classification createdDateTime deletedDateTime description displayName expirationDateTime groupTypes hideFromAddressLists hideFromOutlookClients id isAssignableToRole licenseProcessingState mail mailEnabled mailNickname members membershipRule membershipRuleProcessingState owners ${onPremises} preferredDataLocation preferredLanguage proxyAddresses renewedDateTime resourceBehaviorOptions resourceProvisioningOptions securityEnabled securityIdentifier serviceProvisioningErrors theme uniqueName visibility`,
    ),
    byDefault: 'description displayName groupTypes mail mailEnabled mailNickname securityEnabled visibility'.split(' '),
  },
  orgContact: {
    all: named(
      `addresses companyName department displayName givenName id jobTitle mail mailNickname manager ${onPremises} phones proxyAddresses serviceProvisioningErrors surname`,
    ),
    byDefault: 'addresses companyName department displayName givenName jobTitle mail mailNickname phones surname'.split(
      ' ',
    ),
  },
};

const collections = named(
  'addresses assignedLicenses assignedPlans businessPhones groupTypes identities imAddresses otherMails phones provisionedPlans proxyAddresses serviceProvisioningErrors',
);

function named(text: string): ReadonlySet<string> {
  return new Set(text.split(' '));
}

/** A property of the type, or a directory extension, which an app defines. */
export function isDirectoryProperty(kind: DirectoryKind, name: string): boolean {
  return properties[kind].all.has(name) || /^extension_[0-9a-f]{32}_\w+$/i.test(name);
}

/** @throws 400 BadRequest for a property that the type does not have */
export function readDirectorySelect(kind: DirectoryKind, select: string | null): readonly string[] | undefined {
  if (select === null || select === '*') return undefined;
  const names = select.split(',').map(name => name.trim());
  const unknown = names.find(name => !isDirectoryProperty(kind, name));
  if (unknown === undefined) return names;
  throw new GraphError(
    400,
    'BadRequest',
    `Parsing OData Select and Expand failed: Could not find a property named '${unknown}' on type 'microsoft.graph.${kind}'.`,
  );
}

/** The selected properties, or the default ones; what is unset is null or []. */
export function directoryEntity(
  entry: DirectoryObject,
  select: readonly string[] | undefined,
): Record<string, unknown> {
  const entity: Record<string, unknown> = {};
  for (const name of select ?? properties[entry.kind].byDefault) {
    if (name === 'id' || name === 'manager' || name === 'members') continue;
    entity[name] = entry.properties[name] ?? (collections.has(name) ? [] : null);
  }
  return select && !select.includes('id') ? entity : { ...entity, id: entry.id };
}
