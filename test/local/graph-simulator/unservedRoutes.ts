/**
 * Routes of Graph v1.0 that lie near those of the routes table and are not served. They are answered 501 with their
 * name, so that nobody takes the simulator's silence for Graph's. `*` is any further path.
 */
import { GraphError } from './graphError.ts';

const patterns: readonly string[] = [
  '/admin/*',
  '/applications/*',
  '/communications/*',
  '/devices/*',
  '/directory/*',
  '/directoryObjects/*',
  '/domains/*',
  '/invitations',
  '/organization/*',
  '/places/*',
  '/search/*',
  '/servicePrincipals/*',
  '/contacts/{id}/checkMemberGroups',
  '/contacts/{id}/checkMemberObjects',
  '/contacts/{id}/directReports/*',
  '/contacts/{id}/getMemberGroups',
  '/contacts/{id}/getMemberObjects',
  '/contacts/{id}/manager/*',
  '/contacts/{id}/memberOf/*',
  '/contacts/{id}/transitiveMemberOf/*',
  '/groups/{id}/acceptedSenders/*',
  '/groups/{id}/assignLicense',
  '/groups/{id}/calendar/*',
  '/groups/{id}/checkMemberGroups',
  '/groups/{id}/checkMemberObjects',
  '/groups/{id}/conversations/*',
  '/groups/{id}/events/*',
  '/groups/{id}/extensions/*',
  '/groups/{id}/getMemberGroups',
  '/groups/{id}/getMemberObjects',
  '/groups/{id}/memberOf/*',
  '/groups/{id}/members/{id}',
  '/groups/{id}/owners/*',
  '/groups/{id}/photo/*',
  '/groups/{id}/photos/*',
  '/groups/{id}/rejectedSenders/*',
  '/groups/{id}/settings/*',
  '/groups/{id}/sites/*',
  '/groups/{id}/team/*',
  '/groups/{id}/threads/*',
  '/groups/{id}/transitiveMemberOf/*',
  '/users/{id}/assignLicense',
  '/users/{id}/calendar/*',
  '/users/{id}/calendars/*',
  '/users/{id}/checkMemberGroups',
  '/users/{id}/checkMemberObjects',
  '/users/{id}/contactFolders/{id}/contacts/{id}/extensions/*',
  '/users/{id}/contactFolders/{id}/multiValueExtendedProperties/*',
  '/users/{id}/contactFolders/{id}/singleValueExtendedProperties/*',
  '/users/{id}/contacts/{id}/extensions/*',
  '/users/{id}/contacts/{id}/multiValueExtendedProperties/*',
  '/users/{id}/contacts/{id}/singleValueExtendedProperties/*',
  '/users/{id}/directReports/*',
  '/users/{id}/events/*',
  '/users/{id}/exportDeviceAndAppManagementData',
  '/users/{id}/getMailTips',
  '/users/{id}/getMemberGroups',
  '/users/{id}/getMemberObjects',
  '/users/{id}/inferenceClassification/*',
  '/users/{id}/licenseDetails/*',
  '/users/{id}/mailFolders/*',
  '/users/{id}/mailboxSettings/*',
  '/users/{id}/memberOf/*',
  '/users/{id}/messages/*',
  '/users/{id}/oauth2PermissionGrants/*',
  '/users/{id}/outlook/*',
  '/users/{id}/ownedObjects/*',
  '/users/{id}/people/*',
  '/users/{id}/revokeSignInSessions',
  '/users/{id}/settings/*',
  '/users/{id}/transitiveMemberOf/*',
  '/users/{id}/translateExchangeIds',
];

/** The error for a route of Graph's that is not served, or undefined for what Graph has not either. */
export function notImplemented(method: string, segments: readonly string[]): GraphError | undefined {
  const pattern = patterns.find(each => matches(each.split('/').slice(1), segments));
  if (pattern === undefined) return undefined;
  return new GraphError(501, 'NotImplemented', `The simulator does not serve ${method} ${pattern}.`);
}

function matches(pattern: readonly string[], segments: readonly string[]): boolean {
  const isOpen = pattern.at(-1) === '*';
  const fixed = isOpen ? pattern.slice(0, -1) : pattern;
  if (isOpen ? segments.length < fixed.length : segments.length !== fixed.length) return false;
  return fixed.every((part, index) => part === '{id}' || part.toLowerCase() === segments[index]?.toLowerCase());
}
