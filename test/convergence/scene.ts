import type fc from 'fast-check';
import type { Contact } from '../../shared/domain/contact.ts';
import type { Existing } from '../../shared/domain/existingContacts.ts';
import { createMemoryGraph, type MemoryGraph } from '../memory/graph.ts';
import { createSourcePlaces, type SourcePlace } from '../memory/sourcePlaces.ts';
import { noteAdoptable } from './adoptable.ts';
import { sourcePaths } from './app.ts';
import { inGerman, joinedList, type ListModel, type ListSettings, type Model, readersOf } from './model.ts';
import { personalMark } from './personalData.ts';
import { folderPlace, otherPlace, type Place } from './places.ts';
import type { Statistics } from './statistics.ts';
import { createSystem, type System } from './system.ts';

/** How a schedule begins. */
export interface Scene {
  readonly lists: 1 | 2;
  readonly mailboxes: 1 | 2 | 3;
  /** Contacts in the first folder. */
  readonly contacts: number;
  readonly userEdits: 'keep' | 'revert';
  readonly removals: 'delete' | 'keep' | 'deleteForGood';
  readonly whenTargetLeaves: 'cleanUp' | 'leave';
  /** What the lists do about contacts that users have already; `leave` unless said. */
  readonly existing?: Existing;
  /** Beside the others a list with sources of every kind, whose people are joined by their addresses. */
  readonly everyKind?: boolean;
  /** Whether changes come to the first mailbox before the others. */
  readonly inRings?: boolean;
  /** Whether folders and categories have another name for some mailboxes. */
  readonly byLanguage?: boolean;
  /** Whether lists begin with a rule of visibility. */
  readonly isRestricted?: boolean;
  /** Whether contacts may name who gets them; the last mailbox gets what no target owns. */
  readonly hasOwners?: boolean;
  /** Whether users may switch lists off. */
  readonly isOptional?: boolean;
  /** Whether those alone get such a list who switch it on; the first mailbox has. */
  readonly isOptIn?: boolean;
  /** Whether nobody gets contacts that name nobody, where contacts may. */
  readonly isOwnersOnly?: boolean;
  /** Whether lists bring photos. */
  readonly hasPhotos?: boolean;
}

export interface Stand {
  readonly model: Model;
  readonly system: System;
}

const listIds = ['staff', 'board'] as const;
export const firstSettings: Readonly<Record<string, ListSettings>> &
  Readonly<Record<(typeof listIds)[number] | typeof joinedList, ListSettings>> = {
  staff: { mapping: 'plain', category: null, folder: 'Company' },
  board: { mapping: 'plain', category: 'Board', folder: 'Leaders' },
  joined: { mapping: 'plain', category: null, folder: 'Everybody' },
};

/** Sources, target mailboxes and groups as the scene says, with the product beside them, not started yet. */
export function setScene(scene: Scene, scheduler: fc.Scheduler, statistics: Statistics): Stand {
  const graph = createMemoryGraph();
  const mailboxes = Array.from({ length: scene.mailboxes }, (_, index) => graph.addUser(`target${index}@contoso.com`));
  const others = createSourcePlaces();
  const places = new Map<string, Place>();
  const lists = listIds
    .slice(0, scene.lists)
    .map((id, index) => addList(graph, id, index === 0 ? mailboxes : mailboxes.slice(0, 1), mailboxes, scene, places));
  if (scene.everyKind) lists.push(addJoinedList(graph, others.places, mailboxes, scene, places));
  const model: Model = {
    lists,
    places,
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
    inRings: scene.inRings ?? false,
    named: new Set(),
    asked: new Map(),
    unasked: new Set(),
    hasPhotos: scene.hasPhotos ?? false,
    germans: scene.byLanguage ? new Set(mailboxes.filter((_, index) => index % 2 === 0)) : undefined,
    adoptable: new Map(),
    forgotten: new Set(),
    violations: [],
  };
  for (const id of model.germans ?? []) graph.setLanguage(id, 'de-AT');
  const stand = { model, system: createSystem(scheduler, model, statistics, graph, others) };
  for (let index = 0; index < scene.contacts; index++) addSourceContact(stand, 0, index);
  if (scene.lists > 1) addSourceContact(stand, 2, 0);
  const joined = lists.find(({ id }) => id === joinedList)?.sourceFolders ?? [];
  for (const [index, folderId] of joined.entries()) {
    // One whom all sources have, and one of its own.
    for (const value of [0, 1 + (index % 2)]) addSourceContact(stand, [...places.keys()].indexOf(folderId), value);
  }
  for (const mailboxId of mailboxes) {
    graph.mailbox(mailboxId).addFolder('Private');
    const own: Contact = { displayName: `own${personalMark}`, department: `x${personalMark}` };
    const folderId = graph.mailbox(mailboxId).addFolder('Contacts of mine');
    model.ownContacts.set(graph.mailbox(mailboxId).add(folderId, own), { mailboxId, folderId, contact: own });
    if (model.existing !== 'leave') addAdoptable(stand, mailboxId);
  }
  return stand;
}

