import { viewContact } from './api/contacts.ts';
import { mostExplained, viewExplanation } from './api/explain.ts';
import { viewList, viewOneList } from './api/lists.ts';
import { viewListMailbox, viewMailbox } from './api/mailboxes.ts';
import { viewOwnList } from './api/me.ts';
import { viewPreview } from './api/preview.ts';
import { viewProof } from './api/proof.ts';
import { viewRun } from './api/runs.ts';
import { viewTriedContacts } from './api/try.ts';
import type { Choice } from './domain/choice.ts';
import type { HoldDecision } from './domain/hold.ts';
import { rememberPhotos, syncMailbox } from './engine/apply/index.ts';
import { type Decided, decide } from './engine/audit/index.ts';
import { testConnection } from './engine/connection-test/index.ts';
import { type CountedList, forgetDays, keepDays, readDays } from './engine/days/index.ts';
import {
  type CodeSettings,
  createCurrentLists,
  createListsAsSent,
  deleteDefinition,
  type Edit,
  readCandidate,
  readDefinition,
  storeDefinition,
} from './engine/definitions/index.ts';
import {
  askForFullReconcile,
  clearMailbox,
  findVanishedLists,
  forgetGoneMailboxes,
  forgetPhotos,
  forgetRuns,
  handleCapture,
  requestResync,
  runSchedule,
  takeUpDeadLetters,
} from './engine/fan-out/index.ts';
import { halt, readHalt, readHaltOfAll, release, rememberListIndex } from './engine/halts/index.ts';
import {
  forgetChanges,
  previewRollback,
  previewUnpin,
  type RollbackGoal,
  requestRollback,
  unpin,
} from './engine/history/index.ts';
import { decideHold, readHeldMailboxes } from './engine/holds/index.ts';
import type { CaptureMessage, SyncMessage, SyncMode, VerifyMessage } from './engine/messages.ts';
import { sendTestNotice, tellOfRun, tellWeekly } from './engine/notices/index.ts';
import {
  forgetPerson,
  forgetProofRuns,
  type ProvenList,
  proveRemoval,
  readProofResult,
  readProofRun,
  startVerification,
  tendTombstones,
  verifyMailboxes,
} from './engine/proof/index.ts';
import { asPinned, createStageReader, findRolling } from './engine/rollouts/index.ts';
import { choose, clearOwn, readOwnLists } from './engine/self-service/index.ts';
import type { Services, Webhooks } from './engine/services.ts';
import { forgetFiles, keepFile, replaceFile } from './engine/source-files/index.ts';
import {
  type ContactQuestion,
  createListOperators,
  createRunReader,
  findKnownList,
  findStoredLists,
  generalNotes,
  type MailboxQuestion,
  readContactFolders,
  readListMailboxes,
  readLists,
  readMailbox,
  readOneList,
  readSourceColumns,
  readSourceFolders,
  searchContacts,
} from './engine/status/index.ts';
import {
  createCaptureAsker,
  createSubscribedLists,
  type RenewalRequest,
  readSubscriptionHealth,
  renewSubscriptions,
  requestRenewal,
} from './engine/subscriptions/index.ts';
import { explainContact, previewContacts, previewList, previewMailbox } from './engine/trial/index.ts';
import { createJournalReader, createViewerReader } from './engine/wanted/index.ts';
import type { OpenDatabase } from './ports/database.ts';
import type { DeadLetterQueue } from './ports/deadLetterQueue.ts';
import type { DirectoryReader } from './ports/directoryReader.ts';
import type { SearchDirectory } from './ports/directorySearch.ts';
import type { OpenExchangeServer } from './ports/exchangeServer.ts';
import type { FindAddresses } from './ports/mailboxAddresses.ts';
import type { PhotoStore } from './ports/photos.ts';
import type { ReadSecret } from './ports/secrets.ts';
import type { Download, SourceFiles } from './ports/sourceFiles.ts';
import type { BrowsingLimits } from './ports/sourceKind.ts';
import type { Tables } from './ports/tableStorage.ts';
import type { OpenTenant } from './ports/tenantGraph.ts';
import { type ConfiguredLists, inactiveIdsOf } from './settings/configuredLists.ts';
import type { ContactList } from './settings/contactList.ts';
import { openSourcesOf } from './settings/openSources.ts';
import type { RefusedList } from './settings/parseContactLists.ts';
import { nextTime } from './settings/schedule.ts';
import type { Settings } from './settings/settings.ts';
import type { AuditQuestion } from './store/audit.ts';
import type { StoredEntry } from './store/definitions.ts';
import type { Gathering } from './store/gathering.ts';
import { openStore } from './store/store.ts';
import { openTrialStore } from './store/trialStore.ts';

