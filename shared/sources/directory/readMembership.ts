import { fingerprint } from '../../domain/fingerprint.ts';
import { GraphFailure } from '../../ports/contactMailbox.ts';
import { SourceFailure, type SourceProblem } from '../../ports/contactSource.ts';
import type { Directory } from '../../ports/directory.ts';
import type { DirectoryCollection, DirectoryReader } from '../../ports/directoryReader.ts';
import type { DirectorySettings } from '../../settings/directorySource.ts';
import { nameSetting } from '../../settings/namedSetting.ts';
import type { Membership } from './chooseUsers.ts';
import type { KnownGroup } from './cursor.ts';

export interface ReadMembership extends Membership {
  readonly groups: readonly KnownGroup[];
  /** Of who is a member and who is excluded, whatever the groups are called. */
  readonly print: string;
  /** Groups that cannot be believed: until somebody decides, the list stays as it is. */
  readonly doubts: readonly SourceProblem[];
}

interface NamedGroup {
  readonly name: string;
  readonly setting: string;
}

/**
 * The members of all groups that the source names.
 *
 * @param known the groups as they were; a group is followed by its id
 * @param lookUpNames whether the names are looked up although the ids are known
 * @throws GraphFailure
 * @throws SourceFailure where a group is not there, or its name leads to another one
 */
export async function readMembership(
  settings: DirectorySettings,
  known: readonly KnownGroup[],
  lookUpNames: boolean,
  directory: Directory,
  reader: DirectoryReader,
): Promise<ReadMembership> {
  const named = namedGroups(settings);
  const collections: readonly DirectoryCollection[] = settings.organisationContacts ? ['users', 'contacts'] : ['users'];
  const groups: KnownGroup[] = [];
  const membersOf = new Map<string, readonly string[]>();
  const doubts: SourceProblem[] = [];
  for (const group of named) {
    const before = known.find(({ name }) => name === group.name);
    const id = before && !lookUpNames ? before.id : await findGroupId(group, before, directory);
    const members = await readMembers(group, id);
    membersOf.set(group.name, members);
    if (isInDoubt(before?.members, members.length, settings.acceptMembers[group.name])) {
      doubts.push(describeDoubt(group, before?.members ?? 0, members.length));
    }
    groups.push({ name: group.name, id, members: members.length });
  }
  const membersIn = (names: readonly string[]) => new Set(names.flatMap(name => membersOf.get(name) ?? []));
  const members = settings.groups.length > 0 ? membersIn(settings.groups) : undefined;
  const excluded = membersIn(settings.exclude.groups);
  const print = fingerprint({ members: members && [...members].sort(), excluded: [...excluded].sort() });
  return { members, excluded, groups, print, doubts };

  async function readMembers(group: NamedGroup, id: string): Promise<readonly string[]> {
    try {
      const read = await Promise.all(collections.map(collection => reader.memberIds(id, collection)));
      return read.flat();
    } catch (error) {
      if (error instanceof GraphFailure && error.kind === 'notFound') throw groupNotFound(group, error);
      throw error;
    }
  }
}

async function findGroupId(group: NamedGroup, before: KnownGroup | undefined, directory: Directory): Promise<string> {
  const id = await directory.findGroup(group.name);
  if (id === undefined) throw groupNotFound(group);
  if (before && before.id !== id) throw groupIsAnother(group);
  return id;
}

function namedGroups({ groups, exclude }: DirectorySettings): NamedGroup[] {
  return [
    ...groups.map((name, index) => ({ name, setting: `source.groups[${index}]` })),
    ...exclude.groups.map((name, index) => ({ name, setting: `source.exclude.groups[${index}]` })),
  ];
}

/**
 * An empty answer is no proof of absence: a hidden membership reads as empty (rules.md: Graph, Hidden memberships). A
 * group that is read for the first time is in doubt where it is empty; one that is known, also where more than half of
 * its members are gone.
 */
function isInDoubt(before: number | undefined, members: number, accepted: number | undefined): boolean {
  if (accepted !== undefined && members >= accepted) return false;
  if (members === 0) return before !== 0;
  return before !== undefined && members * 2 < before;
}

function describeDoubt({ name, setting }: NamedGroup, before: number, members: number): SourceProblem {
  const had = before === 0 ? '' : ` of the ${before} that it had`;
  return {
    code: 'SourceGroupInDoubt',
    detail: `${setting} reads as a group of ${members} members${had}, and the list stays as it was: check the group (a hidden membership reads as empty without the permission Member.Read.Hidden). To accept it, set source.acceptMembers to ${members} for this group, or take the group out of the settings`,
    setting: nameSetting(setting, name),
  };
}

function groupNotFound({ name, setting }: NamedGroup, cause?: unknown): SourceFailure {
  const detail = `${setting} is the address or id of no group in the tenant, and the list stays as it was: check it, or restore the group. Dynamic distribution groups of Exchange cannot be read`;
  return new SourceFailure([{ code: 'SourceGroupNotFound', detail, setting: nameSetting(setting, name) }], { cause });
}

function groupIsAnother({ name, setting }: NamedGroup): SourceFailure {
  const detail = `${setting} leads to another group than before, and the list stays as it was: write the id of the group that is meant`;
  return new SourceFailure([{ code: 'SourceGroupChanged', detail, setting: nameSetting(setting, name) }]);
}
