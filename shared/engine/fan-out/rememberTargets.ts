import { fingerprint } from '../../domain/fingerprint.ts';
import type { ListPartition } from '../../store/listPartition.ts';
import type { Problem } from '../../store/progress.ts';
import { type ChangedGroup, type GroupSummary, groupMembersRows, type StoredTargets } from '../../store/targets.ts';
import { type GroupReading, printOf, printsOf, type TargetReading } from '../receivers/index.ts';
import type { MembershipDecision } from './leavingMailboxes.ts';

/**
 * Stores what the next run has to know of the targets, and the list's problems for whoever asks how it stands. Nothing is
 * written while nothing changed.
 */
export async function rememberTargets(
  reading: TargetReading,
  missing: MembershipDecision['missing'],
  problems: readonly Problem[],
  partition: ListPartition,
): Promise<void> {
  const { stored, names } = reading;
  const remembered = new Map([
    ...reading.ruleGroups.flatMap(group => rememberGroup(group, missing)),
    ...reading.excludedGroups.flatMap(group => rememberGroup(group, missing)),
    // Who was missing from a group of targets and is kept has left it all the same.
    ...reading.groups.flatMap(group => rememberGroup(group, missing === 'wait' ? 'wait' : 'letGo')),
  ]);
  const dropped = droppedGroups(reading, remembered);
  const summaries = [...remembered].map(([id, { summary }]) => [id, summary] as const);
  const members = Object.fromEntries([...dropped.kept, ...summaries]);
  const targets: StoredTargets = { ...stored?.targets, ...names, members, problems: [...problems] };
  if (fingerprint(targets) === fingerprint(stored?.targets)) return;
  const changed = [...remembered.values()].flatMap(group => group.changed ?? []);
  await partition.storeTargets(targets, [...changed, ...dropped.changed], stored);
}

interface RememberedGroup {
  readonly summary: GroupSummary;
  /** Undefined where its rows stay as they are. */
  readonly changed: ChangedGroup | undefined;
}

/** By the group's id; none for a name that leads to no group, or to one that could not be read yet. */
function rememberGroup(reading: GroupReading, fate: MembershipDecision['missing']): [string, RememberedGroup][] {
  const { id, before, members, changed } = reading;
  if (id === undefined) return [];
  const missing = fate === 'letGo' ? new Set<string>() : reading.missing;
  const isKnown = reading.keepsMissing && missing.size <= (before?.missing ?? 0);
  const keepsMissing = missing.size > 0 && (fate === 'kept' || isKnown);
  const isSame = !members || (!changed && missing.size === before?.missing);
  if (before && isSame) return [[id, { summary: { ...before, keepsMissing }, changed: undefined }]];
  if (!members) return [];
  const group = { groupId: id, members: printsOf(members), missing, rowsBefore: before?.rows ?? 0 };
  const summary = { print: printOf(members), missing: missing.size, keepsMissing, rows: groupMembersRows(group) };
  return [[id, { summary, changed: group }]];
}

/** Groups that the settings do not name any more; a name that leads nowhere for now may lead to one of them again. */
function droppedGroups(
  { stored, groups, excludedGroups, ruleGroups }: TargetReading,
  remembered: ReadonlyMap<string, unknown>,
): { kept: (readonly [string, GroupSummary])[]; changed: ChangedGroup[] } {
  const others = Object.entries(stored?.targets.members ?? {}).filter(([id]) => !remembered.has(id));
  if ([...groups, ...excludedGroups, ...ruleGroups].some(({ id }) => id === undefined))
    return { kept: others, changed: [] };
  const noMembers = new Set<string>();
  const changed = others.map(([groupId, { rows: rowsBefore }]) => {
    return { groupId, members: noMembers, missing: noMembers, rowsBefore };
  });
  return { kept: [], changed };
}
