import { chunksOf } from '../../shared/domain/chunks.ts';
import { findFreePort } from '../local/freePort.ts';
import { type Storage, startStorage } from '../local/storage/index.ts';
import { openGraph } from '../world/graphDriver.ts';
import { type Host, startWorld, until, type World } from '../world/world.ts';
import type { Measurement } from './figures.ts';
import { type MeasuredApp, openBuiltApp, settingsOf } from './measuredApp.ts';
import { fireTimer, measureRun, type StartRun } from './measureRun.ts';
import type { ContactDirectory } from './sourceContacts.ts';

/** A source folder full of contacts, a group of target mailboxes and one host, on which the cases follow each other. */
export interface TestBed {
  readonly world: World;
  readonly source: {
    readonly mailboxId: string;
    readonly folderId: string;
    readonly contacts: readonly SourceContact[];
  };
  /** Ids of the target mailboxes. */
  readonly targets: readonly string[];
  /** Service time of every request to Graph in a measured run. */
  readonly latencyMilliseconds: number;
  /** Starts a run, by the timer unless said otherwise, and measures until it is over. @throws when the run has problems */
  measure(start?: StartRun): Promise<Measurement>;
  /** The host that the next runs start on, in the place of the one so far, with some settings of its own. */
  replaceHost(settings?: Readonly<Record<string, string>>): Promise<Host>;
  /** Brings every target up to date with the source, unless a run has done it before. */
  fill(): Promise<void>;
  /** Puts that many new mailboxes into the first group: further targets. */
  join(count: number): Promise<void>;
  /** The id of the app's subscription to the source folder. */
  findSubscription(): Promise<string | undefined>;
  /** The contacts of each target's folder. */
  readTargets(select: string): Promise<Readonly<Record<string, unknown>>[][]>;
  stop(): Promise<void>;
}

export interface SourceContact {
  readonly id: string;
  readonly displayName: string;
}

const sourceName = 'directory';
const sourceFolder = 'Staff';
const targetFolder = 'Company Contacts';
/** As the local managed identity names it to Graph. */
export const appName = 'contact-folder-sync';
export const latencyMilliseconds = 50;
/** What one app may write to a mailbox in ten minutes: a longer list is filled in by several. */
const contactsAFiller = 9000;
/** How long the messages of a host that was killed are kept from the next, unless said. */
const shortLockSeconds = 10;

export interface BedSize {
  readonly mailboxes: number;
  readonly hosts: number;
  /** Graph notifies the first host of changes in the source. */
  readonly notified?: boolean;
  /** That the mailboxes are in, each in one; one group unless given. */
  readonly groups?: number;
  /** All of the directory's unless given; generated ones where that has fewer. */
  readonly contacts?: number;
  /** As long as messages are locked in Azure, where hosts are busy for longer than usual. */
  readonly lockSeconds?: number;
  /** Service time of every request to Graph, in milliseconds, where it is another than usual. */
  readonly latency?: number;
}

export const sharedBed: BedSize = { mailboxes: 20, hosts: 1 };

interface BedOptions extends Omit<BedSize, 'contacts'> {
  readonly contacts: ContactDirectory['contacts'];
  readonly app: MeasuredApp;
}

export async function openTestBed(options: BedOptions): Promise<TestBed> {
  const hostStorage = await startStorage();
  try {
    return await openWithHostStorage(hostStorage, options);
  } catch (error) {
    await hostStorage.close();
    throw error;
  }
}

/** The host keeps its timers' state in a storage of its own, so that only the app's table operations are counted. */
async function openWithHostStorage(hostStorage: Storage, options: BedOptions): Promise<TestBed> {
  const { app, lockSeconds = shortLockSeconds } = options;
  const settings = { AzureWebJobsStorage: hostStorage.connectionString };
  const appDirectory = app.bundleDirectory;
  const world = await startWorld({ lists: [], settings, lockSeconds, quietHosts: true, appDirectory });
  try {
    world.configure(settingsOf(app, world.settings(), (await openBuiltApp()).sample));
    const bed = await fillWorld(world, options);
    return {
      ...bed,
      stop: async () => {
        await world.stop();
        await hostStorage.close();
      },
    };
  } catch (error) {
    await world.stop();
    throw error;
  }
}

