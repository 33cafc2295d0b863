import type { Explanation } from '../../../shared/api/explain.ts';
import type { Preview } from '../../../shared/api/preview.ts';
import type { RunView } from '../../../shared/api/runs.ts';
import { type Adapters, type App, type AppSettings, createApp } from '../../../shared/app.ts';
import type { Contact } from '../../../shared/domain/contact.ts';
import type { HoldAnswer, HoldDecision } from '../../../shared/domain/hold.ts';
import type { LedgerEntry } from '../../../shared/domain/ledgerEntry.ts';
import type { NoTargetReason } from '../../../shared/domain/reason.ts';
import { type CaptureResult, captureSource } from '../../../shared/engine/capture/captureSource.ts';
import type { RunOutcome } from '../../../shared/engine/fan-out/runOutcome.ts';
import type { CaptureMessage, CaptureQueueMessage, SyncMessage } from '../../../shared/engine/messages.ts';
import { type ContactList, contactListSchema } from '../../../shared/settings/contactList.ts';
import type { MailboxState } from '../../../shared/store/mailboxRows.ts';
import type { Progress } from '../../../shared/store/progress.ts';
import { openStore } from '../../../shared/store/store.ts';
import {
  memoryGraphAdapters,
  memorySourceAdapters,
  nothingBeside,
  openMemoryTenant,
  settingsWith,
} from '../../memory/adapters.ts';
import { createTestClock } from '../../memory/clock.ts';
import { messageHandlers } from '../../memory/delivery.ts';
import { createMemoryGraph, type MemoryGraph } from '../../memory/graph.ts';
import type { GraphCall } from '../../memory/graphFaults.ts';
import { createMemoryPhotos } from '../../memory/photos.ts';
import { createMemoryQueue, type MemoryQueue } from '../../memory/queue.ts';
import { createSourcePlaces } from '../../memory/sourcePlaces.ts';
import { createMemoryTables } from '../../memory/tables.ts';

export const timing = {
  leaseSeconds: 180,
  graphTimeoutSeconds: 30,
  graphGraceSeconds: 30,
  longestWaitSeconds: 30,
  handlerSeconds: 240,
  messagePatienceSeconds: 3600,
};
export const minute = 60_000;
export const hour = 60 * minute;
const longestDrain = 6 * hour;

type Json = Readonly<Record<string, unknown>>;

/** A list that copies the folder `Staff` of the source mailbox to the group; `changes` go over it. */
export function listOf(changes: Json = {}): ContactList {
  return contactListSchema.parse({
    id: 'staff',
    ...('sources' in changes ? {} : { source: { mailbox: 'directory@contoso.com', folders: ['Staff'] } }),
    targets: { groups: ['all@contoso.com'] },
    destination: { folder: 'Company', category: null },
    ...changes,
  });
}

