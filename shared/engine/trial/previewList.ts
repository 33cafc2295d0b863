import { type Audience, withinRules } from '../../domain/audience.ts';
import { countOf } from '../../domain/countOf.ts';
import { isCleanedUp, isInAudience, isOtherJournal } from '../../domain/dueMailboxes.ts';
import { existingPolicies } from '../../domain/existingContacts.ts';
import { isPresent, type LedgerEntry } from '../../domain/ledgerEntry.ts';
import type { PlannedOperation } from '../../domain/plan.ts';
import { whyKept } from '../../domain/planReasons.ts';
import { decisionOn } from '../../domain/sourceChanges.ts';
import { type ContactList, listIn, settingsFingerprint } from '../../settings/contactList.ts';
import { undetermined } from '../../settings/destination.ts';
import type { Progress } from '../../store/progress.ts';
import { countOwedPhotos, type LedgerView, needsWholeLedger, planList, readLedgerOf } from '../apply/index.ts';
import { describeSkipReason, noteSharedFolders } from '../receivers/index.ts';
import {
  createJournalReader,
  createViewerReader,
  type Goal,
  type JournalReader,
  lessSelf,
  narrow,
  nothingWanted,
  type Viewer,
  type Wanted,
  withinAudience,
  withoutSelf,
} from '../wanted/index.ts';
import { describeOwners } from './describeOwners.ts';
import { describePhones } from './describePhones.ts';
import type { ListPreview } from './listPreview.ts';
import { type TrialRun, type TrialServices, tryRun } from './trialRun.ts';

/** Beyond this many rows the totals are extrapolated, since a request has to be answered within minutes. */
const mostLedgerRows = 100_000;
/** Mailboxes whose ledgers are read side by side. */
const sideBySide = 16;

/**
 * What a run would do over all of the list's mailboxes, in numbers. No mailbox is read: the ledgers say what is there,
 * and theirs is read only where the source changed something since the mailbox's position.
 *
 * @param budget rows of ledgers that may be read
 */
export async function previewList(
  list: ContactList,
  services: TrialServices,
  budget = mostLedgerRows,
): Promise<ListPreview> {
  const run = await tryRun(list, services);
  const now = services.clock.now();
  const rows = await run.store.progress.readAll(list.id);
  const snapshot = run.due ? await run.partition.readSnapshot() : [];
  const held = snapshot.filter(row => decisionOn(row) === 'held').length;
  const planner = createPlanner(list, run, now);
  const planned = await planner.planMailboxes(rows);
  const needed = planned.reduce((rowsNeeded, { ledgerRows }) => rowsNeeded + ledgerRows, 0);
  const share = Math.min(1, budget / Math.max(needed, 1));
  const { creates, patches, deletes, givesBack, photos, kept, changed } = await planner.count(planned, share);
  const joined = rows.filter(row => row.wanted === 'target' || (isCleanedUp(row.wanted) && row.state !== 'cleared'));
  const waiting = joined.filter(row => row.state !== 'current' && row.state !== 'behind' && row.dueAt > now);
  const shared = await noteSharedFolders(list, run.due?.joined ?? [], run.store.progress, services.configuredLists);
  return {
    list,
    creates,
    patches,
    deletes,
    ...(givesBack > 0 && { givesBack }),
    ...(photos > 0 && { photos }),
    kept,
    held,
    mailboxes: { total: joined.length, changed, waiting: waiting.length },
    estimated: share < 1,
    operations: [],
    notes: [
      ...run.notes,
      ...describeNew(planned),
      ...describeExisting(list, creates),
      ...describeFull(run),
      ...describeSkipped(run),
      ...describePhones(list, snapshot),
      ...describeOwners(list, snapshot, rows),
      ...shared.map(({ detail }) => detail),
    ],
    problems: run.problems,
  };
}

type Totals = Record<'creates' | 'patches' | 'deletes' | 'givesBack' | 'photos' | 'kept' | 'changed', number>;
const nothing: Totals = { creates: 0, patches: 0, deletes: 0, givesBack: 0, photos: 0, kept: 0, changed: 0 };

/** One due mailbox, and what it takes to count its operations. */
interface PlannedMailbox {
  readonly row: Progress;
  readonly wanted: Wanted;
  readonly whole: boolean;
  /** Rows of its ledger that have to be read; 0 when the totals are known without. */
  readonly ledgerRows: number;
  readonly known: Totals | undefined;
}

