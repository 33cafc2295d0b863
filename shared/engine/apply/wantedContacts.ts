import { LRUCache } from 'lru-cache';
import type { Contact } from '../../domain/contact.ts';
import { fingerprintFields } from '../../domain/fingerprint.ts';
import type { Start } from '../../domain/mailboxPhase.ts';
import { compileMapping, type Mapping } from '../../domain/mapping.ts';
import type { WantedChange, WantedContact } from '../../domain/plan.ts';
import { isOtherSettings, positionOf, stampVersion } from '../../domain/stamp.ts';
import { type SyncedList, settingsFingerprint } from '../../settings/contactList.ts';
import type { JournalChange, Source } from '../../store/sources.ts';

/** Where a list's mailboxes should be. */
export interface JournalGoal {
  readonly head: number;
  /** The journal that the head is one of, by the time it was begun; 0 where that is not known. */
  readonly epoch: number;
}

/** What a mailbox should hold, as far as it has to be looked at. */
export interface Wanted {
  /** `changes`: what the source changed since a position. `snapshot`: everything; what is not named is not wanted. */
  readonly extent: 'changes' | 'snapshot';
  readonly changes: readonly WantedChange[];
  /** Source keys that the source had before, so that the ledger of a mailbox should know them. */
  readonly known: ReadonlySet<string>;
}

/** A list's mapping with what identifies it. */
export interface ListMapping {
  readonly mapping: Mapping;
  /** Fingerprint of the list's settings; a checkpoint names the one that its folder is in line with. */
  readonly settings: string;
}

/** Reads the journal for one kind of folder. */
export interface WantedReader {
  mappingOf(list: SyncedList): ListMapping;
  /** Everything between the start and the head; the whole snapshot where that is the start, or the log no longer holds it. */
  readWanted(list: SyncedList, start: Start, goal: JournalGoal): Promise<Wanted>;
  /** Single contacts of the snapshot, for keys that have to be looked at although the source did not change them. */
  readSnapshotContacts(list: SyncedList, sourceKeys: readonly string[]): Promise<WantedChange[]>;
}

/**
 * Reads the journal for the mailboxes of this process. What was read for one is kept for the others (by list, start
 * and head): a thousand mailboxes do not read one partition a thousand times (design: Capturing, 6).
 */
export function createJournalReader(openSource: (listId: string) => Source) {
  const goals = new LRUCache<string, Promise<JournalGoal>>({ max: 200, ttl: 60_000 });
  const readings = new LRUCache<string, Promise<Wanted>>({ max: 16, ttl: 300_000 });
  const mappings = new Map<string, ListMapping>();
  return { ...readFor(undefined), readFor, readGoal, readWritten };

  function mappingOf(list: SyncedList): ListMapping {
    const settings = settingsFingerprint(list);
    const key = `${list.id}:${settings}`;
    const known = mappings.get(key) ?? { mapping: compileMapping(list.mapping, list.destination.category), settings };
    mappings.set(key, known);
    return known;
  }

  /** The journal's head, no older than the message that names `atLeast`; lower only if the journal was lost. */
  function readGoal(list: SyncedList, atLeast: JournalGoal): Promise<JournalGoal> {
    return keep(goals, `${list.id}:${atLeast.epoch}:${atLeast.head}`, async () => {
      const { head = 0, epoch = 0 } = (await openSource(list.id).readCheckpoint())?.checkpoint ?? {};
      return { head, epoch };
    });
  }

  /** What was written under a version stamp; undefined where neither snapshot nor journal can tell any more. */
  async function readWritten(list: SyncedList, sourceKey: string, version: string): Promise<WantedContact | undefined> {
    const listMapping = mappingOf(list);
    const position = positionOf(version);
    if (isOtherSettings(version, stampVersion(position, listMapping.settings))) return undefined;
    const source = openSource(list.id);
    const [row] = await source.readSnapshotContacts([sourceKey]);
    const contact = row?.position === position ? row.contact : await readChanged(source, sourceKey, position);
    return contact ? wantedContact(contact, position, listMapping) : undefined;
  }

  /** @param installation whose id the versions name, for a folder that carries no mark of ours */
  function readFor(installation: string | undefined): WantedReader {
    return { mappingOf, readWanted, readSnapshotContacts };

    function readWanted(list: SyncedList, start: Start, goal: JournalGoal): Promise<Wanted> {
      const { settings } = mappingOf(list);
      const position = start === 'snapshot' ? undefined : start.position;
      const key = [list.id, settings, installation, goal.epoch, position, goal.head].join(':');
      return keep(readings, key, () => read(list, position, goal.head));
    }

    async function read(list: SyncedList, position: number | undefined, head: number): Promise<Wanted> {
      const source = openSource(list.id);
      const isBefore = position !== undefined && position <= head;
      const journal = isBefore ? await source.readJournal(position, head) : undefined;
      if (!journal) {
        const snapshot = await source.readSnapshot();
        const changes = snapshot.map(row => change(list, row.sourceKey, row.contact, row.position));
        return { extent: 'snapshot', changes, known: new Set() };
      }
      const latest = new Map(journal.map(row => [row.sourceKey, row]));
      const changes = [...latest.values()].map(row => change(list, row.sourceKey, row.contact, row.position));
      return { extent: 'changes', changes, known: knownBefore(journal) };
    }

    async function readSnapshotContacts(list: SyncedList, sourceKeys: readonly string[]): Promise<WantedChange[]> {
      if (sourceKeys.length === 0) return [];
      const rows = await openSource(list.id).readSnapshotContacts(sourceKeys);
      const found = new Map(rows.map(row => [row.sourceKey, row]));
      return sourceKeys.map(sourceKey => {
        const row = found.get(sourceKey);
        return change(list, sourceKey, row?.contact ?? null, row?.position ?? 0);
      });
    }

    function change(list: SyncedList, sourceKey: string, contact: Contact | null, position: number): WantedChange {
      return { sourceKey, wanted: contact && wantedContact(contact, position, mappingOf(list), installation) };
    }
  }
}

export type JournalReader = ReturnType<typeof createJournalReader>;

/** Keys whose first change since is no addition; a row that does not tell may be one. */
function knownBefore(journal: readonly JournalChange[]): ReadonlySet<string> {
  const first = new Map(journal.toReversed().map(row => [row.sourceKey, row]));
  return new Set([...first.values()].filter(({ added }) => added === false).map(({ sourceKey }) => sourceKey));
}

async function readChanged(source: Source, sourceKey: string, position: number): Promise<Contact | null> {
  const [change] = (await source.readJournal(position - 1, position)) ?? [];
  return change?.sourceKey === sourceKey ? change.contact : null;
}

function wantedContact(
  source: Contact,
  position: number,
  { mapping, settings }: ListMapping,
  installation?: string,
): WantedContact {
  const contact = mapping.apply(source);
  const version = stampVersion(position, settings, installation);
  return { contact, fingerprints: fingerprintFields(contact), version };
}

/** Shares one reading among all who ask for it while it runs and after; a failed one is not kept. */
function keep<Value>(cache: LRUCache<string, Promise<Value>>, key: string, read: () => Promise<Value>): Promise<Value> {
  const known = cache.get(key);
  if (known) return known;
  const reading = read();
  cache.set(key, reading);
  reading.catch(() => cache.delete(key));
  return reading;
}
