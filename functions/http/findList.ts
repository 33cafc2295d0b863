import * as z from 'zod';
import type { App } from '../../shared/app.ts';
import type { ContactList } from '../../shared/settings/contactList.ts';
import { type ProblemResponse, problem } from './problem.ts';

export const listParams = z.object({ list: z.string().meta({ description: 'The id of a list in CONTACT_LISTS' }) });

/** The list if it runs, or why not and what to do. */
export function findActiveList(id: string, { lists, pausedLists, refusedLists }: App): ContactList | ProblemResponse {
  const list = lists.find(known => known.id === id);
  if (list) return list;
  if (pausedLists.some(paused => paused.id === id)) {
    return problem(409, 'The list is paused', 'Set "enabled": true in CONTACT_LISTS and restart');
  }
  const refused = refusedLists.find(known => known.id === id);
  if (refused) return problem(409, 'The list is refused', `Mend CONTACT_LISTS: ${refused.faults.join('; ')}`);
  return problem(404, 'There is no such list', 'Use the id of a list in CONTACT_LISTS');
}
