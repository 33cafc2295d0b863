import { type Adapters, type App, createApp } from '../../shared/app.ts';
import type { HoldDecision } from '../../shared/domain/hold.ts';
import {
  type CaptureQueueMessage,
  captureMessage,
  parseMessage,
  type SyncMessage,
  type SyncMode,
  syncMessage,
} from '../../shared/engine/messages.ts';
import type { ContactWrite } from '../../shared/ports/contactMailbox.ts';
import type { DeadLetterQueue } from '../../shared/ports/deadLetterQueue.ts';
import type { PhotoStore } from '../../shared/ports/photos.ts';
import type { Tables } from '../../shared/ports/tableStorage.ts';
import { type ContactList, contactListSchema } from '../../shared/settings/contactList.ts';
import type { LocalText } from '../../shared/settings/destination.ts';
import { memoryGraphAdapters, nothingBeside, settingsWith } from '../memory/adapters.ts';
import type { MemoryGraph } from '../memory/graph.ts';
import type { MemoryQueue } from '../memory/queue.ts';
import { createSourcePlaces } from '../memory/sourcePlaces.ts';
import { checkAdoption, noteAdoption } from './adoptable.ts';
import { type Asked, checkCeiling, noteAsked } from './checkCeiling.ts';
import type { Host } from './host.ts';
import {
  checkLicence,
  inGerman,
  joinedList,
  type ListModel,
  leftOut,
  type Model,
  mappingRules,
  noteWrite,
  ownerName,
  readersOf,
  restrictedDepartment,
  unassignedIn,
} from './model.ts';
import { grace, requestTimeout, scheduledDirectory, scheduledMailbox, type WriteRules } from './schedulerGraph.ts';
import { inTurns, scheduledClock, scheduledQueue, scheduledTables } from './schedulerPorts.ts';

const standardTiming = {
  leaseSeconds: 180,
  graphTimeoutSeconds: requestTimeout / 1000,
  graphGraceSeconds: grace / 1000,
  longestWaitSeconds: 30,
  messagePatienceSeconds: 3600,
};

const safeguards = { maxRemovalShare: 0.2, maxRemovals: 1 };

export type MessageBody = CaptureQueueMessage | SyncMessage;

/** What all processes of the product share. */
export interface World {
  readonly tables: Tables;
  readonly queues: {
    readonly capture: MemoryQueue<CaptureQueueMessage>;
    readonly sync: MemoryQueue<SyncMessage>;
    readonly priority: MemoryQueue<SyncMessage>;
  };
  readonly graph: MemoryGraph;
  /** What is read beside the mailboxes. */
  readonly sources: ReturnType<typeof createSourcePlaces>;
  /** The container that holds the photos of all lists. */
  readonly photos: PhotoStore;
  readonly model: Model;
  /** Dead letters that were taken up. */
  readonly takenLetters: Set<string>;
  /** Sees each message that is sent. */
  inspect(body: MessageBody): void;
  newId(): string;
}

/** Every other process hands over whatever is left after one batch. */
function hasTime({ name }: Host): boolean {
  return Number(name.slice(1)) % 2 === 1;
}

/** The app in one process, every port at the scheduler's command. New settings come with a new app. */
export function openHostApp(host: Host, world: World) {
  const { model, graph, newId } = world;
  const clock = scheduledClock(host);
  const timing = { ...standardTiming, handlerSeconds: hasTime(host) ? 240 : 0 };
  const asked: Asked = new Map();
  const rules: WriteRules = {
    poisonOf: (mailboxId, write) => model.poisoned.get(`${mailboxId} ${stampKeyOf(mailboxId, write)}`),
    beforeWrite: (mailboxId, write) => {
      void checkCeiling(model, asked, mailboxId, write, graph, world.tables);
      return isAdoptable(write, model)
        ? checkAdoption(model, write)
        : checkLicence(model, graph.mailbox(mailboxId), write);
    },
    afterWrite(mailboxId, write, outcome, categoriesRead) {
      const isStrict = !host.stage.faults.everMet() && model.userEdits === 'keep';
      noteWrite(model, mailboxId, write, outcome, categoriesRead, isStrict);
      if (!isAdoptable(write, model) || outcome.kind !== 'done') return;
      noteAdoption(model, mailboxId, write);
      if (write.kind === 'unstamp') host.stage.statistics.givenBack += 1;
      if (write.kind === 'patch' && write.key) host.stage.statistics.adopted += 1;
    },
    refusalOf: mailboxId => model.undeletableFolders.get(mailboxId),
  };

  const adapters: Adapters = {
    ...nothingBeside,
    readSecret: async name => name,
    files: inTurns(host, 'files', world.sources.adapters.files),
    openDatabase: inTurns(host, 'database', world.sources.adapters).openDatabase,
    openExchangeServer: () => inTurns(host, 'Exchange', world.sources.adapters.openExchangeServer()),
    photos: inTurns(host, 'photos', world.photos),
    clock,
    newId,
    tables: scheduledTables(host, world.tables),
    gathering: { gather: () => host.turn('gathers'), slot: 0 },
    queues: {
      capture: scheduledQueue(host, world.queues.capture, world.inspect),
      sync: scheduledQueue(host, world.queues.sync, world.inspect),
      priority: scheduledQueue(host, world.queues.priority, world.inspect),
    },
    deadLetterQueues: Object.values(world.queues).map(queue => deadLetterQueue(queue, world.takenLetters)),
    graph: {
      ...memoryGraphAdapters(graph, clock),
      openMailbox: id => scheduledMailbox(host, id, graph.openMailbox(id), rules),
      openDirectory: () => scheduledDirectory(host, graph.openDirectory()),
      openDirectoryReader: () => inTurns(host, 'directory', world.sources.adapters.openDirectoryReader()),
    },
  };
  const apps = new Map<string, App>();

  function app(): App {
    const lists = model.lists.filter(({ isPresent }) => isPresent).map(list => contactList(list, model));
    const key = JSON.stringify(lists);
    const known =
      apps.get(key) ?? createApp(adapters, { ...settingsWith(lists, timing), connections: world.sources.connections });
    apps.clear();
    apps.set(key, known);
    return known;
  }

  return {
    async run(): Promise<void> {
      await app().scheduleSync();
    },
    async resync(listIds: readonly string[], mailboxId: string | undefined, mode: SyncMode): Promise<void> {
      const { readConfiguredLists, requestResync } = app();
      const { lists } = await readConfiguredLists();
      const chosen = lists.filter(({ id }) => listIds.includes(id));
      if (chosen.length > 0) await requestResync(chosen, mailboxId, mode);
    },
    async release(listIds: readonly string[]): Promise<void> {
      for (const id of listIds) await app().release(id);
    },
    async rollBack(id: string, goal: Parameters<App['rollBack']>[1]): Promise<void> {
      await app().rollBack({ id }, goal);
    },
    async unpin(id: string): Promise<void> {
      await app().unpin({ id });
    },
    /** Whether that was done. */
    async forgetPerson(id: string, sourceKey: string): Promise<boolean> {
      const { readConfiguredLists, forgetPerson } = app();
      const { lists } = await readConfiguredLists();
      const answer = await forgetPerson({ id, list: lists.find(list => list.id === id) }, sourceKey);
      return answer.kind === 'forgotten';
    },
    async askForFullReconcile(): Promise<void> {
      await app().askForFullReconcile();
    },
    async decideHold(listId: string, decision: HoldDecision): Promise<void> {
      await app().decideHold(listId, decision);
    },
    async forgetPhotos(): Promise<void> {
      await app().forgetPhotos();
    },
    async takeUpDeadLetters(): Promise<void> {
      await app().takeUpDeadLetters();
    },
    async capture(body: unknown): Promise<void> {
      await app().captureLists(parseMessage(captureMessage, body));
    },
    async sync(body: unknown, queue: 'sync' | 'priority'): Promise<void> {
      const message = parseMessage(syncMessage, body);
      noteAsked(model, asked, message);
      await app().syncMailbox(message, queue);
    },
  };

  function stampKeyOf(mailboxId: string, write: Parameters<WriteRules['poisonOf']>[1]): string | undefined {
    if (write.kind === 'create') return write.stamp.key;
    return write.kind === 'patch' ? graph.mailbox(mailboxId).contacts.get(write.contactId)?.stamp?.key : undefined;
  }
}

