import { week } from '../../domain/durations.ts';
import { ownerPrint } from '../../domain/owners.ts';
import { GraphFailure } from '../../ports/contactMailbox.ts';
import type { Directory, DirectoryUser } from '../../ports/directory.ts';
import { nameSetting } from '../../settings/namedSetting.ts';
import type { Problem } from '../../store/progress.ts';
import type { StoredTargets } from '../../store/targets.ts';

/** A name in the settings of a list, such as an address, and where it stands: `targets.groups[1]`. */
export interface TargetName {
  readonly setting: string;
  readonly name: string;
}

export function namesIn(setting: string, names: readonly string[]): TargetName[] {
  return names.map((name, index) => ({ setting: `${setting}[${index}]`, name }));
}

/** A group that a name leads to; `members` is undefined while it cannot be read. */
export interface FoundGroup {
  readonly id: string;
  readonly members: readonly DirectoryUser[] | undefined;
}

export type KnownNames = Pick<StoredTargets, 'checkedAt' | 'users' | 'groups' | 'doubted' | 'identities'>;

/**
 * Looks up the names of a list's targets. What a name led to is kept, and looked up again weekly, or each time while it
 * leads elsewhere. A group is followed by its id: when its name leads nowhere any more, or to another group, the first one
 * goes on to count until the settings say which is meant. What cannot be read or is unknown is a problem of the list.
 *
 * @param withIdentities of the users, whom contacts may name as their owners by any address
 */
export function openTargetNames(
  directory: Directory,
  stored: KnownNames | undefined,
  now: number,
  withIdentities = false,
) {
  const isFresh = stored !== undefined && now - stored.checkedAt < week;
  const known = { users: stored?.users ?? {}, groups: stored?.groups ?? {} };
  const kept: Record<'users' | 'groups', Record<string, string>> = { users: {}, groups: {} };
  const identities = new Map<string, readonly string[]>();
  const wasDoubted = new Set(stored?.doubted);
  const doubted = new Set<string>();
  const problems: Problem[] = [];
  return {
    problems,
    findUserId,
    readGroup,
    /** Of the users that were found, by their ids. */
    identities: identities as ReadonlyMap<string, readonly string[]>,
    /** What is to be remembered of the names that were asked for. */
    remembered: (): KnownNames => ({
      checkedAt: isFresh ? stored.checkedAt : now,
      ...kept,
      doubted: [...doubted].sort(),
      ...(withIdentities && {
        identities: Object.fromEntries([...identities].map(([id, prints]) => [id, [...prints]])),
      }),
    }),
  };

  async function findUserId(target: TargetName): Promise<string | undefined> {
    const key = keyOf(target);
    const before = known.users[key];
    const knownIdentity = before === undefined ? undefined : stored?.identities?.[before];
    const isIdentified = !withIdentities || knownIdentity !== undefined;
    if (knownIdentity && before !== undefined) identities.set(before, knownIdentity);
    if (before !== undefined && isFresh && isIdentified && !wasDoubted.has(key)) return keep('users', key, before);
    const user = await lookUp(target, () => directory.findUser(target.name, withIdentities));
    if (user?.addresses) identities.set(user.id, identityOf(user.id, user.addresses));
    if (user === null) report(target, describeUnknownUser(target, before));
    const id = user?.id ?? before;
    return id === undefined ? undefined : keep('users', key, id);
  }

  async function readGroup(target: TargetName): Promise<FoundGroup | undefined> {
    const key = keyOf(target);
    const before = known.groups[key];
    const isTrusted = before !== undefined && isFresh && !wasDoubted.has(key);
    const id = isTrusted ? before : await findGroupId(target, before);
    if (id === undefined) return undefined;
    keep('groups', key, id);
    try {
      return { id, members: await directory.groupMembers(id, withIdentities) };
    } catch (error) {
      if (!(error instanceof GraphFailure)) throw error;
      // A group that is gone: its name tells whether it was made anew.
      if (isTrusted && error.kind === 'notFound') await findGroupId(target, before);
      if (!doubted.has(key)) addProblem(target, describeFailure(target, error));
      return { id, members: undefined };
    }
  }

  /** The group that the name led to first; a name that leads elsewhere by now is reported. */
  async function findGroupId(target: TargetName, before: string | undefined): Promise<string | undefined> {
    const id = await lookUp(target, () => directory.findGroup(target.name));
    if (id === null) report(target, describeUnknownGroup(target, before));
    else if (id !== undefined && before !== undefined && id !== before) {
      report(target, describeReplacedGroup(target, before, id));
    }
    return before ?? id ?? undefined;
  }

  /** Null for a name that leads nowhere. What Graph does not answer is a problem of this name alone, asked again soon. */
  async function lookUp<Value>(
    target: TargetName,
    ask: () => Promise<Value | undefined>,
  ): Promise<Value | null | undefined> {
    try {
      return (await ask()) ?? null;
    } catch (error) {
      if (!(error instanceof GraphFailure)) throw error;
      report(target, describeFailure(target, error));
      return undefined;
    }
  }

  function keep(kind: 'users' | 'groups', key: string, id: string): string {
    kept[kind][key] = id;
    return id;
  }

  /** The name is looked up again in the next run. */
  function report(target: TargetName, problem: Pick<Problem, 'code' | 'detail'>): void {
    doubted.add(keyOf(target));
    addProblem(target, problem);
  }

  function addProblem({ setting, name }: TargetName, problem: Pick<Problem, 'code' | 'detail'>): void {
    problems.push({ ...problem, setting: nameSetting(setting, name) });
  }
}