function createPlanner(list: ContactList, run: TrialRun, now: number) {
  const reader: JournalReader = createJournalReader(() => run.partition);
  const settings = settingsFingerprint(list);
  const { adopts } = existingPolicies[list.existing];
  const { head = 0, epoch = 0 } = run.due ?? {};
  const goal: Goal = { head, epoch, newest: head };
  const narrowed = new Map<Wanted, Map<Audience, Wanted>>();
  const readViewer = createViewerReader(run.store.progress);
  return { planMailboxes, count };

  async function planMailboxes(rows: readonly Progress[]): Promise<PlannedMailbox[]> {
    const byId = new Map(rows.map(row => [row.mailboxId, row]));
    const mailboxes = run.due?.mailboxes ?? [];
    const planned: PlannedMailbox[] = [];
    for (const [mailboxId, { full }] of mailboxes) {
      const row = byId.get(mailboxId);
      if (row) planned.push(await planMailbox(row, full));
    }
    return planned;
  }

  async function planMailbox(row: Progress, full: boolean): Promise<PlannedMailbox> {
    const { contacts, failed, dueAt } = row;
    const viewer = await viewerOf(row);
    if (isCleanedUp(row.wanted)) {
      if (adopts)
        return { row, wanted: nothingWanted, whole: true, ledgerRows: Math.max(contacts, 1), known: undefined };
      return settled(row, { ...nothing, deletes: contacts, changed: Math.min(contacts, 1) });
    }
    const isSetBack = row.position > goal.head || isOtherJournal(row.epoch, goal.epoch);
    const startOver = full || row.settings !== settings || isSetBack || !isInAudience(row);
    const start = startOver ? 'snapshot' : { position: row.position, settings: row.settings };
    const wanted = asSeenBy(viewer, await reader.readWanted(await listFor(row), start, goal));
    // Of a mailbox that is current, what is tried again are photos, where no contact was refused.
    const photosDueAt = row.state === 'current' && failed === 0 ? dueAt : 0;
    const retries = (failed > 0 || photosDueAt > 0) && dueAt <= now;
    const seen = lessSelf(wanted, list, row.mailboxId).changes.filter(({ sight }) => sight === undefined);
    const creates = seen.length;
    // No handler has reported anything of it yet.
    const photos = seen.filter(change => change.wanted?.photo !== undefined).length;
    if (row.sequence === 0) return settled(row, { ...nothing, creates, photos, changed: Math.min(creates, 1) });
    if (wanted.extent === 'changes' && wanted.changes.length === 0 && !retries) return settled(row, nothing);
    const whole = needsWholeLedger(wanted, { failed, photosDueAt });
    const ledgerRows = Math.max(whole ? contacts : wanted.changes.length, 1);
    return { row, wanted, whole, ledgerRows, known: undefined };
  }

  function viewerOf({ wantedAudience }: Progress): Promise<Viewer> {
    return readViewer(list.id, withinRules(wantedAudience, list));
  }

  /** The same for all mailboxes of an audience, whose ledgers stand for each other. */
  function asSeenBy(viewer: Viewer, wanted: Wanted): Wanted {
    const known = narrowed.get(wanted) ?? new Map<Audience, Wanted>();
    const seen = known.get(viewer.audience) ?? narrow(wanted, viewer);
    narrowed.set(wanted, known.set(viewer.audience, seen));
    return seen;
  }

  /** Of mailboxes whose ledgers have to be read, that share is read and stands for the others that stand alike. */
  async function count(planned: readonly PlannedMailbox[], share: number): Promise<Totals> {
    let totals = planned.reduce((sum, { known }) => add(sum, known ?? nothing), nothing);
    const groups = Map.groupBy(
      planned.filter(({ known }) => !known),
      ({ wanted }) => wanted,
    );
    for (const members of groups.values()) {
      const chosen = choose(members, Math.ceil(members.length * share));
      const counted = await inTurns(chosen, countMailbox);
      totals = add(totals, scale(counted.reduce(add, nothing), members.length / chosen.length));
    }
    return totals;
  }

  /** The list as it is in the language that its folder was made in. */
  async function listFor({ mailboxId }: Progress): Promise<ContactList> {
    if (!list.localDestination) return list;
    const { checkpoints } = await run.store.openMailboxPartition(mailboxId).readState();
    return listIn(list, checkpoints.get(list.id)?.language ?? undetermined);
  }

  async function countMailbox(planned: PlannedMailbox): Promise<Totals> {
    const { row, wanted, whole } = planned;
    if (isCleanedUp(row.wanted))
      return countLeaving(await run.store.openMailboxPartition(row.mailboxId).readLedger(list.id));
    const { mailboxId } = row;
    const local = await listFor(row);
    const own = { wanted: lessSelf(wanted, list, mailboxId), reader: withoutSelf(reader, local, mailboxId) };
    const entries = await readLedgerOf(run.store.openMailboxPartition(mailboxId), list, own.wanted, whole);
    const byKey = new Map(entries.map(entry => [entry.sourceKey, entry]));
    const ledger: LedgerView = { get: key => byKey.get(key), entries: () => entries };
    const question = {
      list: local,
      wanted: own.wanted,
      reader: withinAudience(own.reader, await viewerOf(row)),
      leaving: false,
      now,
      goal,
      ledger,
    };
    const { changes, operations } = await planList({ ...question, inDoubt: [] });
    return countOperations(operations, ledger, countOwedPhotos(changes, operations, ledger));
  }
}

