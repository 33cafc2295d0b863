/** Groups, their members and what is in those. */
import { z } from 'zod';
import { badDirectoryRequest, readDirectoryBody } from './directoryBodies.ts';
import { recordChanged, recordCreated, recordGone, recordMember } from './directoryChanges.ts';
import { directoryEntity, readDirectorySelect } from './directoryProperties.ts';
import { type DirectoryCollection, directoryCount, directoryPage, isAdvanced } from './directoryQueries.ts';
import type { GraphAnswer } from './exchange.ts';
import { directoryObjectNotFound, unsupportedDirectoryQuery } from './graphError.ts';
import { readObjectId, readReference, referencedObject } from './references.ts';
import {
  addGroup,
  type DirectoryKind,
  type DirectoryObject,
  type Group,
  membersOf,
  proxyAddressesOf,
  type Tenant,
  tenantDomain,
  transitiveMembersOf,
} from './tenant.ts';
import { changeProperties } from './users.ts';
import { type DirectoryCall, type DirectoryHandler, parameter, type World } from './world.ts';

const newGroupSchema = z.looseObject({
  displayName: z.string(),
  mailNickname: z.string().optional(),
  mail: z.string().nullable().optional(),
  proxyAddresses: z.array(z.string()).optional(),
  'members@odata.bind': z.array(z.string()).default([]),
});
const groupChangesSchema = z.looseObject({ 'members@odata.bind': z.array(z.string()).max(20).default([]) });

const collection: DirectoryCollection = { kind: 'group', context: 'groups' };

export type MembersOf = (tenant: Tenant, group: Group) => DirectoryObject[];

export function listGroups(call: DirectoryCall): GraphAnswer {
  return directoryPage(call.request, [...call.world.tenant.groups.values()], collection);
}

export function countGroups(call: DirectoryCall): GraphAnswer {
  return directoryCount(call.request, [...call.world.tenant.groups.values()], collection);
}

export function createGroup(call: DirectoryCall): GraphAnswer {
  const { tenant } = call.world;
  const { 'members@odata.bind': members, id: _id, ...body } = readDirectoryBody(newGroupSchema, call.request.body);
  const ids = members.map(reference => referencedObject(tenant, reference).id);
  const group = makeGroup(call.world, body.displayName, body);
  for (const id of ids) recordMember(call.world, group, id, 'joined');
  return answer(call, 201, group);
}

/** A group with the usual properties and, unless given, a mail of its nickname. */
export function makeGroup(world: World, displayName: string, given: Record<string, unknown> = {}): Group {
  const nickname = given.mailNickname ?? displayName.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  const mail = given.mail === undefined ? `${nickname}@${tenantDomain}` : given.mail;
  const group = addGroup(world.tenant, {
    mailEnabled: true,
    securityEnabled: true,
    groupTypes: [],
    mail,
    proxyAddresses: proxyAddressesOf(typeof mail === 'string' ? mail : null),
    mailNickname: nickname,
    ...given,
    displayName,
  });
  recordCreated(world, group);
  return group;
}

export function getGroup(call: DirectoryCall): GraphAnswer {
  return answer(call, 200, requestedGroup(call));
}

export function updateGroup(call: DirectoryCall): GraphAnswer {
  const group = requestedGroup(call);
  const body = readDirectoryBody(groupChangesSchema, call.request.body);
  const { 'members@odata.bind': members, id: _id, ...changes } = body;
  const ids = members.map(reference => referencedObject(call.world.tenant, reference).id);
  recordChanged(call.world, group, changeProperties(group.properties, changes));
  for (const id of ids) recordMember(call.world, group, id, 'joined');
  return { status: 204 };
}

export function deleteGroup(call: DirectoryCall): GraphAnswer {
  const group = requestedGroup(call);
  call.world.tenant.groups.delete(group.id);
  recordGone(call.world, group);
  return { status: 204 };
}

/** Members of every kind, each with its type. */
export function listMembers(members: MembersOf): DirectoryHandler {
  return call => {
    return directoryPage(call.request, readable(call, members), {
      kind: 'directoryObject',
      context: 'directoryObjects',
    });
  };
}

/** `/members/microsoft.graph.user` and the like, an advanced query. */
export function listMembersOfKind(members: MembersOf, kind: DirectoryKind, context: string): DirectoryHandler {
  return call => {
    if (!isAdvanced(call.request) || call.request.query.get('$count') !== 'true') {
      throw unsupportedDirectoryQuery('Unsupported Query.');
    }
    const found = readable(call, members).filter(member => member.kind === kind);
    return directoryPage(call.request, found, { kind, context });
  };
}

export function countMembers(members: MembersOf): DirectoryHandler {
  return call => directoryCount(call.request, readable(call, members), { kind: 'directoryObject', context: '' });
}

/** A hidden membership reads as empty without the permission Member.Read.Hidden, which no app has here. */
function readable(call: DirectoryCall, members: MembersOf): DirectoryObject[] {
  const group = requestedGroup(call);
  return group.properties.visibility === 'HiddenMembership' ? [] : members(call.world.tenant, group);
}

export function addMember(call: DirectoryCall): GraphAnswer {
  const group = requestedGroup(call);
  const { id } = referencedObject(call.world.tenant, readReference(call.request.body));
  if (group.members.has(id)) {
    throw badDirectoryRequest(
      "One or more added object references already exist for the following modified properties: 'members'.",
    );
  }
  recordMember(call.world, group, id, 'joined');
  return { status: 204 };
}

export function removeMember(call: DirectoryCall): GraphAnswer {
  const group = requestedGroup(call);
  const id = readObjectId(parameter(call, 'member'));
  if (!group.members.has(id)) throw directoryObjectNotFound(id);
  recordMember(call.world, group, id, 'left');
  return { status: 204 };
}

export const memberPlaces: readonly { segment: string; members: MembersOf }[] = [
  { segment: 'members', members: membersOf },
  { segment: 'transitiveMembers', members: transitiveMembersOf },
];

function requestedGroup(call: DirectoryCall): Group {
  const id = readObjectId(parameter(call, 'group'));
  const group = call.world.tenant.groups.get(id);
  if (!group) throw directoryObjectNotFound(id);
  return group;
}

function answer(call: DirectoryCall, status: number, group: Group): GraphAnswer {
  const { request } = call;
  const select = readDirectorySelect('group', request.query.get('$select'));
  const context = `${request.origin}/v1.0/$metadata#groups/$entity`;
  return { status, body: { '@odata.context': context, ...directoryEntity(group, select) } };
}
