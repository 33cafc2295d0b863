import type { HoldDecision } from '../../shared/domain/hold.ts';
import { syncMailbox } from '../../shared/engine/apply/syncMailbox.ts';
import { createJournalReader } from '../../shared/engine/apply/wantedContacts.ts';
import { askForFullReconcile } from '../../shared/engine/fan-out/fullReconcile.ts';
import { requestResync } from '../../shared/engine/fan-out/requestResync.ts';
import { runCapture } from '../../shared/engine/fan-out/runCapture.ts';
import { runSync } from '../../shared/engine/fan-out/runSync.ts';
import { takeUpDeadLetters } from '../../shared/engine/fan-out/takeUpDeadLetters.ts';
import { decideHold } from '../../shared/engine/holds/decideHold.ts';
import {
  type CaptureMessage,
  captureMessage,
  parseMessage,
  type SyncMessage,
  type SyncMode,
  syncMessage,
} from '../../shared/engine/messages.ts';
import type { DeadLetterQueue } from '../../shared/ports/deadLetterQueue.ts';
import type { Tables } from '../../shared/ports/tableStorage.ts';
import { type ContactList, contactListSchema } from '../../shared/settings/contactList.ts';
import { openInstallation } from '../../shared/store/installation.ts';
import { openMailboxIndex, openMailboxPartition } from '../../shared/store/mailboxes.ts';
import { openProgress } from '../../shared/store/progress.ts';
import { newRunId, openRuns } from '../../shared/store/runs.ts';
import { openListIndex, openSource } from '../../shared/store/sources.ts';
import { openSubscriptionRows } from '../../shared/store/subscriptions.ts';
import type { MemoryGraph } from '../memory/graph.ts';
import type { MemoryQueue } from '../memory/queue.ts';
import type { Host } from './host.ts';
import { checkLicence, type ListModel, type Model, mappingRules, noteWrite } from './model.ts';
import { grace, requestTimeout, scheduledDirectory, scheduledMailbox, type WriteRules } from './schedulerGraph.ts';
import { scheduledClock, scheduledQueue, scheduledTables } from './schedulerPorts.ts';

const timing = {
  leaseSeconds: 180,
  graphTimeoutSeconds: requestTimeout / 1000,
  graphGraceSeconds: grace / 1000,
  longestWaitSeconds: 30,
  messagePatienceSeconds: 3600,
};

export const safeguards = { maxRemovalShare: 0.2, maxRemovals: 1 };

export type MessageBody = CaptureMessage | SyncMessage;

/** What all processes of the product share. */
export interface World {
  readonly tables: Tables;
  readonly queues: {
    readonly capture: MemoryQueue<CaptureMessage>;
    readonly sync: MemoryQueue<SyncMessage>;
    readonly priority: MemoryQueue<SyncMessage>;
  };
  readonly graph: MemoryGraph;
  readonly model: Model;
  /** Dead letters that were taken up. */
  readonly takenLetters: Set<string>;
  /** Sees each message that is sent. */
  inspect(body: MessageBody): void;
  newId(): string;
}

