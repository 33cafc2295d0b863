/**
 * Users who were deleted, to be brought back or removed for good. https://learn.microsoft.com/graph/api/directory-deleteditems-restore
 * Exchange answers to a restored user's mailbox again; whether it is the same one is said by the control `replace`.
 */
import { recordGone, recordUserRestored } from './directoryChanges.ts';
import { directoryEntity, readDirectorySelect } from './directoryProperties.ts';
import { directoryPage } from './directoryQueries.ts';
import type { GraphAnswer } from './exchange.ts';
import { directoryObjectNotFound } from './graphError.ts';
import { readObjectId } from './references.ts';
import type { User } from './tenant.ts';
import { type DirectoryCall, parameter } from './world.ts';

export function listDeletedUsers(call: DirectoryCall): GraphAnswer {
  const deleted = [...call.world.tenant.users.values()].filter(({ state }) => state === 'deleted');
  return directoryPage(call.request, deleted, { kind: 'user', context: 'users' });
}

export function getDeletedUser(call: DirectoryCall): GraphAnswer {
  return answer(call, deletedUser(call));
}

export function restoreUser(call: DirectoryCall): GraphAnswer {
  const user = deletedUser(call);
  recordUserRestored(call.world, user);
  return answer(call, user);
}

export function removeUserForGood(call: DirectoryCall): GraphAnswer {
  const user = deletedUser(call);
  const { tenant } = call.world;
  tenant.users.delete(user.id);
  const name = String(user.properties.userPrincipalName).toLowerCase();
  if (tenant.userPrincipalNames.get(name) === user.id) tenant.userPrincipalNames.delete(name);
  recordGone(call.world, user);
  return { status: 204 };
}

function deletedUser(call: DirectoryCall): User {
  const id = readObjectId(parameter(call, 'deleted'));
  const user = call.world.tenant.users.get(id);
  if (user?.state !== 'deleted') throw directoryObjectNotFound(id);
  return user;
}

function answer(call: DirectoryCall, user: User): GraphAnswer {
  const select = readDirectorySelect('user', call.request.query.get('$select'));
  return { status: 200, body: { '@odata.type': '#microsoft.graph.user', ...directoryEntity(user, select) } };
}
