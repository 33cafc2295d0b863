import type {
  ContactMailbox,
  ContactWrite,
  GraphFailure,
  PhotoOutcome,
  WriteOutcome,
} from '../../shared/ports/contactMailbox.ts';
import type { Directory } from '../../shared/ports/directory.ts';
import { failure, failureOfRefusal } from '../memory/graphFaults.ts';
import type { FolderRefusal, Poison } from './actions.ts';
import type { FaultKind } from './faults.ts';
import { crashPoint, doNow, type Host, never } from './host.ts';

/** Milliseconds after which the product gives a request up, and for which Graph may still work on it then. */
export const requestTimeout = 30_000;
export const grace = 30_000;
const shortWait = 5000;
const longWait = 120_000;

/** What the world does with a write beside doing it. */
export interface WriteRules {
  /** How Graph answers the content of this write, whenever it is tried; undefined where it takes it. */
  poisonOf(mailboxId: string, write: ContactWrite): Poison | undefined;
  beforeWrite(mailboxId: string, write: ContactWrite): void;
  /** @param categoriesRead those that its contact had when the writer last looked at them, before it sent the write */
  afterWrite(
    mailboxId: string,
    write: ContactWrite,
    outcome: WriteOutcome,
    categoriesRead: readonly string[] | undefined,
  ): void;
  /** How Exchange refuses to delete a folder of the mailbox; undefined where it does not. */
  refusalOf(mailboxId: string): FolderRefusal | undefined;
}

/** A mailbox as one process sees it: every request and every write inside a batch is done at a turn of its own. */
export function scheduledMailbox(
  host: Host,
  mailboxId: string,
  mailbox: ContactMailbox,
  rules: WriteRules,
): ContactMailbox {
  const read = <Answer>(label: string, work: () => Promise<Answer>) =>
    request(host, 'graphRead', `${mailboxId} ${label}`, work);
  const categoriesRead = new Map<string, readonly string[]>();
  return {
    counts: mailbox.counts,
    findFolder: path => read('findFolder', () => mailbox.findFolder(path)),
    listFolders: () => read('listFolders', () => mailbox.listFolders()),
    getFolder: id => read('getFolder', () => mailbox.getFolder(id)),
    isDeleted: folder => read('isDeleted', () => mailbox.isDeleted(folder)),
    findDeletedFolder: name => read('findDeletedFolder', () => mailbox.findDeletedFolder(name)),
    readFolderContent: id => read('readFolderContent', () => mailbox.readFolderContent(id)),
    createFolder: (name, mark) =>
      changeFolder(host, `${mailboxId} createFolder`, () => mailbox.createFolder(name, mark)),
    markFolder: (id, mark) => changeFolder(host, `${mailboxId} markFolder`, () => mailbox.markFolder(id, mark)),
    renameFolder: (id, name) => changeFolder(host, `${mailboxId} renameFolder`, () => mailbox.renameFolder(id, name)),
    deleteFolder: id =>
      changeFolder(host, `${mailboxId} deleteFolder`, async () => {
        const refusal = rules.refusalOf(mailboxId);
        if (refusal === 'refused') throw failureOfRefusal({ status: 403, code: 'ErrorCannotDeleteObject' });
        if (!refusal) await mailbox.deleteFolder(id);
      }),
    readChanges: (folderId, link) => read('readChanges', () => mailbox.readChanges(folderId, link)),
    listContacts: folderId => read('listContacts', () => mailbox.listContacts(folderId)),
    write: writes => writeBatch(host, mailboxId, mailbox, writes, rules, new Map(categoriesRead)),
    readCategories: ids =>
      read('readCategories', async () => {
        const answers = await mailbox.readCategories(ids);
        for (const [index, id] of ids.entries()) {
          const answer = answers[index];
          if (answer && !('kind' in answer)) categoriesRead.set(id, answer);
        }
        return answers;
      }),
    photoBytesSent: () => mailbox.photoBytesSent(),
    writePhotos: photos =>
      writePhotos(host, `${mailboxId} writePhotos`, photos.length, () => mailbox.writePhotos(photos)),
    readPhotos: ids => read('readPhotos', () => mailbox.readPhotos(ids)),
    readContacts: (ids, fields) => read('readContacts', () => mailbox.readContacts(ids, fields)),
    listAll: (folderId, fields) => read('listAll', () => mailbox.listAll(folderId, fields)),
    listStamped: (folderId, fields) => read('listStamped', () => mailbox.listStamped(folderId, fields)),
    listExtended: (folderId, names) => read('listExtended', () => mailbox.listExtended(folderId, names)),
    readExtended: (ids, names) => read('readExtended', () => mailbox.readExtended(ids, names)),
    findStamped: (folderId, key, fields) => read('findStamped', () => mailbox.findStamped(folderId, key, fields)),
    findAllStamped: (folderId, keys) => read('findAllStamped', () => mailbox.findAllStamped(folderId, keys)),
    getContact: (id, fields) => read('getContact', () => mailbox.getContact(id, fields)),
    getContacts: ids => read('getContacts', () => mailbox.getContacts(ids)),
    listEverywhere: () => read('listEverywhere', () => mailbox.listEverywhere()),
    isInDeletedItems: id => read('isInDeletedItems', () => mailbox.isInDeletedItems(id)),
    deletedItemsId: () => mailbox.deletedItemsId(),
  };
}

