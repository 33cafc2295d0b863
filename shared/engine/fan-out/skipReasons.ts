import type { Problem } from '../../store/progress.ts';

/** Why a target gets nothing for now, as its row holds it: `FolderOfAnotherList:<list>` names the other list. */
export type SkipReason = 'AccountDisabled' | `FolderOfAnotherList:${string}`;

export function describeSkipReason(reason: string): Problem {
  const [code = '', list] = reason.split(':');
  if (list === undefined) {
    const detail =
      'The account is disabled, and a member of a group is skipped then: name its address, or set targets.includeDisabled';
    return { code, detail };
  }
  const detail = `The list "${list}" comes before this one in the settings and writes the same contacts into the same folder of this mailbox: choose another destination.folder, or exclude the mailbox from one of them`;
  return { code, detail };
}