/** The product with everything outside it in memory, wired as the functions app wires it, and one source mailbox. */
export function createWorld(...firstLists: ContactList[]) {
  const clock = createTestClock(1_700_000_000_000);
  const graph = createMemoryGraph();
  const tables = createMemoryTables();
  const queueOptions = { lockDuration: 24 * hour };
  const captureQueue = createMemoryQueue<CaptureQueueMessage>(clock, queueOptions);
  const syncQueue = createMemoryQueue<SyncMessage>(clock, queueOptions);
  const priorityQueue = createMemoryQueue<SyncMessage>(clock, queueOptions);
  const queues = { capture: captureQueue, sync: syncQueue, priority: priorityQueue };
  const sources = createSourcePlaces(clock);
  const { files, openDirectoryReader, ...openOthers } = sources.adapters;
  const photos = createMemoryPhotos(clock);
  const store = openStore(tables, newId);
  const handlerErrors: unknown[] = [];
  let ids = 0;
  const tenants = new Map<string, MemoryGraph>();
  let { connections } = sources;
  let lists: readonly ContactList[] = firstLists.length > 0 ? firstLists : [listOf()];
  const adapters: Adapters = {
    ...nothingBeside,
    readSecret: async name => `the secret ${name}`,
    ...openOthers,
    files,
    photos,
    ...{ clock, newId, tables },
    queues,
    graph: { ...memoryGraphAdapters(graph, clock), openDirectoryReader },
    openTenant: ({ tenantId }) => openMemoryTenant(tenants.get(tenantId), clock),
  };
  const captureServices = {
    ...{ clock, openListPartition: store.openListPartition, listIndex: store.listIndex },
    sourceAdapters: { ...memorySourceAdapters(graph, clock), ...sources.adapters, connections: sources.connections },
    leaseMilliseconds: timing.leaseSeconds * 1000,
    photos,
  };
  let app = openApp();

  const sourceId = graph.addUser('directory@contoso.com');
  const sourceFolder = graph.mailbox(sourceId).addFolder('Staff');
  const world = {
    files,
    /** What sources of the other kinds read. */
    places: sources.places,
    /** Of users by their id, and whose were asked for. */
    userPhotos: sources.userPhotos,
    photos,
    clock,
    graph,
    tables,
    queues: { captureQueue, syncQueue, priorityQueue },
    sourceId,
    sourceFolder,
    source: graph.mailbox(sourceId),
    /** What handlers threw; their messages were given back. */
    handlerErrors,
    get lists(): readonly ContactList[] {
      return lists;
    },
    /** New settings come with a new process. */
    setLists(...next: ContactList[]): void {
      lists = next;
      world.restart();
    },
    /** An admin takes a mailbox out of every list by name, or takes that back. */
    exclude(mailboxId: string, excluded = true): void {
      const next = lists.map(list => {
        const others = list.targets.exclude.mailboxes.filter(id => id !== mailboxId);
        const exclude = { ...list.targets.exclude, mailboxes: excluded ? [...others, mailboxId] : others };
        return { ...list, targets: { ...list.targets, exclude } };
      });
      world.setLists(...next);
    },
    /** Another organisation, whose mailboxes lists read by the connection of this name. */
    connectTo(name: string, tenantId: string, other: MemoryGraph): void {
      tenants.set(tenantId, other);
      const usable = new Map(connections.usable).set(name, { kind: 'tenant', tenantId, clientId: 'app' });
      connections = { ...connections, usable };
      world.restart();
    },
    /** A new process: nothing that was kept in memory is there any more. `others` are adapters of its own. */
    restart(others: Partial<Adapters> = {}): void {
      app = openApp({}, others);
    },
    get app(): App {
      return app;
    },
    /** Another process over the same services. */
    openApp,

    addContacts(count: number, prefix = 'Contact', folderId = sourceFolder): string[] {
      return Array.from({ length: count }, (_, index) =>
        world.source.add(folderId, { displayName: `${prefix} ${index + 1}`, department: 'Sales' }),
      );
    },
    addTargets(count: number): string[] {
      const added = Array.from({ length: count }, (_, index) => graph.addUser(`target${index + 1}@contoso.com`));
      graph.setGroup('all@contoso.com', added);
      return added;
    },

    capture(list: ContactList = lists[0] as ContactList): Promise<CaptureResult> {
      return world.drive(captureSource(list, captureServices));
    },
    async run(): Promise<RunOutcome> {
      // Runs of one millisecond have no order.
      await clock.advance(1000);
      return world.drive(app.scheduleSync());
    },
    resync(mailbox?: string, mode: CaptureMessage['mode'] = 'incremental'): Promise<string> {
      return app.requestResync(lists, mailbox, mode);
    },
    /** A scheduled run, and everything that comes of it. */
    async sync(): Promise<RunOutcome> {
      const outcome = await world.run();
      await world.drain();
      return outcome;
    },
    /** Delivers what is due now, and what that leads to at once. */
    async deliver(): Promise<void> {
      while ((await deliverFrom('capture')) + (await deliverFrom('sync')) > 0);
      while ((await deliverFrom('priority')) > 0) await world.deliver();
    },
    /** Delivers until nothing is left, moving the clock on to what is scheduled. */
    async drain(): Promise<void> {
      const end = clock.now() + longestDrain;
      await world.deliver();
      for (let next = nextDueAt(); next !== undefined; next = nextDueAt()) {
        if (next > end) throw new Error('The messages do not come to rest');
        await clock.advance(next - clock.now());
        await world.deliver();
      }
    },
    /** Waits for work to end, and moves the clock on where it only waits for that. */
    async drive<Result>(work: Promise<Result>): Promise<Result> {
      let ended = false;
      const end = () => {
        ended = true;
      };
      work.then(end, end);
      for (let idle = 0, calls = -1; !ended; ) {
        await new Promise(resolve => setImmediate(resolve));
        idle = calls === graph.calls.length ? idle + 1 : 0;
        calls = graph.calls.length;
        if (idle < 10) continue;
        if (clock.waiting === 0 && idle > 1000) throw new Error('The work waits for nothing that comes');
        if (clock.waiting > 0) await clock.advance(500);
      }
      return work;
    },

    /** Contacts of the list's folder by display name; undefined without that folder. */
    target(mailboxId: string, folder = 'Company'): Record<string, Contact> | undefined {
      const found = graph.mailbox(mailboxId).findFolder([folder]);
      if (!found) return undefined;
      const contacts = graph.mailbox(mailboxId).contactsIn(found.id);
      const byName = contacts.map(({ contact }) => [contact.displayName ?? '', contact] as const);
      if (new Set(byName.map(([name]) => name)).size < byName.length) throw new Error('A contact is there twice');
      return Object.fromEntries(byName);
    },
    targetNames(mailboxId: string, folder = 'Company'): string[] | undefined {
      const contacts = world.target(mailboxId, folder);
      return contacts && Object.keys(contacts).sort();
    },
    /** The id of a target's contact by its display name. */
    targetId(mailboxId: string, displayName: string): string {
      const all = [...graph.mailbox(mailboxId).contacts.values()];
      return all.find(({ contact }) => contact.displayName === displayName)?.id ?? '';
    },
    async progress(mailboxId: string, listId = 'staff'): Promise<Progress | undefined> {
      return (await store.progress.read(listId, mailboxId))?.progress;
    },
    ledger(mailboxId: string, listId = 'staff'): Promise<LedgerEntry[]> {
      return store.openMailboxPartition(mailboxId).readLedger(listId);
    },
    mailboxState(mailboxId: string): Promise<MailboxState> {
      return store.openMailboxPartition(mailboxId).readState();
    },
    openListPartition: store.openListPartition,
    store,
    async head(listId = 'staff'): Promise<number | undefined> {
      return (await store.openListPartition(listId).readCheckpoint())?.checkpoint.head;
    },
    previewMailbox(mailboxId: string, list = lists[0] as ContactList): Promise<Preview | NoTargetReason> {
      return world.drive(app.previewMailbox(list, mailboxId));
    },
    previewList(list = lists[0] as ContactList, budget?: number): Promise<Preview> {
      return world.drive(app.previewList(list, budget));
    },
    explain(mailboxId: string, contact: string, list = lists[0] as ContactList): Promise<Explanation> {
      return world.drive(app.explainContact(list, mailboxId, contact));
    },
    decide(decision: HoldDecision, listId = 'staff'): Promise<HoldAnswer> {
      return world.drive(app.decideHold(listId, decision));
    },
    clear(mailboxId: string, list = lists[0] as ContactList): Promise<string | undefined> {
      return app.clearMailbox(list, mailboxId);
    },
    runView(runId: string): Promise<RunView | undefined> {
      return app.readRun(runId);
    },
    async latestRun(): Promise<RunView | undefined> {
      const [latest] = await app.readLatestRuns(1);
      return latest;
    },
    /** The calls since the last time, of one mailbox or of all. */
    takeCalls(mailboxId?: string): GraphCall[] {
      const taken = graph.calls.splice(0);
      return mailboxId === undefined ? taken : taken.filter(({ mailbox }) => mailbox === mailboxId);
    },
    syncMessages(): number {
      return syncQueue.size + priorityQueue.size;
    },
  };
  return world;

  function newId(): string {
    ids += 1;
    return `${ids.toString(16).padStart(8, '0')}-0000`;
  }

  function openApp(settings: Partial<AppSettings> = {}, others: Partial<Adapters> = {}): App {
    return createApp({ ...adapters, ...others }, { ...settingsWith(lists, timing), connections, ...settings });
  }

  async function deliverFrom(name: keyof typeof queues): Promise<number> {
    const queue: MemoryQueue<unknown> = queues[name];
    const messages = queue.receive();
    await Promise.all(
      messages.map(async message => {
        try {
          await world.drive(messageHandlers(app)[name](message.body));
          message.complete();
        } catch (error) {
          handlerErrors.push(error);
          message.abandon();
        }
      }),
    );
    return messages.length;
  }

  function nextDueAt(): number | undefined {
    const times = [captureQueue, syncQueue, priorityQueue].flatMap(({ nextDueAt: time }) => time ?? []);
    return times.length > 0 ? Math.min(...times) : undefined;
  }
}

export type World = ReturnType<typeof createWorld>;
