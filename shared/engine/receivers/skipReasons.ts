import { describe, type SkipReason } from '../../domain/reason.ts';
import type { Problem } from '../../store/progress.ts';

const codes: Readonly<Record<SkipReason['kind'], string>> = {
  accountDisabled: 'AccountDisabled',
  folderOfAnotherList: 'FolderOfAnotherList',
};

/** As a mailbox's row holds it: the code, and the other list behind it. */
export function storedSkipReason(reason: SkipReason): string {
  const code = codes[reason.kind];
  return reason.kind === 'folderOfAnotherList' ? `${code}:${reason.list}` : code;
}

export function readSkipReason(stored: string): SkipReason {
  const [, list] = stored.split(':');
  return list === undefined ? { kind: 'accountDisabled' } : { kind: 'folderOfAnotherList', list };
}

export function describeSkipReason(reason: SkipReason): Problem {
  const words = describe(reason);
  return { code: codes[reason.kind], detail: `${words.charAt(0).toUpperCase()}${words.slice(1)}` };
}
