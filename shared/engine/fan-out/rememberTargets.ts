import { chunksOf } from '../../domain/chunks.ts';
import { fingerprint } from '../../domain/fingerprint.ts';
import { RowConflict, type RowOperation } from '../../ports/tableStorage.ts';
import type { Problem } from '../../store/progress.ts';
import type { Source } from '../../store/sources.ts';
import {
  type GroupSummary,
  groupMembersOperations,
  groupMembersRows,
  type StoredTargets,
  targetsOperation,
} from '../../store/targets.ts';
import type { MembershipDecision } from './leavingMailboxes.ts';
import { type GroupReading, printOf, printsOf } from './readGroups.ts';
import type { TargetReading } from './resolveTargets.ts';

/** A transaction takes 4 MiB, and a row of a group's members up to half of one. */
const rowsPerTransaction = 7;

/**
 * Stores what the next run has to know of the targets, and the list's problems for whoever asks how it stands. Nothing is
 * written while nothing changed.
 */
export async function rememberTargets(
  reading: TargetReading,
  missing: MembershipDecision['missing'],
  problems: readonly Problem[],
  source: Source,
): Promise<void> {
  const { stored, names } = reading;
  const remembered = new Map([
    ...reading.excludedGroups.flatMap(group => rememberGroup(group, missing)),
    // Who was missing from a group of targets and is kept has left it all the same.
    ...reading.groups.flatMap(group => rememberGroup(group, missing === 'wait' ? 'wait' : 'letGo')),
  ]);
  const dropped = droppedGroups(reading, remembered);
  const summaries = [...remembered].map(([id, { summary }]) => [id, summary] as const);
  const members = Object.fromEntries([...dropped.kept, ...summaries]);
  const targets: StoredTargets = { ...stored?.targets, ...names, members, problems: [...problems] };
  if (fingerprint(targets) === fingerprint(stored?.targets)) return;
  const rows = [...remembered.values()].flatMap(group => group.rows);
  await write(source, [...rows, ...dropped.rows], targetsOperation(targets, stored?.etag));
}

interface RememberedRows {
  readonly summary: GroupSummary;
  readonly rows: readonly RowOperation[];
}

/** By the group's id; none for a name that leads to no group, or to one that could not be read yet. */
function rememberGroup(reading: GroupReading, fate: MembershipDecision['missing']): [string, RememberedRows][] {
  const { id, before, members, changed } = reading;
  if (id === undefined) return [];
  const missing = fate === 'letGo' ? new Set<string>() : reading.missing;
  const isKnown = reading.keepsMissing && missing.size <= (before?.missing ?? 0);
  const keepsMissing = missing.size > 0 && (fate === 'kept' || isKnown);
  const isSame = !members || (!changed && missing.size === before?.missing);
  if (before && isSame) return [[id, { summary: { ...before, keepsMissing }, rows: [] }]];
  if (!members) return [];
  const group = { groupId: id, members: printsOf(members), missing };
  const summary = { print: printOf(members), missing: missing.size, keepsMissing, rows: groupMembersRows(group) };
  return [[id, { summary, rows: groupMembersOperations(group, before?.rows) }]];
}

/** Groups that the settings do not name any more; a name that leads nowhere for now may lead to one of them again. */
function droppedGroups(
  { stored, groups, excludedGroups }: TargetReading,
  remembered: ReadonlyMap<string, unknown>,
): { kept: (readonly [string, GroupSummary])[]; rows: RowOperation[] } {
  const others = Object.entries(stored?.targets.members ?? {}).filter(([id]) => !remembered.has(id));
  if ([...groups, ...excludedGroups].some(({ id }) => id === undefined)) return { kept: others, rows: [] };
  const noMembers = new Set<string>();
  const rows = others.flatMap(([groupId, { rows: rowsBefore }]) =>
    groupMembersOperations({ groupId, members: noMembers, missing: noMembers }, rowsBefore),
  );
  return { kept: [], rows };
}

/** The members' rows tell the truth by themselves, so they may come before the row that refers to them. */
async function write(source: Source, rows: readonly RowOperation[], targets: RowOperation): Promise<void> {
  for (const part of chunksOf(rows, rowsPerTransaction)) await source.write(part);
  try {
    await source.write([targets]);
  } catch (error) {
    // Another run has read the same targets: what it stored is as good.
    if (!(error instanceof RowConflict)) throw error;
  }
}
