import { allLists } from '../lists.ts';
import { type Draft, draftOf } from './drafts.ts';
import { textAt } from './entry.ts';
import { type Missing, missingOf } from './missing.ts';

/** What has to be said before the draft is a list, beside those that there are. */
export function useMissing(list: string): Missing[] {
  const draft = draftOf(list);
  return draft ? [...missingOf(draft), ...takenId(draft)] : [];
}

function takenId({ version, entry }: Draft): Missing[] {
  const id = textAt(entry, ['id']);
  const other = allLists.value.find(each => each.id === id);
  if (version !== undefined || !other) return [];
  return [{ step: 'source', what: `Give it another name or id: “${id}” is the id of the list “${other.name}”` }];
}
