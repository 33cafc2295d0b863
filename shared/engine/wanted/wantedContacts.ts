import { type Restriction, restrictionOf } from '../../domain/audience.ts';
import type { Contact } from '../../domain/contact.ts';
import { fingerprintFields } from '../../domain/fingerprint.ts';
import { valuesOf, type Written } from '../../domain/giveBack.ts';
import type { JournalHead } from '../../domain/goal.ts';
import type { Start } from '../../domain/mailboxPhase.ts';
import type { Mapping } from '../../domain/mapping.ts';
import type { WantedChange, WantedContact } from '../../domain/plan.ts';
import { isOtherSettings, positionOf, stampVersion } from '../../domain/stamp.ts';
import { type PositionedContact, windBack } from '../../domain/windBack.ts';
import { memoise } from '../../memoise.ts';
import { compileListMapping, type SyncedList, settingsFingerprint } from '../../settings/contactList.ts';
import { DamagedRow } from '../../store/damagedRow.ts';
import type { JournalChange } from '../../store/journalRows.ts';
import type { ListPartition } from '../../store/listPartition.ts';
import type { SnapshotContact } from '../../store/snapshotRows.ts';
import { noteDamageOf } from '../noteDamage.ts';

/** Where a mailbox should be. Nothing carries it past the head, whatever the journal holds beyond it. */
export interface Goal extends JournalHead {
  /** The journal's newest position, as far as it is known. */
  readonly newest: number;
}

/** What a mailbox should hold, as far as it has to be looked at. */
export interface Wanted {
  /** `changes`: what the source changed since a position. `snapshot`: everything; what is not named is not wanted. */
  readonly extent: 'changes' | 'snapshot';
  readonly changes: readonly WantedChange[];
  /** Source keys that the source had before, so that the ledger of a mailbox should know them. */
  readonly known: ReadonlySet<string>;
  /** A rollback brought some of them back, which users may have as their own meanwhile. */
  readonly bringsBack: boolean;
  /** For whom contacts were before, by source key, where that was not everybody. */
  readonly restrictedBefore: ReadonlyMap<string, Restriction>;
}

/** Everything that is not wanted is named by what is. */
export const nothingWanted: Wanted = {
  extent: 'snapshot',
  changes: [],
  known: new Set(),
  bringsBack: false,
  restrictedBefore: new Map(),
};

/** A list's mapping with what identifies it. */
export interface ListMapping {
  readonly mapping: Mapping;
  /** Fingerprint of the list's settings; a checkpoint names the one that its folder is in line with. */
  readonly settings: string;
}

/** Reads the journal for one kind of folder, and for everybody: `withinAudience` says what one mailbox sees of it. */
export interface WantedReader {
  mappingOf(list: SyncedList): ListMapping;
  /**
   * Everything between the start and the head, with what is hidden from somebody beyond it; all that the list held at the
   * head where the start is no such position.
   */
  readWanted(list: SyncedList, start: Start, goal: Goal): Promise<Wanted>;
  /** Single contacts as they were at the head, for keys that have to be looked at although the source did not change them. */
  readContacts(list: SyncedList, sourceKeys: readonly string[], goal: Goal): Promise<WantedChange[]>;
}

/**
 * Reads the journal for the mailboxes of this process. What was read for one is kept for the others (by list, start
 * and head): a thousand mailboxes do not read one partition a thousand times (rules.md: Capturing, 6).
 */
