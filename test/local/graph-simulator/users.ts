/** Users. One has a mailbox unless it was made with `"mail": null`. */
import { z } from 'zod';
import { badDirectoryRequest, readDirectoryBody } from './directoryBodies.ts';
import { recordChanged, recordCreated, recordUserDeleted } from './directoryChanges.ts';
import { directoryEntity, readDirectorySelect } from './directoryProperties.ts';
import { type DirectoryCollection, directoryCount, directoryPage } from './directoryQueries.ts';
import type { GraphAnswer } from './exchange.ts';
import { directoryObjectNotFound } from './graphError.ts';
import { managerExpansion } from './managerExpansion.ts';
import { addUser, findUser, proxyAddressesOf, renameUser, type Tenant, tenantDomain, type User } from './tenant.ts';
import { type DirectoryCall, parameter } from './world.ts';

const newUserSchema = z.looseObject({
  displayName: z.string().optional(),
  userPrincipalName: z.string().optional(),
  mailNickname: z.string().optional(),
  mail: z.string().nullable().optional(),
  accountEnabled: z.boolean().optional(),
  proxyAddresses: z.array(z.string()).optional(),
});

const userChangesSchema = z.looseObject({
  userPrincipalName: z.string().optional(),
  mail: z.string().nullable().optional(),
  accountEnabled: z.boolean().optional(),
  proxyAddresses: z.array(z.string()).optional(),
});

const collection: DirectoryCollection = { kind: 'user', context: 'users' };

function usersOf(tenant: Tenant): User[] {
  return [...tenant.users.values()].filter(user => user.state !== 'deleted');
}

export function listUsers(call: DirectoryCall): GraphAnswer {
  return directoryPage(call.request, usersOf(call.world.tenant), collection, managerExpansion(call));
}

export function countUsers(call: DirectoryCall): GraphAnswer {
  return directoryCount(call.request, usersOf(call.world.tenant), collection);
}

export function createUser(call: DirectoryCall): GraphAnswer {
  const { tenant } = call.world;
  const { id: _id, ...body } = readDirectoryBody(newUserSchema, call.request.body);
  const userPrincipalName =
    body.userPrincipalName ?? (body.mailNickname ? `${body.mailNickname}@${tenantDomain}` : (body.mail ?? undefined));
  if (userPrincipalName === undefined)
    throw badDirectoryRequest("A value is required for property 'userPrincipalName' of resource 'User'.");
  if (findUser(tenant, userPrincipalName)) {
    throw badDirectoryRequest('Another object with the same value for property userPrincipalName already exists.');
  }
  const { passwordProfile: _password, ...given } = body;
  const mail = body.mail === undefined ? userPrincipalName : body.mail;
  const displayName = body.displayName ?? userPrincipalName.split('@')[0];
  const proxyAddresses = body.proxyAddresses ?? proxyAddressesOf(mail);
  const properties = { accountEnabled: true, userType: 'Member', ...given, displayName, userPrincipalName, mail };
  const user = addUser(tenant, { ...properties, proxyAddresses }, mail !== null);
  recordCreated(call.world, user);
  return answer(call, 201, user);
}

export function getUser(call: DirectoryCall): GraphAnswer {
  return answer(call, 200, requestedUser(call));
}

export function updateUser(call: DirectoryCall): GraphAnswer {
  const user = requestedUser(call);
  const { id: _id, userPrincipalName, ...changes } = readDirectoryBody(userChangesSchema, call.request.body);
  if (userPrincipalName !== undefined) renameUser(call.world.tenant, user, userPrincipalName);
  const renamed = userPrincipalName === undefined ? [] : ['userPrincipalName'];
  recordChanged(call.world, user, [...renamed, ...changeProperties(user.properties, changes)]);
  return { status: 204 };
}

export function deleteUser(call: DirectoryCall): GraphAnswer {
  recordUserDeleted(call.world, requestedUser(call));
  return { status: 204 };
}

/** A new mail becomes the first of the proxy addresses, and the one before stays among them. @returns what changed */
export function changeProperties(properties: Record<string, unknown>, changes: Record<string, unknown>): string[] {
  Object.assign(properties, changes);
  if (typeof changes.mail !== 'string' || 'proxyAddresses' in changes) return Object.keys(changes);
  const known = properties.proxyAddresses;
  properties.proxyAddresses = proxyAddressesOf(changes.mail, Array.isArray(known) ? known : []);
  return [...Object.keys(changes), 'proxyAddresses'];
}

/** The user that the path names. @throws 404 Request_ResourceNotFound */
export function requestedUser(call: DirectoryCall): User {
  const key = parameter(call, 'user');
  const user = findUser(call.world.tenant, key);
  if (!user) throw directoryObjectNotFound(key);
  return user;
}

function answer(call: DirectoryCall, status: number, user: User): GraphAnswer {
  const { request } = call;
  const select = readDirectorySelect('user', request.query.get('$select'));
  const expansion = request.method === 'GET' ? managerExpansion(call)?.(user) : undefined;
  const context = `${request.origin}/v1.0/$metadata#users/$entity`;
  return { status, body: { '@odata.context': context, ...directoryEntity(user, select), ...expansion } };
}
