import { directoryEntity, readDirectorySelect } from './directoryProperties.ts';
import type { Expansion } from './directoryQueries.ts';
import { unparsableQuery } from './graphError.ts';
import { type DirectoryObject, findDirectoryObject, type Tenant } from './tenant.ts';
import type { DirectoryCall } from './world.ts';

/** `$expand=manager` or `manager($select=id,displayName)`; users without one lack the member. */
export function managerExpansion(call: DirectoryCall): Expansion | undefined {
  const expand = call.request.query.get('$expand');
  if (expand === null) return undefined;
  const match = /^manager(?:\(\$select=([\w,]+)\))?$/.exec(expand.trim());
  if (!match) throw unparsableQuery(`Parsing OData Select and Expand failed: '${expand}'.`);
  const select = readDirectorySelect('user', match[1] ?? null);
  return user => {
    const manager = managerOf(call.world.tenant, user);
    return manager ? { manager: managerEntity(manager, select) } : {};
  };
}

export function managerEntity(manager: DirectoryObject, select: readonly string[] | undefined) {
  return { '@odata.type': '#microsoft.graph.user', ...directoryEntity(manager, select) };
}

export function managerOf(tenant: Tenant, { properties }: DirectoryObject): DirectoryObject | undefined {
  return typeof properties.manager === 'string' ? findDirectoryObject(tenant, properties.manager) : undefined;
}
