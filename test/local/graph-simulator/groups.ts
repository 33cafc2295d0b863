/** Groups, their members and what is in those. */
import { z } from 'zod';
import { directoryEntity, directoryPage } from './directoryQueries.ts';
import type { GraphAnswer } from './exchange.ts';
import { directoryObjectNotFound } from './graphError.ts';
import {
  addGroup,
  findDirectoryObject,
  type Group,
  isGroup,
  membersOf,
  proxyAddressesOf,
  type Tenant,
  tenantDomain,
  transitiveMembersOf,
} from './tenant.ts';
import { badDirectoryRequest, changeProperties, readDirectoryBody } from './users.ts';
import { type DirectoryCall, parameter } from './world.ts';

const newGroupSchema = z.looseObject({
  displayName: z.string(),
  mailNickname: z.string().optional(),
  mail: z.string().nullable().optional(),
  proxyAddresses: z.array(z.string()).optional(),
  'members@odata.bind': z.array(z.string()).default([]),
});
const groupChangesSchema = z.looseObject({ 'members@odata.bind': z.array(z.string()).max(20).default([]) });
const referenceSchema = z.looseObject({ '@odata.id': z.string() });

export function listGroups(call: DirectoryCall): GraphAnswer {
  return directoryPage(call.request, [...call.world.tenant.groups.values()], 'groups');
}

export function createGroup(call: DirectoryCall): GraphAnswer {
  const { tenant } = call.world;
  const { 'members@odata.bind': members, id: _id, ...body } = readDirectoryBody(newGroupSchema, call.request.body);
  const ids = members.map(reference => referencedId(tenant, reference));
  const group = makeGroup(tenant, body.displayName, body);
  for (const id of ids) group.members.add(id);
  return answer(call, 201, group);
}

/** A group with the usual properties and, unless given, a mail of its nickname. */
export function makeGroup(tenant: Tenant, displayName: string, given: Record<string, unknown> = {}): Group {
  const nickname = given.mailNickname ?? displayName.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  const mail = given.mail === undefined ? `${nickname}@${tenantDomain}` : given.mail;
  return addGroup(tenant, {
    mailEnabled: true,
    securityEnabled: true,
    groupTypes: [],
    mail,
    proxyAddresses: proxyAddressesOf(typeof mail === 'string' ? mail : null),
    mailNickname: nickname,
    ...given,
    displayName,
  });
}

export function getGroup(call: DirectoryCall): GraphAnswer {
  return answer(call, 200, requestedGroup(call));
}

export function updateGroup(call: DirectoryCall): GraphAnswer {
  const group = requestedGroup(call);
  const {
    'members@odata.bind': members,
    id: _id,
    ...changes
  } = readDirectoryBody(groupChangesSchema, call.request.body);
  const ids = members.map(reference => referencedId(call.world.tenant, reference));
  changeProperties(group.properties, changes);
  for (const id of ids) group.members.add(id);
  return { status: 204 };
}

export function deleteGroup(call: DirectoryCall): GraphAnswer {
  call.world.tenant.groups.delete(requestedGroup(call).id);
  return { status: 204 };
}

export function listMembers(call: DirectoryCall): GraphAnswer {
  return directoryPage(call.request, membersOf(call.world.tenant, requestedGroup(call)), 'directoryObjects', true);
}

export function listTransitiveMembers(call: DirectoryCall): GraphAnswer {
  const members = transitiveMembersOf(call.world.tenant, requestedGroup(call));
  return directoryPage(call.request, members, 'directoryObjects', true);
}

export function listMemberUsers(call: DirectoryCall): GraphAnswer {
  const members = membersOf(call.world.tenant, requestedGroup(call));
  return directoryPage(
    call.request,
    members.filter(member => !isGroup(member)),
    'users',
  );
}

export function listTransitiveMemberUsers(call: DirectoryCall): GraphAnswer {
  const members = transitiveMembersOf(call.world.tenant, requestedGroup(call));
  return directoryPage(
    call.request,
    members.filter(member => !isGroup(member)),
    'users',
  );
}

export function addMember(call: DirectoryCall): GraphAnswer {
  const group = requestedGroup(call);
  const id = referencedId(call.world.tenant, readDirectoryBody(referenceSchema, call.request.body)['@odata.id']);
  if (group.members.has(id)) {
    throw badDirectoryRequest(
      "One or more added object references already exist for the following modified properties: 'members'.",
    );
  }
  group.members.add(id);
  return { status: 204 };
}

export function removeMember(call: DirectoryCall): GraphAnswer {
  const id = parameter(call, 'member');
  if (!requestedGroup(call).members.delete(id.toLowerCase())) throw directoryObjectNotFound(id);
  return { status: 204 };
}

/** `https://graph.microsoft.com/v1.0/directoryObjects/{id}`, or `/users/` or `/groups/` instead, at any origin. */
function referencedId(tenant: Tenant, reference: string): string {
  const key = decodeURIComponent(/\/(?:directoryObjects|users|groups)\/([^/]+)$/i.exec(reference)?.[1] ?? '');
  const found = findDirectoryObject(tenant, key);
  if (!found) throw directoryObjectNotFound(key);
  return found.id;
}

function requestedGroup(call: DirectoryCall): Group {
  const id = parameter(call, 'group');
  const group = call.world.tenant.groups.get(id.toLowerCase());
  if (!group) throw directoryObjectNotFound(id);
  return group;
}

function answer(call: DirectoryCall, status: number, group: Group): GraphAnswer {
  const { request } = call;
  const context = `${request.origin}/v1.0/$metadata#groups/$entity`;
  return { status, body: { '@odata.context': context, ...directoryEntity(group, request.query.get('$select')) } };
}
