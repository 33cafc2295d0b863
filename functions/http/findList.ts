import { haltedList, noConfiguredList, noShownList, pausedList, refusedList } from '../../shared/api/problems.ts';
import type { App } from '../../shared/app.ts';
import type { KnownList } from '../../shared/engine/status/index.ts';
import type { ContactList } from '../../shared/settings/contactList.ts';

/** The list if it runs. @throws ApiProblem that says why it does not */
export async function findActiveList(id: string, app: App): Promise<ContactList> {
  const { lists, pausedLists, refusedLists } = await app.readConfiguredLists(id);
  const list = lists.find(known => known.id === id);
  if (list) return list;
  if (pausedLists.some(paused => paused.id === id)) throw pausedList();
  const refused = refusedLists.find(known => known.id === id);
  throw refused ? refusedList(refused.faults) : noConfiguredList();
}

/** The same where what is asked for writes. @throws ApiProblem */
export async function findGoingList(id: string, app: App): Promise<ContactList> {
  const list = await findActiveList(id, app);
  const halt = await app.readHalt(id);
  if (halt) throw haltedList(halt);
  return list;
}

/** A list of which there may be anything, however long it is gone from the settings. @throws ApiProblem */
export async function findStoredList(id: string, app: App): Promise<KnownList & { readonly id: string }> {
  const list = await app.findStoredList(id);
  if (!list) throw noShownList();
  return list;
}

/** A list of the settings, or one that is gone from them. @throws ApiProblem */
export async function findShownList(id: string, { findKnownList }: App): Promise<KnownList & { readonly id: string }> {
  const list = await findKnownList(id);
  if (!list || list.id === null) throw noShownList();
  return { ...list, id: list.id };
}