export function createJournalReader(openListPartition: (listId: string) => ListPartition) {
  const heads = memoise<JournalHead & { readonly contacts: number }>({ max: 200, ttl: 60_000 });
  const readings = memoise<Wanted>({ max: 16, ttl: 300_000 });
  const journals = memoise<JournalChange[] | undefined>({ max: 16, ttl: 300_000 });
  const mappings = new WeakMap<SyncedList, ListMapping>();
  return { ...readFor(undefined), readFor, readNewest, readWritten, readWrittenValues, foresee, countContacts };

  function mappingOf(list: SyncedList): ListMapping {
    const known = mappings.get(list) ?? { mapping: compileListMapping(list), settings: settingsFingerprint(list) };
    mappings.set(list, known);
    return known;
  }

  /** The journal's newest position: no older than the one that is known, and lower only if the journal was lost. */
  function readNewest(listId: string, known?: JournalHead) {
    return heads([listId, known?.epoch, known?.head].join(':'), async () => {
      const {
        head = 0,
        epoch = 0,
        contacts = 0,
      } = (await openListPartition(listId).readCheckpoint())?.checkpoint ?? {};
      return { head, epoch, contacts };
    });
  }

  /** About how many contacts a mailbox has of a list. */
  async function countContacts(listId: string, goal: JournalHead): Promise<number> {
    return (await readNewest(listId, goal)).contacts;
  }

  /**
   * Source keys whose ledger rows a mailbox probably needs to reach a goal: those of the newest position, since most
   * mailboxes are just behind it.
   */
  async function foresee(listId: string, goal: JournalHead): Promise<string[]> {
    const newest = goal.head > 0 ? await readShared(listId, goal.head - 1, goal) : [];
    return (newest ?? []).map(({ sourceKey }) => sourceKey);
  }

  function readShared(listId: string, position: number, { epoch, head }: JournalHead) {
    const key = [listId, epoch, position, head].join(':');
    return journals(key, () => readJournal(openListPartition(listId), position, head));
  }

  /** What was written under a version stamp; undefined where neither snapshot nor journal can tell any more. */
  async function readWritten(list: SyncedList, sourceKey: string, version: string): Promise<WantedContact | undefined> {
    const listMapping = mappingOf(list);
    const position = positionOf(version);
    if (isOtherSettings(version, stampVersion(position, listMapping.settings))) return undefined;
    const contact = await readContactAt(openListPartition(list.id), sourceKey, position);
    return contact ? wantedContact(contact, position, listMapping) : undefined;
  }

  /** Every value that may have been written under a version stamp, whatever the settings were then. */
  async function readWrittenValues(
    list: SyncedList,
    sourceKey: string,
    version: string,
  ): Promise<Omit<Written, 'fields'>> {
    const contact = await readContactAt(openListPartition(list.id), sourceKey, positionOf(version));
    if (!contact) return { values: new Set() };
    const mapped = mappingOf(list).mapping.apply(contact);
    const values = new Set([...valuesOf(contact), ...valuesOf(mapped)]);
    return { values, categories: mapped.categories ?? [] };
  }

  /** @param installation whose id the versions name, for a folder that carries no mark of ours */
  function readFor(installation: string | undefined): WantedReader {
    return { mappingOf, readWanted, readContacts };

    function readWanted(list: SyncedList, start: Start, goal: Goal): Promise<Wanted> {
      const { settings } = mappingOf(list);
      // Settings are the same in every language, the category is not; it comes last, since it may hold anything.
      const { category } = list.destination;
      const position = start === 'snapshot' ? undefined : start.position;
      const key = [list.id, settings, installation, goal.epoch, position, goal.head, goal.newest, category].join(':');
      return readings(key, () => read(list, position, goal));
    }

    async function read(list: SyncedList, position: number | undefined, goal: Goal): Promise<Wanted> {
      const isBefore = position !== undefined && position <= goal.head;
      const journal = isBefore ? await readShared(list.id, position, goal) : undefined;
      const partition = openListPartition(list.id);
      if (!journal) {
        const { contacts, hidden } = await readAtHead(list, partition, goal, partition.readSnapshot);
        return { ...nothingWanted, changes: contacts.map(row => change(list, row, hidden)) };
      }
      const later =
        goal.newest > goal.head ? await noteDamageOf(partition, () => partition.readChangesAfter(goal.head)) : [];
      const hidden = hiddenBy(later, list);
      const latest = new Map(journal.map(row => [row.sourceKey, row]));
      const changes = [...latest.values()].map(row => ({ ...change(list, row, hidden), changedAt: row.at }));
      const hiddenBeside = [...hidden.keys()].filter(sourceKey => !latest.has(sourceKey));
      const first = firstChanges(journal);
      return {
        extent: 'changes',
        changes: [...changes, ...(await readContacts(list, hiddenBeside, goal))],
        known: knownBefore(first),
        bringsBack: journal.some(({ broughtBack }) => broughtBack),
        restrictedBefore: restrictedBefore(first, list),
      };
    }

    async function readContacts(list: SyncedList, sourceKeys: readonly string[], goal: Goal): Promise<WantedChange[]> {
      if (sourceKeys.length === 0) return [];
      const partition = openListPartition(list.id);
      const { contacts, hidden } = await readAtHead(list, partition, goal, () =>
        partition.readSnapshotContacts(sourceKeys),
      );
      const found = new Map(contacts.map(row => [row.sourceKey, row]));
      return sourceKeys.map(sourceKey => {
        const row = found.get(sourceKey);
        return change(list, row ?? { sourceKey, contact: null, position: 0 }, hidden);
      });
    }

    function change(
      list: SyncedList,
      { sourceKey, contact, position, photo }: PositionedChange,
      hidden: HiddenLater,
    ): WantedChange {
      if (!contact) return { sourceKey, wanted: null };
      const mapped = wantedContact(contact, position, mappingOf(list), installation);
      const wanted = list.photos && photo !== undefined ? { ...mapped, photo } : mapped;
      const restrictions = [restrictionOf(contact, list), hidden.get(sourceKey)].filter(each => each !== undefined);
      return { sourceKey, wanted, ...(restrictions.length > 0 && { restrictions }) };
    }
  }
}

