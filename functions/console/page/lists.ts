import { computed } from '@preact/signals';
import type * as z from 'zod';
import type { ListView, listsView } from '../../../shared/api/lists.ts';
import { get } from './api.ts';
import { sharedReading } from './resource.ts';
import { countOf } from './words.ts';

export type ListsView = z.infer<typeof listsView>;

/** How all lists stand: what most screens show something of. */
export const lists = sharedReading<ListsView>();

/** At once, as after a list was stored; where that fails, the next look tells. */
export async function readLists(): Promise<void> {
  try {
    lists.value = { value: await get<ListsView>('lists') };
  } catch {
    lists.value = { ...lists.value, isOld: true };
  }
}

export const allLists = computed<readonly ListView[]>(() => lists.value.value?.lists ?? []);

/** A list that has an id has a page. */
export type NamedList = ListView & { readonly id: string };

export const namedLists = computed(() => allLists.value.filter((list): list is NamedList => list.id !== null));

export function nameOfList(id: string): string {
  return allLists.value.find(list => list.id === id)?.name ?? id;
}

/** To follow the number of its contacts. */
export function describePrivate({ private: hidden }: ListView): string {
  return hidden === undefined ? '' : `, of which ${countOf(hidden, 'is', 'are')} private, and for nobody`;
}

export const openHolds = computed(() => namedLists.value.flatMap(list => list.holds.map(hold => ({ list, hold }))));

export const listProblems = computed(() =>
  allLists.value.flatMap(list => list.problems.map(problem => ({ list, problem }))),
);

export const totalMailboxes = computed(() => {
  const total = { current: 0, behind: 0, waiting: 0, failed: 0, skipped: 0, leaving: 0, gone: 0 };
  for (const { mailboxes } of allLists.value) {
    for (const state of Object.keys(total) as (keyof typeof total)[]) total[state] += mailboxes[state];
  }
  return total;
});
