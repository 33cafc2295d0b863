/** Users. One has a mailbox unless it was made with `"mail": null`. */
import { z } from 'zod';
import { directoryEntity, directoryPage } from './directoryQueries.ts';
import type { GraphAnswer } from './exchange.ts';
import { directoryObjectNotFound, GraphError } from './graphError.ts';
import { addUser, findUser, proxyAddressesOf, renameUser, tenantDomain, type User } from './tenant.ts';
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

export function listUsers(call: DirectoryCall): GraphAnswer {
  const users = [...call.world.tenant.users.values()].filter(user => user.state !== 'deleted');
  return directoryPage(call.request, users, 'users');
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
  const properties = {
    businessPhones: [],
    accountEnabled: true,
    ...given,
    displayName,
    userPrincipalName,
    mail,
    proxyAddresses,
  };
  return answer(call, 201, addUser(tenant, properties, mail !== null));
}

export function getUser(call: DirectoryCall): GraphAnswer {
  return answer(call, 200, requestedUser(call));
}

export function updateUser(call: DirectoryCall): GraphAnswer {
  const user = requestedUser(call);
  const { id: _id, userPrincipalName, ...changes } = readDirectoryBody(userChangesSchema, call.request.body);
  if (userPrincipalName !== undefined) renameUser(call.world.tenant, user, userPrincipalName);
  changeProperties(user.properties, changes);
  return { status: 204 };
}

export function deleteUser(call: DirectoryCall): GraphAnswer {
  requestedUser(call).state = 'deleted';
  return { status: 204 };
}

/** A new mail becomes the first of the proxy addresses, and the one before stays among them. */
export function changeProperties(properties: Record<string, unknown>, changes: Record<string, unknown>): void {
  Object.assign(properties, changes);
  if (typeof changes.mail !== 'string' || 'proxyAddresses' in changes) return;
  const known = properties.proxyAddresses;
  properties.proxyAddresses = proxyAddressesOf(changes.mail, Array.isArray(known) ? known : []);
}

/** Reads a body that names directory properties. @throws 400 Request_BadRequest */
export function readDirectoryBody<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw badDirectoryRequest('Invalid value specified for a property.');
  return parsed.data;
}

export function badDirectoryRequest(message: string): GraphError {
  return new GraphError(400, 'Request_BadRequest', message);
}

function requestedUser(call: DirectoryCall): User {
  const key = parameter(call, 'user');
  const user = findUser(call.world.tenant, key);
  if (!user) throw directoryObjectNotFound(key);
  return user;
}

function answer(call: DirectoryCall, status: number, user: User): GraphAnswer {
  const { request } = call;
  const context = `${request.origin}/v1.0/$metadata#users/$entity`;
  return { status, body: { '@odata.context': context, ...directoryEntity(user, request.query.get('$select')) } };
}
