import { tallyMailbox } from '../../domain/mailboxTally.ts';
import { type ContactList, listId, settingsFingerprint } from '../../settings/contactList.ts';
import type { RefusedList } from '../../settings/parseContactLists.ts';
import type { SettingsNote } from '../../settings/settingsNote.ts';
import type { Problem } from '../../store/progress.ts';
import { addTallies } from '../../store/totals.ts';
import { findVanishedLists } from '../fan-out/index.ts';
import type { Services } from '../services.ts';

/** A list as the settings have it, or had it. */
export interface KnownList {
  /** Null for a refused list without a usable id: nothing is stored of it. */
  readonly id: string | null;
  readonly name: string;
  readonly kind: 'active' | 'paused' | 'refused' | 'vanished';
  /** Fingerprint of the settings that its mailboxes should be in line with; undefined when nobody can say. */
  readonly settings: string | undefined;
  /** Of a refused list. */
  readonly faults: readonly string[];
  /** Of its settings, that an admin should know. */
  readonly notes: readonly Problem[];
  /** As the settings have it, of a list that they have without a fault. */
  readonly list?: ContactList;
}

export type KnownListServices = Pick<
  Services,
  | 'lists'
  | 'pausedLists'
  | 'refusedLists'
  | 'configuredLists'
  | 'settingsNotes'
  | 'progress'
  | 'listIndex'
  | 'openListPartition'
>;

/** The lists of the settings, and those that are gone from them while mailboxes are still to be cleaned up. */
export async function findKnownLists(services: KnownListServices): Promise<KnownList[]> {
  return [...configuredLists(services), ...(await findUnfinishedLists(services))];
}

/** One of them, by its id. */
export async function findKnownList(id: string, services: KnownListServices): Promise<KnownList | undefined> {
  const configured = configuredLists(services).find(list => list.id === id);
  return configured ?? (await findUnfinishedLists(services)).find(list => list.id === id);
}

/** Every list that may have left something in a mailbox, one that is gone for long too. */
export async function findStoredLists(services: KnownListServices): Promise<(KnownList & { readonly id: string })[]> {
  const configured = configuredLists(services);
  const ids = new Set(configured.map(({ id }) => id));
  const others = (await services.listIndex.readAll()).filter(id => !ids.has(id)).map(vanishedList);
  return [...configured, ...others].flatMap(list => (list.id === null ? [] : [{ ...list, id: list.id }]));
}

function configuredLists({ lists, pausedLists, refusedLists, settingsNotes }: KnownListServices): KnownList[] {
  const notesOf = (list: ContactList) => settingsNotes.filter(note => note.list === list.id).map(viewNote);
  return [
    ...lists.map(list => activeList(list, 'active', notesOf(list))),
    ...pausedLists.map(list => activeList(list, 'paused', notesOf(list))),
    ...refusedLists.map(refusedList),
  ];
}

async function findUnfinishedLists(services: KnownListServices): Promise<KnownList[]> {
  const vanished = await findVanishedLists(services);
  const unfinished = await Promise.all(
    vanished.map(async ({ list }) => ((await isUnfinished(list.id, services.progress)) ? [vanishedList(list.id)] : [])),
  );
  return unfinished.flat();
}

async function isUnfinished(id: string, progress: Services['progress']): Promise<boolean> {
  const totals = await progress.readTotals(id);
  const tally = totals ?? addTallies(...(await progress.readAll(id)).map(tallyMailbox));
  const { targets = 0, leaving = 0, failed = 0 } = tally;
  // A mailbox counts as failed without being a target where its row is damaged.
  return targets + leaving + failed > 0;
}

function activeList(list: ContactList, kind: 'active' | 'paused', notes: readonly Problem[]): KnownList {
  return { id: list.id, name: list.name, kind, settings: settingsFingerprint(list), faults: [], notes, list };
}

/** What the settings say of no list, which is for whoever looks at all of them. */
export function generalNotes({ settingsNotes }: Pick<KnownListServices, 'settingsNotes'>): Problem[] {
  return settingsNotes.filter(({ list }) => list === undefined).map(viewNote);
}

function viewNote({ code, detail }: SettingsNote): Problem {
  return { code, detail };
}

function refusedList({ id, faults }: RefusedList): KnownList {
  const usable = listId.safeParse(id).success ? id : undefined;
  return {
    id: usable ?? null,
    name: id ?? 'A list without an id',
    kind: 'refused',
    settings: undefined,
    faults,
    notes: [],
  };
}

function vanishedList(id: string): KnownList {
  return { id, name: id, kind: 'vanished', settings: undefined, faults: [], notes: [] };
}