/** A batch of photos, which meets one fault as a whole: no write that follows asks what a photo was. */
async function writePhotos(
  host: Host,
  label: string,
  count: number,
  work: () => Promise<PhotoOutcome[]>,
): Promise<PhotoOutcome[]> {
  await host.thawed();
  await host.turn(label);
  const crash = await crashPoint(host);
  const fault = host.stage.faults.take('graphWrite');
  const outcome = fault && photoOutcomes[fault];
  if (fault === 'late') void landLate();
  const answers = !fault || (isDone(fault) && fault !== 'late') ? await doNow(host.stage, work) : [];
  if (crash) {
    host.die(crash.inFlight);
    return never;
  }
  return fault ? Array.from({ length: count }, () => outcome ?? unanswered) : answers;

  /** No later than Graph may work on it. */
  async function landLate(): Promise<void> {
    const { timeline, scheduler, faults } = host.stage;
    const deadline = timeline.now() + grace - 1;
    await timeline.wait(grace - 1);
    await scheduler.schedule(Promise.resolve(), `${host.name} late ${label}`);
    if (timeline.now() > deadline) return;
    faults.note('graphWrite without its process or answer');
    await doNow(host.stage, work);
  }
}

const photoOutcomes: Partial<Record<FaultKind, PhotoOutcome>> = {
  throttled: { kind: 'throttled', retryAfter: shortWait },
  throttledLong: { kind: 'throttled', retryAfter: longWait },
  notTried: { kind: 'notTried' },
  rejected: { kind: 'refused', code: 'ErrorInvalidImage', detail: '' },
};

export function scheduledDirectory(host: Host, directory: Directory): Directory {
  const read = <Answer>(label: string, work: () => Promise<Answer>) => request(host, 'directory', label, work);
  return {
    counts: directory.counts,
    findUser: name => read('findUser', () => directory.findUser(name)),
    findLanguage: id => read('findLanguage', () => directory.findLanguage(id)),
    findGroup: name => read('findGroup', () => directory.findGroup(name)),
    groupMembers: (id, withAddresses) => read('groupMembers', () => directory.groupMembers(id, withAddresses)),
  };
}

async function request<Answer>(
  host: Host,
  on: 'graphRead' | 'directory',
  label: string,
  work: () => Promise<Answer>,
): Promise<Answer> {
  const { timeline, faults } = host.stage;
  await host.thawed();
  const sentAt = timeline.now();
  await host.turn(label);
  const crash = await crashPoint(host);
  const fault = faults.take(on);
  if (fault) throw failureOf(fault);
  if (timeline.now() >= sentAt + requestTimeout) throw failure('unavailable');
  const answer = await doNow(host.stage, work);
  if (!crash) return answer;
  host.die(crash.inFlight);
  return never;
}

/** A request that changes a folder: it may be done although its answer is lost. */
async function changeFolder<Answer>(host: Host, label: string, work: () => Promise<Answer>): Promise<Answer> {
  const { timeline, faults } = host.stage;
  await host.thawed();
  const sentAt = timeline.now();
  await host.turn(label);
  const crash = await crashPoint(host);
  const fault = faults.take('graphWrite');
  if (fault && !isDone(fault)) throw failureOf(fault);
  const answer = await doNow(host.stage, work);
  if (crash) {
    host.die(crash.inFlight);
    return never;
  }
  if (fault || timeline.now() >= sentAt + requestTimeout) throw failure('unavailable');
  return answer;
}

/** Late ones are done at once here: what folders hold is only looked at later anyway. */
function isDone(fault: FaultKind): boolean {
  return fault === 'lost' || fault === 'late' || fault === 'slow' || fault === 'cut';
}

function failureOf(fault: FaultKind): GraphFailure {
  if (fault === 'throttled') return failure('throttled', shortWait);
  if (fault === 'throttledLong') return failure('throttled', longWait);
  return failure(fault === 'rejected' ? 'refused' : 'unavailable');
}

/** What the requests of one batch share: cut off, none of them is answered. */
interface Batch {
  readonly cut: Promise<void>;
  cutOff(): void;
  isCut: boolean;
  /** Graph does nothing of the batch after this time. */
  deadline: number;
}

