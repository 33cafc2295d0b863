import { GraphFailure } from '../../ports/contactMailbox.ts';
import type { Directory, DirectoryUser } from '../../ports/directory.ts';
import type { ContactList } from '../../settings/contactList.ts';
import type { Problem } from '../../state/progress.ts';
import type { Source, TargetIds } from '../../state/sources.ts';

const week = 7 * 24 * 3_600_000;

export interface ResolvedTargets {
  /** Ids of the mailboxes that receive the list. */
  readonly mailboxes: ReadonlySet<string>;
  /** Members that get nothing for now, with the reason. */
  readonly skipped: ReadonlyMap<string, string>;
  /** Ids of excluded users, with the group or address of `targets.exclude` that they are in. */
  readonly excluded: ReadonlyMap<string, string>;
  /** Every target was read to its end: whoever is not named has left. */
  readonly complete: boolean;
  /** Every exclusion was read: a mailbox that was no target before may become one. */
  readonly exclusionsKnown: boolean;
  readonly problems: readonly Problem[];
}

/** The targets of a list that is gone from the settings. */
export const nobody: ResolvedTargets = {
  mailboxes: new Set(),
  skipped: new Map(),
  excluded: new Map(),
  complete: true,
  exclusionsKnown: true,
  problems: [],
};

/**
 * Resolves a list's targets to mailbox ids: addresses, groups with nested members, less the exclusions. What cannot be
 * read or is unknown is a problem of the list, and nobody leaves because of it (design: Fanning out, 1). Ids of
 * addresses and groups are kept, and looked up again weekly and when a group is gone.
 */
export async function resolveTargets(
  list: ContactList,
  directory: Directory,
  source: Source,
  now: number,
): Promise<ResolvedTargets> {
  const stored = await source.readTargetIds();
  const ids = openTargetIds(directory, stored, now);
  const { targets } = list;

  const members = await Promise.all(targets.groups.map(ids.membersOf));
  const excludedMembers = await Promise.all(targets.exclude.groups.map(ids.membersOf));
  const named = await Promise.all(targets.mailboxes.map(ids.userIdOf));
  const excludedNamed = await Promise.all(targets.exclude.mailboxes.map(ids.userIdOf));
  if (ids.changed()) await source.writeTargetIds(ids.current());

  const { exclude } = targets;
  const excluded = new Map([
    ...excludedMembers.flatMap((group = [], index) =>
      group.map(({ id }) => [id, exclude.groups[index] ?? ''] as const),
    ),
    ...excludedNamed.flatMap((id, index) => (id ? [[id, exclude.mailboxes[index] ?? ''] as const] : [])),
  ]);
  const mailboxes = new Set(present(named).filter(id => !excluded.has(id)));
  const skipped = new Map<string, string>();
  for (const user of present(members).flat()) {
    if (excluded.has(user.id) || mailboxes.has(user.id)) continue;
    if (user.accountEnabled || targets.includeDisabled) mailboxes.add(user.id);
    else skipped.set(user.id, 'AccountDisabled');
  }
  return {
    mailboxes,
    skipped,
    excluded,
    complete: [...members, ...named].every(found => found !== undefined),
    exclusionsKnown: [...excludedMembers, ...excludedNamed].every(found => found !== undefined),
    problems: ids.problems,
  };
}

function present<Value>(values: readonly (Value | undefined)[]): Value[] {
  return values.filter(value => value !== undefined);
}

function openTargetIds(directory: Directory, stored: TargetIds | undefined, now: number) {
  const fresh = stored !== undefined && now - stored.checkedAt < week;
  const users = new Map(Object.entries(stored?.users ?? {}));
  const groups = new Map(Object.entries(stored?.groups ?? {}));
  const problems: Problem[] = [];
  const checked = new Set<string>();
  let isChanged = false;
  return {
    problems,
    userIdOf: (address: string) => reading('user', () => userIdOf(address)),
    membersOf: (address: string) => reading('group', () => membersOf(address)),
    changed: () => isChanged || !fresh,
    current: (): TargetIds => ({
      checkedAt: fresh ? stored.checkedAt : now,
      users: Object.fromEntries(users),
      groups: Object.fromEntries(groups),
    }),
  };

  async function userIdOf(address: string): Promise<string | undefined> {
    const key = address.toLowerCase();
    const known = users.get(key);
    if (known && fresh) return known;
    const user = await directory.findUser(address);
    if (user) remember(users, key, user.id);
    else if (!known) problems.push(unknownTarget('user', 'targets.mailboxes and targets.exclude.mailboxes'));
    return user?.id ?? known;
  }

  async function membersOf(address: string): Promise<DirectoryUser[] | undefined> {
    const id = await groupIdOf(address);
    if (!id) return undefined;
    try {
      return await directory.groupMembers(id);
    } catch (error) {
      if (!(error instanceof GraphFailure) || error.kind !== 'notFound' || checked.has(id)) throw error;
      groups.delete(address.toLowerCase());
      const found = await groupIdOf(address);
      return found ? directory.groupMembers(found) : undefined;
    }
  }

  async function groupIdOf(address: string): Promise<string | undefined> {
    const key = address.toLowerCase();
    const known = groups.get(key);
    if (known && fresh) return known;
    const id = await directory.findGroup(address);
    if (id) {
      remember(groups, key, id);
      checked.add(id);
    } else problems.push(unknownTarget('group', 'targets.groups and targets.exclude.groups'));
    return id;
  }

  function remember(map: Map<string, string>, key: string, id: string): void {
    isChanged ||= map.get(key) !== id;
    map.set(key, id);
  }

  /** What Graph does not answer is a problem of this target alone. */
  async function reading<Value>(what: string, read: () => Promise<Value | undefined>): Promise<Value | undefined> {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof GraphFailure)) throw error;
      problems.push({
        code: error.code,
        detail: `A ${what} of the list's targets could not be read: ${error.message}`,
      });
      return undefined;
    }
  }
}

function unknownTarget(what: 'user' | 'group', settings: string): Problem {
  const code = what === 'user' ? 'UnknownTargetMailbox' : 'UnknownTargetGroup';
  return { code, detail: `A ${what} that the list names does not exist: check ${settings}` };
}
