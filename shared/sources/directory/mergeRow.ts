import type { DirectoryRow } from '../../ports/directoryReader.ts';

/**
 * What a newer row says goes before what is known; what it leaves out is as known: absent is not null (rules.md: Graph,
 * Absent properties).
 */
export function mergeRow(known: DirectoryRow | undefined, row: DirectoryRow): DirectoryRow {
  if (!known || row.removed || known.removed) return row;
  const isSameManager = row.managerId === undefined || row.managerId === known.managerId;
  const { managerName, ...rest } = known;
  const managerBefore = isSameManager && managerName !== undefined ? { managerName } : {};
  return { ...rest, ...managerBefore, ...row, values: { ...known.values, ...row.values } };
}