function describeNew(planned: readonly PlannedMailbox[]): string[] {
  const howMany = planned.filter(({ row }) => row.sequence === 0 && row.wanted === 'target').length;
  if (howMany === 0) return [];
  const mailboxes = countOf(howMany, 'mailbox is', 'mailboxes are');
  return [`${mailboxes} new to the list: whether it can be written there is only known once that was tried`];
}

/** Whose contacts a creation would double is not in the ledgers either. */
function describeExisting({ existing }: ContactList, creates: number): string[] {
  if (!existingPolicies[existing].adopts || creates === 0) return [];
  return [
    'Contacts that users have already are taken over instead of made: how many is only known by a look into each mailbox, as the preview of one takes',
  ];
}

/** What users did with their folders is not in the ledgers. */
function describeFull({ due }: TrialRun): string[] {
  const howMany = [...(due?.mailboxes.values() ?? [])].filter(({ full }) => full).length;
  if (howMany === 0) return [];
  const mailboxes = countOf(howMany, 'mailbox is', 'mailboxes are');
  return [`${mailboxes} compared as a whole and repaired: what that will write is only known by a look into each`];
}

/** Those that the run skips for the first time. */
function describeSkipped({ due }: TrialRun): string[] {
  const byReason = Map.groupBy(due?.skipped ?? [], ({ reason }) => describeSkipReason(reason).detail);
  return [...byReason].map(([why, mailboxes]) => {
    const howMany = countOf(mailboxes.length, 'mailbox gets', 'mailboxes get');
    return `${howMany} nothing. ${why}`;
  });
}

function settled(row: Progress, known: Totals): PlannedMailbox {
  return { row, wanted: { ...nothingWanted, extent: 'changes' }, whole: false, ledgerRows: 0, known };
}

function countOperations(operations: readonly PlannedOperation[], ledger: LedgerView, photos: number): Totals {
  const howMany = (action: PlannedOperation['action']) => operations.filter(each => each.action === action).length;
  const creates = howMany('create');
  const patches = howMany('patch');
  const deletes = howMany('delete');
  const givesBack = howMany('giveBack');
  const kept = operations.filter(each => whyKept(each, ledger.get(each.sourceKey)) !== undefined).length;
  const changed = Math.min(creates + patches + deletes + givesBack + photos, 1);
  return { creates, patches, deletes, givesBack, photos, kept, changed };
}

function countLeaving(entries: readonly LedgerEntry[]): Totals {
  const present = entries.filter(isPresent);
  const givesBack = present.filter(({ adoption }) => adoption !== undefined).length;
  return { ...nothing, givesBack, deletes: present.length - givesBack, changed: Math.min(present.length, 1) };
}

/** So many of the items, evenly spread. */
function choose<Item>(items: readonly Item[], howMany: number): Item[] {
  return items.filter(
    (_, index) => Math.floor(((index + 1) * howMany) / items.length) > Math.floor((index * howMany) / items.length),
  );
}

async function inTurns<Item, Result>(items: readonly Item[], work: (item: Item) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  const left = items.values();
  const worker = async () => {
    for (const item of left) results.push(await work(item));
  };
  await Promise.all(Array.from({ length: sideBySide }, worker));
  return results;
}

function add(left: Totals, right: Totals): Totals {
  return combine(name => left[name] + right[name]);
}

function scale(totals: Totals, factor: number): Totals {
  return combine(name => Math.round(totals[name] * factor));
}

function combine(value: (name: keyof Totals) => number): Totals {
  return {
    creates: value('creates'),
    patches: value('patches'),
    deletes: value('deletes'),
    givesBack: value('givesBack'),
    photos: value('photos'),
    kept: value('kept'),
    changed: value('changed'),
  };
}
