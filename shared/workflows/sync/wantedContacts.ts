import { LRUCache } from 'lru-cache';
import type { Contact } from '../../core/contact.ts';
import { fingerprintFields } from '../../core/fingerprint.ts';
import { compileMapping, type Mapping } from '../../core/mapping.ts';
import type { WantedChange, WantedContact } from '../../core/plan.ts';
import { stampVersion } from '../../core/stamp.ts';
import { type SyncedList, settingsFingerprint } from '../../settings/contactList.ts';
import type { Source } from '../../state/sources.ts';

/** What a mailbox should hold, as far as it has to be looked at. */
export interface Wanted {
  /** `changes`: what the source changed since a position. `snapshot`: everything; what is not named is not wanted. */
  readonly extent: 'changes' | 'snapshot';
  readonly changes: readonly WantedChange[];
}

/** A list's mapping with what identifies it. */
export interface ListMapping {
  readonly mapping: Mapping;
  /** Fingerprint of the list's settings; a checkpoint names the one that its folder is in line with. */
  readonly settings: string;
}

/**
 * Reads the journal for the mailboxes of this process. What was read for one is kept for the others (by list, start
 * and head): a thousand mailboxes do not read one partition a thousand times (design: Capturing, 6).
 */
export function createJournalReader(openSource: (listId: string) => Source) {
  const heads = new LRUCache<string, Promise<number>>({ max: 200, ttl: 60_000 });
  const readings = new LRUCache<string, Promise<Wanted>>({ max: 16, ttl: 300_000 });
  const mappings = new Map<string, ListMapping>();
  return { mappingOf, readHead, readWanted, readSnapshotContacts };

  function mappingOf(list: SyncedList): ListMapping {
    const settings = settingsFingerprint(list);
    const key = `${list.id}:${settings}`;
    const known = mappings.get(key) ?? { mapping: compileMapping(list.mapping, list.destination.category), settings };
    mappings.set(key, known);
    return known;
  }

  /** The journal's head, no older than the message that names `atLeast`; lower only if the journal was lost. */
  function readHead(list: SyncedList, atLeast: number): Promise<number> {
    return keep(heads, `${list.id}:${atLeast}`, async () => {
      const stored = await openSource(list.id).readCheckpoint();
      return stored?.checkpoint.head ?? 0;
    });
  }

  /** Everything between `position` and `head`; the whole snapshot for -1 and for a position that the log no longer holds. */
  function readWanted(list: SyncedList, position: number, head: number): Promise<Wanted> {
    const { settings } = mappingOf(list);
    return keep(readings, `${list.id}:${settings}:${position}:${head}`, () => read(list, position, head));
  }

  async function read(list: SyncedList, position: number, head: number): Promise<Wanted> {
    const source = openSource(list.id);
    const listMapping = mappingOf(list);
    const journal = position >= 0 && position <= head ? await source.readJournal(position, head) : undefined;
    if (!journal) {
      const snapshot = await source.readSnapshot();
      const changes = snapshot.map(row => wantedChange(row.sourceKey, row.contact, row.position, listMapping));
      return { extent: 'snapshot', changes };
    }
    const latest = new Map(journal.map(change => [change.sourceKey, change]));
    const changes = [...latest.values()].map(change =>
      wantedChange(change.sourceKey, change.contact, change.position, listMapping),
    );
    return { extent: 'changes', changes };
  }

  /** Single contacts of the snapshot, for keys that have to be looked at although the source did not change them. */
  async function readSnapshotContacts(list: SyncedList, sourceKeys: readonly string[]): Promise<WantedChange[]> {
    if (sourceKeys.length === 0) return [];
    const rows = await openSource(list.id).readSnapshotContacts(sourceKeys);
    const found = new Map(rows.map(row => [row.sourceKey, row]));
    return sourceKeys.map(sourceKey => {
      const row = found.get(sourceKey);
      return wantedChange(sourceKey, row?.contact ?? null, row?.position ?? 0, mappingOf(list));
    });
  }
}

export type JournalReader = ReturnType<typeof createJournalReader>;

function wantedChange(sourceKey: string, source: Contact | null, position: number, list: ListMapping): WantedChange {
  return { sourceKey, wanted: source ? wantedContact(source, position, list) : null };
}

function wantedContact(source: Contact, position: number, { mapping, settings }: ListMapping): WantedContact {
  const contact = mapping.apply(source);
  return { contact, fingerprints: fingerprintFields(contact), version: stampVersion(position, settings) };
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