function isAdoptable(write: ContactWrite, { adoptable }: Model): boolean {
  return write.kind !== 'create' && adoptable.has(write.contactId);
}

export type HostApp = ReturnType<typeof openHostApp>;

const parsedLists = new Map<string, ContactList>();

function contactList(list: ListModel, model: Model): ContactList {
  const settings = {
    id: list.id,
    ...(list.id === joinedList
      ? joinedSources
      : { source: { mailbox: `source-${list.id}@contoso.com`, folders: sourcePaths[list.id] } }),
    targets: { groups: [`${list.id}@contoso.com`] },
    destination: {
      folder: named(list.settings.folder, model),
      category: list.settings.category && named(list.settings.category, model),
    },
    mapping: mappingRules[list.settings.mapping],
    ...(list.isRestricted && {
      visibility: [{ when: { field: 'department', in: [restrictedDepartment] }, to: { groups: [readersOf(list.id)] } }],
    }),
    ...(list.hasOwners && {
      owners: {
        from: 'manager',
        unassigned: [ownerName(model, unassignedIn(model) ?? '')],
        ownersOnly: list.isOwnersOnly,
      },
    }),
    ...(list.isOptional && { choice: list.isOptIn ? 'optIn' : 'optOut' }),
    userEdits: model.userEdits,
    removals: model.removals,
    whenTargetLeaves: model.whenTargetLeaves,
    existing: model.existing,
    ...(model.hasPhotos && { photos: true }),
    safeguards,
    ...(model.inRings && { rollout: { rings: [{ mailboxes: ['target0@contoso.com'] }], wait: 'PT30M', from: 2 } }),
  };
  const key = JSON.stringify(settings);
  const known = parsedLists.get(key) ?? contactListSchema.parse(settings);
  parsedLists.set(key, known);
  return known;
}

function named(name: string, { germans }: Model): LocalText {
  return germans ? { default: name, de: inGerman(name) } : name;
}

/** Sources of every kind, in the order of precedence that the model has. */
const joinedSources = {
  sources: [
    { name: 'folder', mailbox: `source-${joinedList}@contoso.com`, folders: ['Everybody'] },
    ...Object.entries(createSourcePlaces().places).map(([kind, { settings }]) => ({
      name: kind.toLowerCase(),
      ...settings,
    })),
  ],
  match: 'email',
  where: { not: { field: 'department', startsWith: leftOut } },
};

/** The source folders of each list, below its own source mailbox. */
export const sourcePaths: Record<string, readonly string[]> = { staff: ['Staff', 'Partners'], board: ['Board'] };

/** The memory queue's dead letters, each given until it is taken. */
function deadLetterQueue(
  { deadLetters }: Pick<MemoryQueue<MessageBody>, 'deadLetters'>,
  taken: Set<string>,
): DeadLetterQueue {
  return {
    name: 'any',
    async takeAll(handle) {
      for (const { id, body } of deadLetters.filter(letter => !taken.has(letter.id))) {
        const answer = await handle({ messageId: id, body, reason: 'MaxDeliveryCountExceeded' });
        if (answer === 'done') taken.add(id);
      }
    },
  };
}
