/** Who somebody's manager is. https://learn.microsoft.com/graph/api/user-list-manager */
import { recordChanged } from './directoryChanges.ts';
import { readDirectorySelect } from './directoryProperties.ts';
import { directoryPage } from './directoryQueries.ts';
import type { GraphAnswer } from './exchange.ts';
import { directoryObjectNotFound } from './graphError.ts';
import { managerEntity, managerOf } from './managerExpansion.ts';
import { readReference, referencedObject } from './references.ts';
import { requestedUser } from './users.ts';
import type { DirectoryCall } from './world.ts';

export function getManager(call: DirectoryCall): GraphAnswer {
  const manager = managerOf(call.world.tenant, requestedUser(call));
  if (!manager) throw directoryObjectNotFound('manager');
  return { status: 200, body: managerEntity(manager, readDirectorySelect('user', call.request.query.get('$select'))) };
}

/** Users who have this one as their manager. https://learn.microsoft.com/graph/api/user-list-directreports */
export function listReports(call: DirectoryCall): GraphAnswer {
  const { id } = requestedUser(call);
  const reports = [...call.world.tenant.users.values()].filter(
    user => user.properties.manager === id && user.history.deletedAt === undefined,
  );
  return directoryPage(call.request, reports, { kind: 'user', context: 'users' });
}

export function setManager(call: DirectoryCall): GraphAnswer {
  const user = requestedUser(call);
  user.properties.manager = referencedObject(call.world.tenant, readReference(call.request.body)).id;
  recordChanged(call.world, user, ['manager']);
  return { status: 204 };
}

export function removeManager(call: DirectoryCall): GraphAnswer {
  const user = requestedUser(call);
  if (!managerOf(call.world.tenant, user)) throw directoryObjectNotFound('manager');
  delete user.properties.manager;
  recordChanged(call.world, user, ['manager']);
  return { status: 204 };
}