/** Contacts of the user's with the addresses of every other person at the source, in folders that lists look into. */
function addAdoptable({ model, system: { graph } }: Stand, mailboxId: string): void {
  const mailbox = graph.mailbox(mailboxId);
  const inFolder = mailbox.addFolder(model.germans?.has(mailboxId) ? inGerman('Company') : 'Company');
  const persons = Map.groupBy(model.source.values(), ({ contact }) => contact.emailAddresses?.[0]?.address);
  const people = [...persons.values()].flatMap(([first]) => first ?? []).filter((_, index) => index % 2 === 0);
  for (const [index, { contact: atSource }] of people.entries()) {
    const contact: Contact = {
      displayName: `mine ${index}${personalMark}`,
      jobTitle: `my title ${index}${personalMark}`,
      department: `my department${personalMark}`,
      categories: ['mine'],
      ...(atSource.emailAddresses && { emailAddresses: atSource.emailAddresses }),
    };
    const folderId = model.existing === 'adoptAnywhere' && index % 2 === 1 ? mailbox.defaultFolderId : inFolder;
    const id = mailbox.add(folderId, contact);
    const photo = index % 3 === 0 ? samplePhoto(3) : undefined;
    if (photo) mailbox.setPhoto(id, photo);
    noteAdoptable(model, id, { mailboxId, folderId, contact, photo });
  }
}

/** In the order of precedence: a contact folder, and after it the other kinds. */
function addJoinedList(
  graph: MemoryGraph,
  others: Readonly<Record<string, SourcePlace>>,
  members: readonly string[],
  { isOptional = false, isOptIn = false }: Scene,
  places: Map<string, Place>,
): ListModel {
  const sourceMailbox = graph.addUser(`source-${joinedList}@contoso.com`);
  const folderId = graph.mailbox(sourceMailbox).addFolder('Everybody');
  const own = [
    folderPlace(graph, sourceMailbox, folderId, 'folder:'),
    ...Object.entries(others).map(([kind, source]) => otherPlace(source, `${kind.toLowerCase()}:`)),
  ];
  for (const place of own) places.set(place.id, place);
  graph.setGroup(`${joinedList}@contoso.com`, [...members]);
  graph.setGroup(readersOf(joinedList), []);
  return {
    id: joinedList,
    sourceMailbox,
    sourceFolders: own.map(({ id }) => id),
    members: new Set(members),
    readers: new Set(),
    isRestricted: false,
    hasOwners: false,
    isOwnersOnly: false,
    isOptional,
    isOptIn,
    switchedOff: new Set(isOptIn ? members : []),
    settings: firstSettings[joinedList],
    isPresent: true,
    isSourceBroken: false,
    wasRolledBack: false,
  };
}

function addList(
  graph: MemoryGraph,
  id: (typeof listIds)[number],
  members: readonly string[],
  mailboxes: readonly string[],
  { isRestricted = false, hasOwners = false, isOptional = false, isOptIn = false, isOwnersOnly = false }: Scene,
  places: Map<string, Place>,
): ListModel {
  const sourceMailbox = graph.addUser(`source-${id}@contoso.com`);
  const sourceFolders = (sourcePaths[id] ?? []).map(path => graph.mailbox(sourceMailbox).addFolder(path));
  for (const folderId of sourceFolders) places.set(folderId, folderPlace(graph, sourceMailbox, folderId));
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
    hasOwners,
    isOwnersOnly,
    isOptional,
    isOptIn,
    switchedOff: new Set(isOptIn ? mailboxes : []),
    settings: firstSettings[id],
    isPresent: true,
    isSourceBroken: false,
    wasRolledBack: false,
  };
}

export function placeOf({ places }: Model, folderId: string): Place {
  const place = places.get(folderId);
  if (!place) throw new Error(`No list reads ${folderId}`);
  return place;
}

/** A value for a field: few different ones, so that they repeat. */
export function sampleValue(field: string, value: number): string | string[] | undefined {
  if (value === 0) return undefined;
  const text = `${field} ${value}${personalMark}`;
  return field === 'businessPhones' ? [text, `second ${text}`].slice(0, value) : text;
}

/** As much of a JPEG as tells that it is one. */
export function samplePhoto(value: number): Uint8Array | undefined {
  return value === 0 ? undefined : Uint8Array.from([0xff, 0xd8, 0xff, value]);
}

export function addSourceContact({ model }: Stand, placeIndex: number, value: number): void {
  const place = [...model.places.values()][placeIndex % model.places.size];
  if (!place) return;
  const isJoined = model.lists.some(({ id, sourceFolders }) => id === joinedList && sourceFolders.includes(place.id));
  const department = `department ${(value % 2) + 1}${personalMark}`;
  const displayName = `Contact ${model.source.size}${personalMark}`;
  const address = `p${value}@${personalMark}.example`;
  const known = [...model.source.values()].filter(({ lastFolderId }) => lastFolderId === place.id);
  // An address that two contacts of one source have joins nobody.
  if (isJoined && known.some(({ contact }) => contact.emailAddresses?.[0]?.address === address)) return;
  const own: Contact = { displayName, department, businessPhones: [`phone ${value}${personalMark}`] };
  const contact: Contact = isJoined
    ? { displayName, department, emailAddresses: [{ address }] }
    : {
        ...own,
        ...(model.existing !== 'leave' && {
          emailAddresses: [{ address: `person${model.source.size}@${personalMark}` }],
        }),
      };
  const id = place.add(contact);
  const photo = model.hasPhotos && place.setPhoto ? samplePhoto(value % 3) : undefined;
  if (photo) place.setPhoto?.(id, photo);
  model.source.set(id, {
    id,
    formerIds: [],
    folderId: place.id,
    lastFolderId: place.id,
    contact,
    photo,
    wasGone: false,
  });
}