/** The functions app in one process, wired as `functions/index.ts` wires it, every port at the scheduler's command. */
export function createApp(host: Host, world: World) {
  const { model, graph, newId } = world;
  const tables = scheduledTables(host, world.tables);
  const clock = scheduledClock(host);
  const queues = {
    capture: scheduledQueue(host, world.queues.capture, world.inspect),
    sync: scheduledQueue(host, world.queues.sync, world.inspect),
    priority: scheduledQueue(host, world.queues.priority, world.inspect),
  };
  const progress = openProgress(tables.progress);
  const runs = openRuns(tables.runs);
  const listSource = (listId: string) => openSource(tables.sources, listId);
  const listIndex = openListIndex(tables.sources);
  const reader = createJournalReader(listSource);
  const readInstallation = openInstallation(tables.sources, newId);
  const rules: WriteRules = {
    poisonOf: (mailboxId, write) => model.poisoned.get(`${mailboxId} ${stampKeyOf(mailboxId, write)}`),
    beforeWrite: (mailboxId, write) => checkLicence(model, graph.mailbox(mailboxId), write),
    afterWrite: (mailboxId, write, outcome) =>
      noteWrite(model, mailboxId, write, outcome, !host.stage.faults.everMet() && model.userEdits === 'keep'),
  };

  function services() {
    const lists = model.lists.filter(({ isPresent }) => isPresent).map(list => contactList(list, model));
    return {
      clock,
      newId,
      lists,
      sourceReaders: lists,
      configuredLists: lists,
      progress,
      mailboxIndex: openMailboxIndex(tables.mailboxes),
      runs,
      captureQueue: queues.capture,
      syncQueue: queues.sync,
      priorityQueue: queues.priority,
      openSource: listSource,
      listIndex,
      refusedLists: [],
      openSubscriptionRows: (listId: string) => openSubscriptionRows(tables.sources, listId),
      webhooks: undefined,
      openMailbox: (id: string) => scheduledMailbox(host, id, graph.openMailbox(id), rules),
      openDirectory: () => scheduledDirectory(host, graph.openDirectory()),
      leaseMilliseconds: timing.leaseSeconds * 1000,
      messagePatience: timing.messagePatienceSeconds * 1000,
    };
  }

  return {
    async run(): Promise<void> {
      const now = services();
      await runSync({ id: newRunId(clock.now(), newId()), cause: 'schedule', lists: now.lists }, now);
    },
    async resync(listIds: readonly string[], mailboxId: string | undefined, mode: SyncMode): Promise<void> {
      const now = services();
      const lists = now.lists.filter(({ id }) => listIds.includes(id));
      if (lists.length > 0) await requestResync(lists, mailboxId, mode, now);
    },
    async askForFullReconcile(): Promise<void> {
      await askForFullReconcile(services().lists, progress, clock);
    },
    async decideHold(listId: string, decision: HoldDecision): Promise<void> {
      await decideHold(listId, decision, services());
    },
    async takeUpDeadLetters(): Promise<void> {
      const queues = Object.values(world.queues).map(queue => deadLetterQueue(queue, world.takenLetters));
      await takeUpDeadLetters(queues, services());
    },
    async capture(body: unknown): Promise<void> {
      await runCapture(parseMessage(captureMessage, body), services());
    },
    async sync(body: unknown, queue: 'sync' | 'priority'): Promise<void> {
      await syncMailbox(parseMessage(syncMessage, body), {
        ...services(),
        inactiveListIds: new Set<string>(),
        timing,
        reader,
        readInstallation,
        openPartition: mailboxId => openMailboxPartition(tables.mailboxes, mailboxId),
        queue: queues[queue],
      });
    },
  };

  function stampKeyOf(mailboxId: string, write: Parameters<WriteRules['poisonOf']>[1]): string | undefined {
    if (write.kind === 'create') return write.stamp.key;
    return write.kind === 'patch' ? graph.mailbox(mailboxId).contacts.get(write.contactId)?.stamp?.key : undefined;
  }
}

export type App = ReturnType<typeof createApp>;

const parsedLists = new Map<string, ContactList>();

function contactList(list: ListModel, model: Model): ContactList {
  const settings = {
    id: list.id,
    source: { mailbox: `source-${list.id}@contoso.com`, folders: sourcePaths[list.id] },
    targets: { groups: [`${list.id}@contoso.com`] },
    destination: { folder: list.settings.folder, category: list.settings.category },
    mapping: mappingRules[list.settings.mapping],
    userEdits: model.userEdits,
    removals: model.removals,
    whenTargetLeaves: model.whenTargetLeaves,
    safeguards,
  };
  const key = JSON.stringify(settings);
  const known = parsedLists.get(key) ?? contactListSchema.parse(settings);
  parsedLists.set(key, known);
  return known;
}

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