/** Everything by which a contact may name the user as its owner. */
export function identityOf(id: string, addresses: readonly string[]): string[] {
  return [...new Set([id, ...addresses].map(ownerPrint))].sort();
}

function keyOf({ name }: TargetName): string {
  return name.toLowerCase();
}

function describeFailure({ setting }: TargetName, { code, message }: GraphFailure) {
  return { code, detail: `${setting} could not be read: ${message}` };
}

function describeUnknownUser({ setting }: TargetName, before: string | undefined) {
  const code = 'UnknownTargetMailbox';
  if (before === undefined) {
    return {
      code,
      detail: `${setting} is the address or id of nobody in the tenant: check it. ${whatHolds(setting)}`,
    };
  }
  const detail = `${setting} leads to nobody any more, and the mailbox ${before} that it led to goes on to count: check it, and write the address of today or the id, or take it out`;
  return { code, detail };
}

function describeUnknownGroup({ setting }: TargetName, before: string | undefined) {
  const code = 'UnknownTargetGroup';
  if (before === undefined) {
    return {
      code,
      detail: `${setting} is the address or id of no group that Microsoft Graph knows: check it. ${whatHolds(setting)}. ${dynamicLists}`,
    };
  }
  const detail = `${setting} leads to no group any more, and the group ${before} that it led to goes on to count: check it, and write the address of today or the id, or take it out`;
  return { code, detail };
}

/** While a name leads nowhere. */
function whatHolds(setting: string): string {
  if (setting.startsWith('owners'))
    return 'Until then the others of owners.unassigned get what has no owner, if there are any';
  if (!setting.startsWith('visibility')) return 'Until then nobody leaves';
  return 'Until then nobody new gets the contacts that the rule is about, and who has them keeps them';
}

function describeReplacedGroup({ setting }: TargetName, before: string, id: string) {
  const detail = `${setting} leads to the group ${id} by now, and the group ${before} that it led to goes on to count: check which is meant, and write its id`;
  return { code: 'TargetGroupReplaced', detail };
}

/** A dynamic distribution group is computed by Exchange when a message is sent, and is no object of the directory. */
export const dynamicLists =
  'A dynamic distribution group of Exchange cannot be read: use a Microsoft 365 group or a security group, with a rule if need be';
