/** What changes in the directory, recorded for delta queries and notified to who subscribed. */
import type { DirectoryObject, Group, User } from './tenant.ts';
import type { World } from './world.ts';

export function recordCreated(world: World, entry: DirectoryObject): void {
  entry.history = { since: nextPosition(world), changed: {} };
  world.notifier.directoryChanged(entry, 'updated');
}

export function recordChanged(world: World, entry: DirectoryObject, names: readonly string[]): void {
  if (names.length === 0) return;
  const position = nextPosition(world);
  for (const name of names) entry.history.changed[name] = position;
  world.notifier.directoryChanged(entry, 'updated');
}

export function recordMember(world: World, group: Group, id: string, event: 'joined' | 'left'): void {
  if (event === 'joined') group.members.add(id);
  else group.members.delete(id);
  group.memberChanges.set(id, nextPosition(world));
  world.notifier.membersChanged(group);
}

/** For 30 days a user who was deleted can be brought back, with the same id. */
export function recordUserDeleted(world: World, user: User): void {
  if (user.state === 'deleted') return;
  user.state = 'deleted';
  user.history.deletedAt = nextPosition(world);
  moveInGroups(world, user, user.history.deletedAt);
  world.notifier.directoryChanged(user, 'deleted');
}

/** Back in the groups, too. */
export function recordUserRestored(world: World, user: User): void {
  user.state = 'ok';
  recordCreated(world, user);
  moveInGroups(world, user, user.history.since);
}

/** The object has left the tenant for good. */
export function recordGone(world: World, entry: DirectoryObject): void {
  world.tenant.gone.push({ kind: entry.kind, id: entry.id, position: nextPosition(world) });
  world.notifier.directoryChanged(entry, 'deleted');
}

function moveInGroups({ tenant }: World, { id }: User, position: number): void {
  for (const group of tenant.groups.values()) if (group.members.has(id)) group.memberChanges.set(id, position);
}

function nextPosition({ tenant }: World): number {
  tenant.position += 1;
  return tenant.position;
}
