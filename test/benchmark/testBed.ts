import { type Storage, startStorage } from '../local/storage/index.ts';
import { type Host, startWorld, type World } from '../world/world.ts';
import type { Measurement } from './figures.ts';
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
/** How long the messages of a host that was killed are kept from the next. */
const lockSeconds = 10;

export interface BedSize {
  readonly mailboxes: number;
  readonly hosts: number;
  /** All of the directory's unless given. */
  readonly contacts?: number;
}

interface BedOptions {
  readonly contacts: ContactDirectory['contacts'];
  readonly mailboxes: number;
  readonly hosts: number;
  readonly latencyMilliseconds: number;
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
  const settings = { AzureWebJobsStorage: hostStorage.connectionString };
  const world = await startWorld({ lists: [], settings, lockSeconds });
  try {
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
  { contacts: bodies, mailboxes, hosts, latencyMilliseconds }: BedOptions,
): Promise<Omit<TestBed, 'stop'>> {
  const { graph } = world;
  const mailboxId = await graph.addUser(sourceName);
  const folderId = await graph.addFolder(mailboxId, sourceFolder);
  const url = `/users/${mailboxId}/contactFolders/${folderId}/contacts`;
  const created = await graph.batch(bodies.map(body => ({ method: 'POST', url, body })));
  const contacts = created.map(({ id, displayName }) => ({ id: String(id), displayName: String(displayName) }));

  const group = 'everyone';
  const made = await graph.control<{ mailboxes: { id: string }[]; group: { id: string } }>('POST', '/mailboxes', {
    count: mailboxes,
    prefix: 'target',
    group,
  });
  const targets = made.mailboxes.map(({ id }) => id);
  const list = {
    id: 'staff',
    source: { kind: 'contactFolder', mailbox: `${sourceName}@contoso.example`, folders: [sourceFolder] },
    targets: { groups: [made.group.id] },
    destination: { folder: targetFolder, category: 'Company' },
  };
  world.configure({ CONTACT_LISTS: JSON.stringify([list]) });
  let host = await world.startHost();
  for (let started = 1; started < hosts; started++) await world.startHost();
  let filled = false;
  return {
    world,
    source: { mailboxId, folderId, contacts },
    targets,
    latencyMilliseconds,
    measure: (start = fireTimer) => measure(latencyMilliseconds, start),
    replaceHost,
    fill: async () => {
      if (!filled) await measure(0, fireTimer);
    },
    readTargets: select => Promise.all(targets.map(id => readTarget(id, select))),
  };

  async function replaceHost(settings: Readonly<Record<string, string>> = {}): Promise<Host> {
    await host.stop();
    host = await world.startHost(settings);
    return host;
  }

  async function measure(milliseconds: number, start: StartRun): Promise<Measurement> {
    await graph.control('POST', '/latency', { milliseconds });
    const measurement = await measureRun(world, host, start);
    await graph.control('POST', '/latency', { milliseconds: 0 });
    filled = true;
    return measurement;
  }

  async function readTarget(userId: string, select: string): Promise<Readonly<Record<string, unknown>>[]> {
    const targetFolderId = await graph.findFolder(userId, targetFolder);
    return targetFolderId ? graph.readContacts(userId, targetFolderId, `&$select=${select}`) : [];
  }
}