/** Everything outside the app. */
export interface Adapters extends Pick<Services, 'clock' | 'newId' | 'probes' | 'noticeTargets'> {
  readonly readSecret: ReadSecret;
  readonly files: SourceFiles;
  readonly photos: PhotoStore;
  readonly download: Download;
  readonly openExchangeServer: OpenExchangeServer;
  readonly openDatabase: OpenDatabase;
  readonly openTenant: OpenTenant;
  readonly tables: Tables;
  readonly queues: {
    readonly capture: Services['captureQueue'];
    readonly sync: Services['syncQueue'];
    readonly priority: Services['priorityQueue'];
  };
  /** How long the writes and reads of one handler wait for those of others; not at all unless given. */
  readonly gathering?: Gathering;
  readonly deadLetterQueues: readonly DeadLetterQueue[];
  readonly graph: GraphAdapters;
  readonly webhooks: Webhooks | undefined;
}

export interface GraphAdapters
  extends Pick<Services, 'openMailbox' | 'openDirectory' | 'openFolderTree' | 'subscriptions'> {
  readonly openDirectoryReader: () => DirectoryReader;
  readonly findAddresses: FindAddresses;
  readonly searchDirectory: SearchDirectory;
}

export type AppSettings = CodeSettings &
  Pick<Settings, 'entries' | 'schedules' | 'timing' | 'auditDays' | 'failingMailboxesPercent'>;

/**
 * The app: what triggers and requests lead to, each a method. The one place where the engine meets its adapters, for the
 * functions, for `npm run preview`, and for tests.
 */