function openBatch(now: number): Batch {
  let resolveCut = () => {};
  const batch: Batch = {
    cut: new Promise(resolve => {
      resolveCut = resolve;
    }),
    cutOff() {
      batch.isCut = true;
      resolveCut();
    },
    isCut: false,
    deadline: now + requestTimeout + grace - 1,
  };
  return batch;
}

async function writeBatch(
  host: Host,
  mailboxId: string,
  mailbox: ContactMailbox,
  writes: readonly ContactWrite[],
  rules: WriteRules,
  categoriesRead: ReadonlyMap<string, readonly string[]>,
): Promise<WriteOutcome[]> {
  await host.thawed();
  const batch = openBatch(host.stage.timeline.now());
  const requests = writes.map((write, index) => {
    const perform = async () => {
      rules.beforeWrite(mailboxId, write);
      const poison = rules.poisonOf(mailboxId, write);
      const [outcome] = poison ? [poisoned[poison]] : await doNow(host.stage, () => mailbox.write([write]));
      const answer = outcome ?? unanswered;
      const read = write.kind === 'patch' ? categoriesRead.get(write.contactId) : undefined;
      rules.afterWrite(mailboxId, write, answer, read);
      return answer;
    };
    return send(host, `${mailboxId} ${write.kind} ${index}`, perform, batch, index);
  });
  const answers = await Promise.race([Promise.all(requests), batch.cut.then(() => undefined)]);
  // The answers of a dead process reach nobody.
  await host.thawed();
  if (!host.isAlive()) return never;
  return answers ?? writes.map(() => unanswered);
}

const unanswered = { kind: 'unknown', code: 'NoAnswer' } as const;
const rejection: WriteOutcome = { kind: 'refused', code: 'ErrorPropertyValidationFailure', detail: '' };
const serverError: WriteOutcome = { kind: 'serverError', code: 'ErrorItemSave' };
const poisoned: Record<Poison, WriteOutcome> = { refused: rejection, serverError };

/** One request of a batch on its way: done when the scheduler says so, answered unless it is given up before. */
function send(
  host: Host,
  label: string,
  perform: () => Promise<WriteOutcome>,
  batch: Batch,
  index: number,
): Promise<WriteOutcome> {
  const { scheduler, timeline, faults } = host.stage;
  return new Promise(resolve => {
    const cancelTimeout = timeline.after(requestTimeout, () => resolve(unanswered));
    const answer = (outcome: WriteOutcome) => {
      cancelTimeout();
      resolve(outcome);
    };
    void travel();

    async function travel(): Promise<void> {
      await scheduler.schedule(Promise.resolve(), `${host.name} ${label}`);
      if (batch.isCut || !host.isAlive()) return land(batch.isCut ? index % 2 === 0 : host.requestsLand());
      const crash = faults.takeCrash();
      if (crash?.side === 'before') host.die(crash.inFlight);
      if (!host.isAlive()) return land(host.requestsLand());
      const fault = faults.take('graphWrite');
      if (fault === 'cut') {
        batch.deadline = Math.min(batch.deadline, timeline.now() + grace - 1);
        batch.cutOff();
      }
      const outcome = await meet(fault);
      if (crash) host.die(crash.inFlight);
      if (outcome) answer(outcome);
    }

    async function meet(fault: FaultKind | undefined): Promise<WriteOutcome | undefined> {
      switch (fault) {
        case undefined:
          return timeline.now() <= batch.deadline ? perform() : undefined;
        case 'lost':
          await land(true);
          return unanswered;
        case 'late':
          void landAt(Math.min(batch.deadline, timeline.now() + grace - 1));
          return unanswered;
        case 'slow':
          void landAt(batch.deadline);
          return undefined;
        case 'cut':
          await land(index % 2 === 0);
          return unanswered;
        case 'throttled':
          return { kind: 'throttled', retryAfter: shortWait };
        case 'throttledLong':
          return { kind: 'throttled', retryAfter: longWait };
        case 'notTried':
          return { kind: 'notTried' };
        case 'rejected':
          return rejection;
        case 'serverError':
          return serverError;
        case 'serverErrorDone':
          await land(true);
          return serverError;
        default:
          return unanswered;
      }
    }

    async function landAt(time: number): Promise<void> {
      await timeline.wait(time - timeline.now());
      await scheduler.schedule(Promise.resolve(), `${host.name} late ${label}`);
      await land(timeline.now() <= time);
    }

    /** Done although nobody hears of it; no later than Graph may work on it. */
    async function land(isDoneAtAll: boolean): Promise<void> {
      if (!isDoneAtAll || timeline.now() > batch.deadline) return;
      faults.note('graphWrite without its process or answer');
      await perform();
    }
  });
}
