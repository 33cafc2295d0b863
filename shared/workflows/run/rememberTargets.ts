import { fingerprint } from '../../core/fingerprint.ts';
import { RowConflict, type RowOperation } from '../../ports/tableStorage.ts';
import type { Problem } from '../../state/progress.ts';
import type { Source } from '../../state/sources.ts';
import {
  type GroupSummary,
  groupMembersOperations,
  type StoredTargets,
  targetsOperation,
} from '../../state/targets.ts';
import type { MembershipDecision } from './leavingMailboxes.ts';
import { type GroupReading, rememberGroup } from './readGroups.ts';
import type { TargetReading } from './resolveTargets.ts';

/** A transaction takes 4 MiB, and a row of a group's members up to half of one. */
const rowsPerTransaction = 7;

/**
 * Stores what the next run has to know of the targets, and the list's problems for whoever asks how it stands. Nothing is
 * written while nothing changed.
 */
export async function rememberTargets(
  { stored, names, groups, excludedGroups }: TargetReading,
  missing: MembershipDecision['missing'],
  problems: readonly Problem[],
  source: Source,
): Promise<void> {
  const rows: RowOperation[] = [];
  const members: Record<string, GroupSummary> = {};
  for (const reading of groups) remember(reading, missing === 'wait');
  for (const reading of excludedGroups) remember(reading, missing !== 'letGo', missing === 'kept');
  const forgotten = Object.entries(stored?.targets.members ?? {}).filter(([id]) => members[id] === undefined);
  // A name that leads nowhere for now may lead to one of them again.
  const mayForget = [...groups, ...excludedGroups].every(({ id }) => id !== undefined);
  for (const [id, summary] of forgotten) {
    if (!mayForget) members[id] = summary;
    else rows.push(...groupMembersOperations({ groupId: id, members: new Set(), missing: new Set() }, summary.rows));
  }
  const targets: StoredTargets = { ...names, members, problems: [...problems] };
  if (fingerprint(targets) === fingerprint(stored?.targets)) return;
  await write(source, rows, targetsOperation(targets, stored?.etag));

  function remember(reading: GroupReading, keeps: boolean, isDecided = false): void {
    const { id, before, changed } = reading;
    if (id === undefined || members[id]) return;
    const waiting = keeps ? reading.missing : new Set<string>();
    const keepsMissing =
      waiting.size > 0 && (isDecided || (reading.keepsMissing && waiting.size <= (before?.missing ?? 0)));
    const isSame = !changed && waiting.size === (before?.missing ?? 0);
    if (before && (isSame || !reading.members)) {
      members[id] = { ...before, keepsMissing };
    } else if (reading.members) {
      const { summary, group, rowsBefore } = rememberGroup(reading, waiting, keepsMissing);
      members[id] = summary;
      rows.push(...groupMembersOperations(group, rowsBefore));
    }
  }
}

/** The members' rows tell the truth by themselves, so they may come before the row that refers to them. */
async function write(source: Source, rows: readonly RowOperation[], targets: RowOperation): Promise<void> {
  for (let start = 0; start < rows.length; start += rowsPerTransaction) {
    await source.write(rows.slice(start, start + rowsPerTransaction));
  }
  try {
    await source.write([targets]);
  } catch (error) {
    // Another run has read the same targets: what it stored is as good.
    if (!(error instanceof RowConflict)) throw error;
  }
}
