import { fingerprint } from '../../domain/fingerprint.ts';
import { compareMembers, type KnownMembers } from '../../domain/groupMembers.ts';
import type { DirectoryUser } from '../../ports/directory.ts';
import type { ListPartition } from '../../store/listPartition.ts';
import type { GroupSummary } from '../../store/targets.ts';
import type { FoundGroup, TargetName } from './targetNames.ts';

/** A group as Graph has it now, compared with what the list remembers of it. */
export interface GroupReading {
  readonly name: string;
  /** Undefined where the name leads to no group. */
  readonly id: string | undefined;
  /** Undefined where the group could not be read to its end: its last members go on to count. */
  readonly members: readonly DirectoryUser[] | undefined;
  /** Its former members who are gone in a way that proves nothing. */
  readonly missing: ReadonlySet<string>;
  /** Somebody decided that these go on to count. */
  readonly keepsMissing: boolean;
  /** What was remembered of it, undefined for a group that is new to the list. */
  readonly before: GroupSummary | undefined;
  /** What changed in it; undefined where that is nothing. */
  readonly changed: KnownMembers | undefined;
}

/** Reads the groups that a list names, whatever for; the stored members only of those whose members changed. */
export async function readGroups(
  names: readonly TargetName[],
  readGroup: (name: TargetName) => Promise<FoundGroup | undefined>,
  remembered: Readonly<Record<string, GroupSummary>>,
  partition: Pick<ListPartition, 'readGroupMembers'>,
): Promise<GroupReading[]> {
  return Promise.all(
    names.map(async target => {
      const { name } = target;
      const { id, members } = (await readGroup(target)) ?? {};
      const before = id === undefined ? undefined : remembered[id];
      const { missing, changed } = await compare(id ?? '', members, before, partition);
      return { name, id, members, missing, keepsMissing: before?.keepsMissing ?? false, before, changed };
    }),
  );
}

/** Whether the user is missing from the group. */
export function isMissing({ missing }: GroupReading, userId: string): boolean {
  return missing.size > 0 && missing.has(fingerprint(userId));
}

async function compare(
  groupId: string,
  members: readonly DirectoryUser[] | undefined,
  before: GroupSummary | undefined,
  partition: Pick<ListPartition, 'readGroupMembers'>,
): Promise<Pick<GroupReading, 'missing' | 'changed'>> {
  const noMembers = new Set<string>();
  if (!members && !before?.missing) return { missing: noMembers, changed: undefined };
  const isSame = !members || before?.print === printOf(members);
  if (isSame && before?.missing === 0) return { missing: noMembers, changed: undefined };
  const known = before ? await partition.readGroupMembers(groupId) : { members: noMembers, missing: noMembers };
  if (!members) return { missing: known.missing, changed: undefined };
  const changed = compareMembers(printsOf(members), known);
  return { missing: changed.missing, changed: isSame ? undefined : changed };
}

export function printsOf(members: readonly DirectoryUser[]): Set<string> {
  return new Set(members.map(({ id }) => fingerprint(id)));
}

/** Of all members, in whatever order. */
export function printOf(members: readonly DirectoryUser[]): string {
  return fingerprint(members.map(({ id }) => id).sort());
}
