import type fc from 'fast-check';
import type { Contact } from '../../shared/domain/contact.ts';
import type { Existing } from '../../shared/domain/existingContacts.ts';
import { createMemoryGraph, type MemoryGraph } from '../memory/graph.ts';
import { noteAdoptable } from './adoptable.ts';
import { sourcePaths } from './app.ts';
import { type ListModel, type ListSettings, type Model, readersOf } from './model.ts';
import { personalMark } from './personalData.ts';
import type { Statistics } from './statistics.ts';
import { createSystem, type System } from './system.ts';

/** How a schedule begins. */
export interface Scene {
  readonly lists: 1 | 2;
  readonly mailboxes: 1 | 2 | 3;
  /** Contacts in the first folder. */
  readonly contacts: number;
  readonly userEdits: 'keep' | 'revert';
  readonly removals: 'delete' | 'keep';
  readonly whenTargetLeaves: 'cleanUp' | 'leave';
  /** What the lists do about contacts that users have already; `leave` unless said. */
  readonly existing?: Existing;
  /** Whether lists begin with a rule of visibility. */
  readonly isRestricted?: boolean;
}

export interface Stand {
  readonly model: Model;
  readonly system: System;
}

const listIds = ['staff', 'board'] as const;
const firstSettings: Record<(typeof listIds)[number], ListSettings> = {
  staff: { mapping: 'plain', category: null, folder: 'Company' },
  board: { mapping: 'plain', category: 'Board', folder: 'Leaders' },
};

/** Sources, target mailboxes and groups as the scene says, with the product beside them, not started yet. */
export function setScene(scene: Scene, scheduler: fc.Scheduler, statistics: Statistics): Stand {
  const graph = createMemoryGraph();
  const mailboxes = Array.from({ length: scene.mailboxes }, (_, index) => graph.addUser(`target${index}@contoso.com`));
  const lists = listIds
    .slice(0, scene.lists)
    .map((id, index) =>
      addList(graph, id, index === 0 ? mailboxes : mailboxes.slice(0, 1), scene.isRestricted ?? false),
    );
  const model: Model = {
    lists,
    source: new Map(),
    mailboxes,
    disabled: new Set(),
    broken: new Set(),
    poisoned: new Map(),
    targets: new Map(),
    lostFolders: new Set(),
    ownContacts: new Map(),
    copies: new Map(),
    undeletableFolders: new Map(),
    backedUp: new Map(),
    userEdits: scene.userEdits,
    removals: scene.removals,
    whenTargetLeaves: scene.whenTargetLeaves,
    existing: scene.existing ?? 'leave',
    adoptable: new Map(),
    violations: [],
  };
  const stand = { model, system: createSystem(scheduler, model, statistics, graph) };
  for (let index = 0; index < scene.contacts; index++) addSourceContact(stand, 0, index);
  if (scene.lists > 1) addSourceContact(stand, 2, 0);
  for (const mailboxId of mailboxes) {
    graph.mailbox(mailboxId).addFolder('Private');
    const own: Contact = { displayName: `own${personalMark}`, department: `x${personalMark}` };
    const folderId = graph.mailbox(mailboxId).addFolder('Contacts of mine');
    model.ownContacts.set(graph.mailbox(mailboxId).add(folderId, own), { mailboxId, folderId, contact: own });
    if (model.existing !== 'leave') addAdoptable(stand, mailboxId);
  }
  return stand;
}

/** Contacts of the user's that have addresses of every other one at the source: in a folder of theirs that the list uses. */
function addAdoptable({ model, system: { graph } }: Stand, mailboxId: string): void {
  const mailbox = graph.mailbox(mailboxId);
  const inFolder = mailbox.addFolder('Company');
  const people = [...model.source.values()].filter((_, index) => index % 2 === 0);
  for (const [index, { contact: atSource }] of people.entries()) {
    const contact: Contact = {
      displayName: `mine ${index}${personalMark}`,
      jobTitle: `my title ${index}${personalMark}`,
      department: `my department${personalMark}`,
      categories: ['mine'],
      ...(atSource.emailAddresses && { emailAddresses: atSource.emailAddresses }),
    };
    const folderId = model.existing === 'adoptAnywhere' && index % 2 === 1 ? mailbox.defaultFolderId : inFolder;
    noteAdoptable(model, mailbox.add(folderId, contact), { mailboxId, folderId, contact });
  }
}

function addList(
  graph: MemoryGraph,
  id: (typeof listIds)[number],
  members: readonly string[],
  isRestricted: boolean,
): ListModel {
  const sourceMailbox = graph.addUser(`source-${id}@contoso.com`);
  const sourceFolders = (sourcePaths[id] ?? []).map(path => graph.mailbox(sourceMailbox).addFolder(path));
  graph.setGroup(`${id}@contoso.com`, [...members]);
  const readers = members.slice(0, 1);
  graph.setGroup(readersOf(id), readers);
  return {
    id,
    sourceMailbox,
    sourceFolders,
    members: new Set(members),
    readers: new Set(readers),
    isRestricted,
    settings: firstSettings[id],
    isPresent: true,
    isSourceBroken: false,
  };
}

/** The source folders of all lists, in their order. */
export function sourceFolders({ lists }: Model): { mailboxId: string; folderId: string }[] {
  return lists.flatMap(({ sourceMailbox, sourceFolders: ids }) =>
    ids.map(folderId => ({ mailboxId: sourceMailbox, folderId })),
  );
}

export function sourceMailboxOf({ lists }: Model, folderId: string): string {
  return lists.find(list => list.sourceFolders.includes(folderId))?.sourceMailbox ?? '';
}

/** A value for a field: few different ones, so that they repeat. */
export function sampleValue(field: string, value: number): string | string[] | undefined {
  if (value === 0) return undefined;
  const text = `${field} ${value}${personalMark}`;
  return field === 'businessPhones' ? [text, `second ${text}`].slice(0, value) : text;
}

export function addSourceContact({ model, system }: Stand, folderIndex: number, value: number): void {
  const folders = sourceFolders(model);
  const folder = folders[folderIndex % folders.length];
  if (!folder) return;
  const contact: Contact = {
    displayName: `Contact ${model.source.size}${personalMark}`,
    department: `department ${(value % 2) + 1}${personalMark}`,
    businessPhones: [`phone ${value}${personalMark}`],
    ...(model.existing === 'leave'
      ? {}
      : { emailAddresses: [{ address: `person${model.source.size}@${personalMark}` }] }),
  };
  const id = system.graph.mailbox(folder.mailboxId).add(folder.folderId, contact);
  model.source.set(id, { id, formerIds: [], folderId: folder.folderId, lastFolderId: folder.folderId, contact });
}
