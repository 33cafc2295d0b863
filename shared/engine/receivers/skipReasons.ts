import { describe, type SkipReason } from '../../domain/reason.ts';
import type { Problem } from '../../store/progress.ts';

/** As a mailbox's row holds it. */
export type StoredSkipReason = 'AccountDisabled' | `FolderOfAnotherList:${string}`;

export function readSkipReason(stored: string): SkipReason {
  const [, list] = stored.split(':');
  return list === undefined ? { kind: 'accountDisabled' } : { kind: 'folderOfAnotherList', list };
}

export function describeSkipReason(stored: string): Problem {
  const [code = ''] = stored.split(':');
  const reason = describe(readSkipReason(stored));
  return { code, detail: `${reason.charAt(0).toUpperCase()}${reason.slice(1)}` };
}
