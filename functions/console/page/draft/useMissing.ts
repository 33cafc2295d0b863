import { allLists } from '../lists.ts';
import { draftOf } from './drafts.ts';
import { type Entry, textAt } from './entry.ts';
import { type Missing, missingInId, missingOf } from './missing.ts';

/** What has to be said before the draft is a list, beside those that there are. */
export function useMissing(list: string): Missing[] {
  const draft = draftOf(list);
  if (!draft) return [];
  const { version, entry, before } = draft;
  const ofId = version === undefined ? takenId(entry) : missingInId(entry, textAt(before, ['id']) || list);
  return [...missingOf(draft), ...ofId];
}

function takenId(entry: Entry): Missing[] {
  const id = textAt(entry, ['id']);
  const other = allLists.value.find(each => each.id === id);
  if (!other) return [];
  return [{ step: 'source', what: `Give it another name or id: “${id}” is the id of the list “${other.name}”` }];
}