async function fillWorld(
  world: World,
  { contacts: bodies, mailboxes, groups = 1, hosts, notified, latency = latencyMilliseconds }: BedOptions,
): Promise<Omit<TestBed, 'stop'>> {
  const { graph } = world;
  const mailboxId = await graph.addUser(sourceName);
  const folderId = await graph.addFolder(mailboxId, sourceFolder);
  const url = `/users/${mailboxId}/contactFolders/${folderId}/contacts`;
  const created: Readonly<Record<string, unknown>>[] = [];
  for (const part of chunksOf(bodies, contactsAFiller)) {
    const filler = await openGraph(world.graphUrl, `filler-${created.length}`);
    created.push(...(await filler.batch(part.map(body => ({ method: 'POST', url, body })))));
  }
  const contacts = created.map(({ id, displayName }) => ({ id: String(id), displayName: String(displayName) }));

  const targets: string[] = [];
  const groupIds: string[] = [];
  for (let index = 0; index < groups; index++) {
    groupIds.push(await addTargets(Math.ceil((mailboxes - targets.length) / (groups - index)), index));
  }
  const list = {
    id: 'staff',
    source: { kind: 'contactFolder', mailbox: `${sourceName}@contoso.example`, folders: [sourceFolder] },
    targets: { groups: groupIds },
    destination: { folder: targetFolder, category: 'Company' },
  };
  world.configure({ CONTACT_LISTS: JSON.stringify([list]) });
  let host = await world.startHost(notified ? { WEBHOOK_URL: `http://127.0.0.1:${await findFreePort()}` } : {});
  for (let started = 1; started < hosts; started++) await world.startHost();
  let filled = false;
  return {
    world,
    source: { mailboxId, folderId, contacts },
    targets,
    latencyMilliseconds: latency,
    measure: (start = fireTimer) => measure(latency, start),
    replaceHost,
    fill: async () => {
      if (!filled) await measure(0, fireTimer);
      if (notified) await until(findSubscription);
    },
    join: async count => {
      await addTargets(count, 0);
    },
    findSubscription,
    readTargets: select => Promise.all(targets.map(id => readTarget(id, select))),
  };

  async function addTargets(count: number, group: number): Promise<string> {
    const made = await graph.control<{ mailboxes: { id: string }[]; group: { id: string } }>('POST', '/mailboxes', {
      count,
      prefix: `target${targets.length}-`,
      group: `group${group}`,
    });
    targets.push(...made.mailboxes.map(({ id }) => id));
    return made.group.id;
  }

  async function findSubscription(): Promise<string | undefined> {
    const app = await openGraph(world.graphUrl, appName);
    const { value } = await app.call<{ value: { id: string }[] }>('GET', '/subscriptions');
    return value[0]?.id;
  }

  async function replaceHost(settings: Readonly<Record<string, string>> = {}): Promise<Host> {
    await host.stop();
    host = await world.startHost(settings);
    return host;
  }

  async function measure(milliseconds: number, start: StartRun): Promise<Measurement> {
    await graph.control('POST', '/latency', { milliseconds });
    const measurement = await measureRun(world, host, start, contacts.length);
    await graph.control('POST', '/latency', { milliseconds: 0 });
    filled = true;
    return measurement;
  }

  async function readTarget(userId: string, select: string): Promise<Readonly<Record<string, unknown>>[]> {
    const targetFolderId = await graph.findFolder(userId, targetFolder);
    return targetFolderId ? graph.readContacts(userId, targetFolderId, `&$select=${select}`) : [];
  }
}