export function createApp(adapters: Adapters, settings: AppSettings) {
  const { clock, newId, tables, queues, deadLetterQueues, graph, webhooks } = adapters;
  const { openMailbox, openDirectory, openDirectoryReader, openFolderTree } = graph;
  const { probes, readSecret, files, download, openExchangeServer, openDatabase, openTenant } = adapters;
  const { connections } = settings;
  const store = openStore(tables, newId, adapters.gathering);
  const services: Omit<Services, keyof ConfiguredLists> = {
    ...store,
    clock,
    newId,
    timing: settings.timing,
    leaseMilliseconds: settings.timing.leaseSeconds * 1000,
    messagePatience: settings.timing.messagePatienceSeconds * 1000,
    schedules: settings.schedules,
    captureQueue: queues.capture,
    syncQueue: queues.sync,
    priorityQueue: queues.priority,
    openMailbox,
    openDirectory,
    openFolderTree,
    subscriptions: graph.subscriptions,
    webhooks,
    probes,
    noticeTargets: adapters.noticeTargets,
    failingMailboxesPercent: settings.failingMailboxesPercent,
    photos: rememberPhotos(adapters.photos),
    sourceAdapters: {
      clock,
      openMailbox,
      openDirectory,
      openDirectoryReader,
      openFolderTree,
      probes,
      connections,
      readSecret,
      files,
      download,
      openExchangeServer,
      openDatabase,
      openTenant,
    },
    openTrialStore: () => openTrialStore(tables),
  };
  const { progress } = services;
  const currentLists = createCurrentLists(settings, store.definitions, clock);
  const reader = createJournalReader(services.openListPartition);
  const stages = createStageReader(services.openListPartition);
  const readViewer = createViewerReader(progress);
  const askForCapture = createCaptureAsker(services);
  const listIndex = rememberListIndex(store.listIndex, clock);
  // Who decides goes by what is there now, such as a halt that a run made a moment ago.
  const decidedIndex = { ...listIndex, read: store.listIndex.read };
  const decided = { ...services, listIndex: decidedIndex };
  const runReader = createRunReader(services);
  const { definitions } = store;
  const readListAsSent = createListsAsSent(definitions, settings);
  const definitionServices = { clock, newId, definitions, currentLists, code: settings };

  return {
    /** The lists as they are now; anew where one of these ids is unknown. */
    readConfiguredLists: (...ids: readonly string[]) => currentLists.read(ids),
    /** Those that were refused when the lists were read last. */
    refusedLists: () => currentLists.latest().refusedLists,

    scheduleSync: async () => {
      const known = await withLists();
      return tellOfRun(() => runSchedule({ ...known, stages }), known);
    },
    captureLists: async (message: CaptureMessage, deliveryCount?: number) =>
      handleCapture(message, { ...(await withLists(message.lists)), stages }, deliveryCount),
    syncMailbox: async (message: SyncMessage, from: 'sync' | 'priority', deliveryCount?: number) => {
      const known = await withLists(message.lists.map(({ list }) => list));
      const inactiveListIds = inactiveIdsOf(known);
      const { readStage, listWith } = stages;
      const ofMailbox = {
        ...{ reader, readViewer, readStage, listWith, readListAsSent },
        inactiveListIds,
        queue: queues[from],
      };
      const readHaltOf = (id: string) => readHalt(id, { listIndex });
      return syncMailbox(message, { ...known, ...ofMailbox, readHalt: readHaltOf }, deliveryCount);
    },
    askForFullReconcile: async () => askForFullReconcile((await withLists()).lists, progress, clock),
    takeUpDeadLetters: () => takeUpDeadLetters(deadLetterQueues, services),
    forgetRuns: async () => (await forgetRuns(services.runs, clock)) + (await forgetProofRuns(services)),
    keepDays: async () => keepDays(await findStoredLists(await withLists()), services),
    forgetDays: () => forgetDays(services),
    forgetChanges: async () => forgetChanges(await withLists()),
    forgetPhotos: async () => forgetPhotos(await withLists()),
    forgetFiles: () => forgetFiles({ clock, files, definitions, entries: settings.entries }),
    forgetGoneMailboxes: async () => forgetGoneMailboxes(await withLists()),

    renewSubscriptions: async (request: RenewalRequest) =>
      renewSubscriptions(request, { ...(await withLists()), askForCapture }),
    readSubscriptionHealth: async (listId: string) => readSubscriptionHealth(listId, await withLists()),
    /** What Graph's calls lead to; undefined where change notifications are off. */
    webhooks: webhooks && {
      clock,
      clientState: webhooks.clientState,
      subscribedLists: createSubscribedLists({ ...services, readLists: () => currentLists.read() }),
      askForCapture,
      requestRenewal: (listId: string, now: boolean) => requestRenewal(listId, now, services),
    },

    requestResync: (chosen: readonly Pick<ContactList, 'id'>[], mailboxId: string | undefined, mode: SyncMode) =>
      requestResync(chosen, mailboxId, mode, services),
    /** Ids of those of the lists of which a change is on its way through rings. */
    findRolling: (chosen: readonly ContactList[]) => findRolling(chosen, services),
    clearMailbox: (list: ContactList, mailboxId: string) => clearMailbox(list, mailboxId, services),
    /** @throws what the work throws */
    decide: <Result>(
      decided: Decided,
      work: () => Promise<Result>,
      refusalIn: (error: unknown) => string | undefined,
    ) => decide(decided, work, refusalIn, services),
    readDecisions: (question: AuditQuestion) => services.audit.readPage(question, clock.now(), settings.auditDays),
    forgetDecisions: () => services.audit.forget(clock.now(), settings.auditDays),
    readOwnLists: async (mailboxId: string) => (await readOwnLists(mailboxId, await withLists())).map(viewOwnList),
    choose: async (list: ContactList, mailboxId: string, choice: Choice) =>
      choose(list, mailboxId, choice, await withLists()),
    clearOwn: async (list: ContactList, mailboxId: string) => clearOwn(list, mailboxId, await withLists()),
    /** @param listId undefined for every list */
    halt: (listId: string | undefined, reason?: string) => halt(listId, reason, { clock, listIndex: decidedIndex }),
    release: async (listId: string | undefined) => release(listId, { ...(await withLists()), listIndex: decidedIndex }),
    readHalt: (listId: string) => readHalt(listId, { listIndex }),
    readHaltOfAll: () => readHaltOfAll({ listIndex }),
    rollBack: (list: Pick<ContactList, 'id'>, goal: RollbackGoal) => requestRollback(list, goal, decided),
    previewRollback: async (list: ContactList, goal: RollbackGoal) => previewRollback(list, goal, await withLists()),
    previewUnpin: async (list: ContactList) => previewUnpin(list, await withLists()),
    unpin: (list: Pick<ContactList, 'id'>) => unpin(list, decided),
    decideHold: async (listId: string, decision: HoldDecision) => decideHold(listId, decision, await withLists()),
    readHeldMailboxes: (listId: string, page: { readonly from?: string | undefined; readonly limit: number }) =>
      readHeldMailboxes(listId, page, services),
    tellWeekly: async () => {
      const known = await remembered();
      return tellWeekly(() => readLists(known), known);
    },
    sendTestNotice: () => sendTestNotice(services),
    findVanishedLists: async () => findVanishedLists(await withLists()),

    previewMailbox: async (list: ContactList, mailboxId: string) => {
      const found = await previewMailbox(await asWritten(list), mailboxId, await withLists());
      return 'kind' in found ? found : viewPreview(found);
    },
    /** @param budget rows of ledgers that may be read */
    previewList: async (list: ContactList, budget?: number) =>
      viewPreview(await previewList(await asWritten(list), await withLists(), budget)),
    explainContact: async (list: ContactList, mailboxId: string, contact: string) =>
      viewExplanation(
        await explainContact(await asWritten(list), mailboxId, contact, mostExplained, await withLists()),
      ),
    proveRemoval: async (proven: ProvenList, contact: string) => {
      const answer = await proveRemoval(proven, contact, services);
      return answer.kind === 'unknown' ? answer : { kind: answer.kind, proof: viewProof(answer.evidence) };
    },
    startVerification: (proven: ProvenList, contact: string) => startVerification(proven, contact, services),
    verifyMailboxes: async (message: VerifyMessage) => verifyMailboxes(message, await withLists([message.list])),
    forgetPerson: (proven: ProvenList, contact: string) => forgetPerson(proven, contact, services),
    readProofResult: async (run: string) => {
      const result = await readProofResult(run, services);
      if (result?.kind !== 'finished') return result;
      return { list: result.list, kind: result.kind, proof: viewProof(result.evidence) };
    },
    tendTombstones: () => tendTombstones(services),
    /** Also where the tables are out of reach. */
    readTestedLists: (id: string) => currentLists.readOrLatest([id]),
    testConnection: async (list: ContactList | RefusedList) =>
      testConnection(list, { ...services, ...(await currentLists.readOrLatest()) }),

    readLists: async () => (await readLists(await remembered())).map(viewList),
    readList: async (id: string) => {
      const list = await readOneList(id, await remembered());
      return list && viewOneList(list);
    },
    generalNotes: async () => generalNotes(await withLists()),
    /** Epoch milliseconds. */
    nextRun: () => nextTime(settings.schedules.SYNC_SCHEDULE, clock.now()),
    findKnownList: async (id: string) => findKnownList(id, await remembered()),
    /** Also one that is gone from the settings, and of which no mailbox has anything any more. */
    findStoredList: async (id: string) => (await findStoredLists(await remembered())).find(list => list.id === id),
    readListMailboxes: async (list: Parameters<typeof readListMailboxes>[0], question: MailboxQuestion) => {
      const { mailboxes, next } = await readListMailboxes(list, question, await withLists());
      return { mailboxes: mailboxes.map(viewListMailbox), next };
    },
    /** Of the lists that somebody may see. */
    readDays: async (sees: (listId: string) => boolean, days: number) => {
      const stored = await findStoredLists(await remembered());
      return readDays(
        stored.filter(({ id }) => sees(id)),
        days,
        services,
      );
    },
    readListDays: (list: CountedList, days: number) => readDays([list], days, services),
    readMailbox: async (mailboxId: string) => viewMailbox(await readMailbox(mailboxId, await withLists())),
    searchContacts: async (listId: string, question: ContactQuestion) => {
      const { contacts, total } = await searchContacts(services.openListPartition(listId), question);
      return { contacts: contacts.map(viewContact), total };
    },
    /** Ids of the lists that somebody may operate without a role. */
    findOperatedLists: createListOperators({ ...services, readLists: () => currentLists.read() }),
    readRun: async (id: string) => {
      const run = (await runReader.readRun(id)) ?? (await readProofRun(id, services));
      return run && viewRun(run, await withLists());
    },
    readLatestRuns: async (limit: number) => {
      const known = await withLists();
      return (await runReader.readLatestRuns(limit)).map(run => viewRun(run, known));
    },

    readDefinition: (list: string) => readDefinition(list, settings.entries, definitions),
    readDefinitionVersions: definitions.readVersions,
    storeDefinition: (edit: Edit, entry: StoredEntry) => storeDefinition(edit, entry, definitionServices),
    /** What an entry would be, under its own id. */
    readCandidate: (entry: StoredEntry) => readCandidate(String(entry.id ?? ''), entry, definitionServices),
    previewContacts: async (list: ContactList, limit: number) =>
      viewTriedContacts(await previewContacts(list, await withLists(), limit)),
    deleteDefinition: (edit: Edit) => deleteDefinition(edit, definitionServices),

    keepFile: (bytes: Uint8Array) => keepFile(bytes, services),
    replaceFile: (list: ContactList, source: string, bytes: Uint8Array) => replaceFile(list, source, bytes, services),

    findUser: (idOrAddress: string) => graph.openDirectory().findUser(idOrAddress),
    findAddresses: graph.findAddresses,
    searchDirectory: graph.searchDirectory,
    openSources: () => openSourcesOf(settings),
    readSourceColumns: (list: ContactList, name: string | undefined) => readSourceColumns(list, name, services),
    readSourceFolders: (list: ContactList, name: string | undefined, limits: BrowsingLimits) =>
      readSourceFolders(list, name, limits, services),
    readContactFolders: (mailboxId: string, limits: BrowsingLimits) =>
      readContactFolders(graph.openFolderTree(mailboxId), limits),
  };

  /** What it is pinned to, where it was rolled back to other settings. */
  async function asWritten(list: ContactList): Promise<ContactList> {
    const partition = services.openListPartition(list.id);
    return asPinned(list, await partition.readPin(), partition);
  }

  /** Whatever goes on with these keeps the lists as they were when it began. */
  async function withLists(ids?: readonly string[]): Promise<Services> {
    return { ...services, ...(await currentLists.read(ids)) };
  }

  async function remembered(): Promise<Services> {
    return { ...(await withLists()), listIndex };
  }
}

export type App = ReturnType<typeof createApp>;