export type JournalReader = ReturnType<typeof createJournalReader>;

type PositionedChange = Pick<JournalChange, 'sourceKey' | 'contact' | 'position' | 'photo'>;

/** For whom contacts are by what was captured beyond the head, by source key, where that is not everybody. */
type HiddenLater = ReadonlyMap<string, Restriction>;

/** What becomes hidden is taken from every mailbox at once (rules.md: Change in rings). */
function hiddenBy(later: readonly JournalChange[], list: SyncedList): HiddenLater {
  const latest = new Map(later.map(({ sourceKey, contact }) => [sourceKey, contact]));
  return new Map(
    [...latest].flatMap(([sourceKey, contact]) => {
      const restriction = contact && restrictionOf(contact, list);
      return restriction ? [[sourceKey, restriction] as const] : [];
    }),
  );
}

/** The first change of each contact. */
function firstChanges(journal: readonly JournalChange[]): JournalChange[] {
  return [...new Map(journal.toReversed().map(row => [row.sourceKey, row])).values()];
}

/** Keys whose first change since is no addition; a row that does not tell may be one. */
function knownBefore(first: readonly JournalChange[]): ReadonlySet<string> {
  return new Set(first.filter(({ added }) => added === false).map(({ sourceKey }) => sourceKey));
}

function restrictedBefore(first: readonly JournalChange[], list: SyncedList): ReadonlyMap<string, Restriction> {
  return new Map(
    first.flatMap(({ sourceKey, before }) => {
      const restriction = before && restrictionOf(before.contact, list);
      return restriction ? [[sourceKey, restriction] as const] : [];
    }),
  );
}

/**
 * Rows of the snapshot as they were at the head. What was captured beyond it is read after them, and undone, be it since
 * the goal was read.
 *
 * @throws DamagedRow
 */
async function readAtHead(
  list: SyncedList,
  partition: ListPartition,
  { head }: Goal,
  readRows: () => Promise<readonly SnapshotContact[]>,
): Promise<{ readonly contacts: readonly PositionedContact[]; readonly hidden: HiddenLater }> {
  return noteDamageOf(partition, async () => {
    const rows = await readRows();
    const later = await partition.readChangesAfter(head);
    const contacts = rows.map(({ sourceKey, position, contact, photo }) => {
      return { sourceKey, position, contact, photo: photo?.hash };
    });
    return { contacts: windBack(contacts, later), hidden: hiddenBy(later, list) };
  });
}

/** What a damaged row said nobody can tell any more. */
async function readContactAt(partition: ListPartition, sourceKey: string, position: number): Promise<Contact | null> {
  try {
    const [row] = await partition.readSnapshotContacts([sourceKey]);
    if (row?.position === position) return row.contact;
    const [change] = (await partition.readJournal(position - 1, position)) ?? [];
    return change?.sourceKey === sourceKey ? change.contact : null;
  } catch (error) {
    if (error instanceof DamagedRow) return null;
    throw error;
  }
}

/** Undefined where it does not hold every position, and where one is damaged: the snapshot tells. */
async function readJournal(
  partition: ListPartition,
  position: number,
  head: number,
): Promise<JournalChange[] | undefined> {
  try {
    return await noteDamageOf(partition, () => partition.readJournal(position, head));
  } catch (error) {
    if (error instanceof DamagedRow) return undefined;
    throw error;
  }
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
