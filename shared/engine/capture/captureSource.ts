import { hour } from '../../domain/durations.ts';
import { joinSources } from '../../domain/joinedSources.ts';
import { findNarrowed } from '../../domain/narrowing.ts';
import type { Pin } from '../../domain/pin.ts';
import { type ContactPart, decisionOn, type FolderReading, type ReadContact } from '../../domain/sourceChanges.ts';
import type { Clock } from '../../ports/clock.ts';
import type { RequestCounts } from '../../ports/contactMailbox.ts';
import { type ContactSource, type ReadScope, SourceFailure } from '../../ports/contactSource.ts';
import type { PhotoStore } from '../../ports/photos.ts';
import type { ContactList } from '../../settings/contactList.ts';
import { definitionOf, definitionPrint } from '../../settings/definition.ts';
import { identityOfSources, indexOfScope, openListSources } from '../../sources/listSources.ts';
import { namesOfSources, type SourceNames } from '../../sources/sourceNames.ts';
import type { Capture, Overtaken } from '../../store/captures.ts';
import { DamagedRow } from '../../store/damagedRow.ts';
import type { ListPartition } from '../../store/listPartition.ts';
import type { Problem } from '../../store/progress.ts';
import type { SnapshotContact, SnapshotOutline } from '../../store/snapshotRows.ts';
import { describeSourceDamage, type SourceCheckpoint } from '../../store/sourceCheckpoint.ts';
import { placeOf } from '../../store/subscriptions.ts';
import { describeContactsHold, wasApproved } from '../holds/index.ts';
import { addCounts, noRequests } from '../requestCounts.ts';
import type { Services } from '../services.ts';
import { beginComparison, type Comparison, compareWithSnapshot, type FindChanges } from './compareWithSnapshot.ts';
import { noteDefinition } from './noteDefinition.ts';
import { countLeftOut, describePhotos } from './photosLeftOut.ts';
import { countHidden, countShared, privacyOf } from './privateContacts.ts';
import { rollBack } from './rollBack.ts';
import { countRemovals, decideRemovals, journalEntries } from './sourceRemovals.ts';
import { watchedBy } from './watchedBy.ts';
import { withPhotos } from './withPhotos.ts';

export type CaptureServices = Pick<
  Services,
  'clock' | 'openListPartition' | 'sourceAdapters' | 'leaseMilliseconds' | 'photos'
>;

export interface CaptureResult {
  /** The journal's newest position, or undefined for a list that was never captured. */
  readonly head: number | undefined;
  /** The newest before this capture; undefined where nothing was read. */
  readonly headBefore?: number;
  /** Another capture of this list was under way: nothing was read. */
  readonly busy: boolean;
  readonly problems: readonly Problem[];
  readonly graph: RequestCounts;
  /** As the capture left it, or as it was found; undefined for a list that was never captured. */
  readonly checkpoint?: SourceCheckpoint | undefined;
  /** The same source had changed since the last capture, which had read it without a problem. */
  readonly changed?: boolean;
  /** It looked at something that Graph can notify of, and the last capture did not. */
  readonly watchesMore?: boolean;
  /** Whether Graph can notify of every change of the source. */
  readonly watchesAll?: boolean;
  /** Nothing was read: the list was rolled back. */
  readonly pin?: Pin;
}

/**
 * Reads a list's source once and records what changed in its journal (rules.md: Capturing). A source that cannot be
 * read is a problem of this list, reported and stored, and removes nothing. Of a list that is pinned nothing is read.
 *
 * @param run that it is of
 */
export async function captureSource(list: ContactList, services: CaptureServices, run = ''): Promise<CaptureResult> {
  const partition = services.openListPartition(list.id);
  const taken = await partition.takeCapture(policiesOf(list), services.clock, services.leaseMilliseconds);
  if (taken.kind === 'busy') return busy(taken.found);
  if (taken.kind === 'pinned') return unread(taken.found, taken.pin);
  const { capture } = taken;
  if (capture.pinned) return putBack(capture, capture.pinned, partition, run, services.clock);
  const names = namesOfSources(list, namesBefore(capture.before));
  const privacy = privacyOf(list, capture.before, services.clock.now());
  const contactSource = openListSources({ ...list, ...privacy }, names, services.sourceAdapters);
  return readAndCommit(
    { list, partition, capture, names, contactSource, photos: services.photos, run },
    services.clock,
  );
}

function busy(checkpoint: SourceCheckpoint | undefined): CaptureResult {
  const head = checkpoint?.capturedAt ? checkpoint.head : undefined;
  return { head, busy: true, problems: [], graph: noRequests, checkpoint };
}

/** Whoever has taken over finds what this capture would have found. */
function overtaken({ found }: Capture): CaptureResult {
  return busy(found);
}

function unread(checkpoint: SourceCheckpoint, pin: Pin): CaptureResult {
  return { head: checkpoint.head, busy: false, problems: [], graph: noRequests, checkpoint, pin };
}

async function putBack(
  capture: Capture,
  asked: Pin,
  partition: ListPartition,
  run: string,
  clock: Clock,
): Promise<CaptureResult> {
  const { before } = capture;
  try {
    const rolledBack = await rollBack(partition, capture, asked, run, clock.now());
    if (rolledBack.kind === 'overtaken') return overtaken(capture);
    const { checkpoint, pin, problems } = rolledBack;
    return { ...unread(checkpoint, pin), headBefore: before.head, problems };
  } catch (error) {
    return endWithProblems(capture, error, noRequests);
  }
}

interface CapturedList {
  readonly run: string;
  readonly list: ContactList;
  readonly partition: ListPartition;
  readonly capture: Capture;
  readonly names: SourceNames;
  readonly contactSource: ContactSource;
  readonly photos: PhotoStore;
}

async function readAndCommit(captured: CapturedList, clock: Clock): Promise<CaptureResult> {
  const { list, capture } = captured;
  const { before } = capture;
  try {
    const committed = await captureOrMend(captured, clock);
    if (committed.kind === 'overtaken') return overtaken(capture);
    const { checkpoint, problems } = committed;
    const graph = costOf(captured.contactSource);
    const unhindered = before.problems.length === 0 && checkpoint.identity === before.identity;
    const changed = checkpoint.head > before.head && unhindered;
    const { watched, everyChange: watchesAll } = watchedBy(list, checkpoint);
    const placesBefore = watchedBy(list, before).watched.map(each => placeOf(each).folderId);
    const watchesMore = watched.some(each => !placesBefore.includes(placeOf(each).folderId));
    const found = { head: checkpoint.head, headBefore: before.head, busy: false, problems, graph, checkpoint };
    return { ...found, changed, watchesMore, watchesAll };
  } catch (error) {
    return endWithProblems(capture, error, costOf(captured.contactSource));
  }
}

/** @throws what is no problem of the list */
async function endWithProblems(capture: Capture, error: unknown, graph: RequestCounts): Promise<CaptureResult> {
  const { before } = capture;
  const problems = problemsOf(error);
  if (!problems) throw error;
  const ended = await capture.endWith(problems);
  if (ended.kind === 'overtaken') return overtaken(capture);
  const { checkpoint } = ended;
  return { head: before.capturedAt ? before.head : undefined, busy: false, problems, graph, checkpoint };
}

function problemsOf(error: unknown): readonly Problem[] | undefined {
  if (error instanceof SourceFailure) return error.problems;
  return error instanceof DamagedRow ? [describeSourceDamage(error)] : undefined;
}

function costOf(source: ContactSource): RequestCounts {
  return source.calls().reduce<RequestCounts>(addCounts, noRequests);
}

type Captured =
  | { readonly kind: 'committed'; readonly checkpoint: SourceCheckpoint; readonly problems: readonly Problem[] }
  | Overtaken;

/** A damaged row that the capture meets is written anew at once; the list shows it until the next capture. */
async function captureOrMend(captured: CapturedList, clock: Clock): Promise<Captured> {
  const { damage } = captured.capture;
  try {
    return await captureChanges(captured, damage, clock);
  } catch (error) {
    if (!(error instanceof DamagedRow) || damage) throw error;
    return captureChanges(captured, error, clock);
  }
}

/** @param damage what is known to be damaged: everything is read from the start, and what can be is written anew */
async function captureChanges(
  { list, partition, capture, names, contactSource, photos, run }: CapturedList,
  damage: DamagedRow | undefined,
  clock: Clock,
): Promise<Captured> {
  const { before } = capture;
  const identity = identityOfSources(list);
  const sameSource = before.identity === identity && !before.partial && !damage;
  let snapshot: Promise<SnapshotContact[]> | undefined;
  let outlines: Promise<SnapshotOutline[]> | undefined;
  const readSnapshot = () => (snapshot ??= damage ? partition.readMendableSnapshot() : partition.readSnapshot());
  const readOutlines = () => (outlines ??= partition.readSnapshotOutlines());
  const isDamaged = damage !== undefined;
  const stored = { partition, before, readSnapshot, readOutlines, isDamaged, hasSeveral: names.length > 1 };
  const join = list.match && joining(names);
  const cursor = sameSource ? before.cursor : undefined;
  const reading = await contactSource.read(cursor, () => beginComparison(stored, join));
  const standing = await withStanding(reading.scopes, contactSource, readSnapshot);
  const pictured = list.photos
    ? await withPhotos(standing, { contactSource, photos, before, readSnapshot, clock })
    : undefined;
  const { readings } = pictured ?? { readings: standing };
  const foundEveryFolder = !reading.partsMissing;
  const round = { folders: readings, foundEveryFolder, round: before.captures };
  const comparison = await compareWithSnapshot(round, stored, join);
  const { known, contactsBefore, differences, tooLarge } = comparison;

  const now = clock.now();
  const recentRemovals = before.recentRemovals.filter(([at]) => at > now - hour);
  const added = differences.seen.filter(({ isNew }) => isNew).length;
  const narrowed = findNarrowed(differences.seen, known, list);
  const removed = [...differences.removed, ...narrowed];
  // A source that still has these is not empty.
  const size = { before: contactsBefore, added: added + narrowed.length };
  const removals = decideRemovals(
    {
      removed,
      seen: differences.seen,
      sourceOf: names.length > 1 ? sourceOfFolder(names) : undefined,
      known,
      readings,
      holdBefore: before.hold,
      size,
      recentRemovals,
    },
    list.safeguards,
  );
  const { journaled, hold } = removals;
  const gone = journaled.filter(key => !narrowed.includes(key));
  // What somebody approved is not counted against the next removals.
  const unasked = journaled.filter(key => !(wasApproved(before.hold) && decisionOn(known.get(key)) === 'held')).length;
  const photosLeftOut = pictured && countLeftOut(comparison, before.photosLeftOut, gone);
  const photoNotes = photosLeftOut ? describePhotos(photosLeftOut, pictured.unread) : [];
  const after: SourceCheckpoint = {
    ...withoutHold(before),
    identity,
    cursor: reading.cursor,
    sourceNames: [...names],
    contacts: contactsBefore + added - gone.length,
    kept: countKept(comparison, before.kept, gone),
    hiddenPrivate: countHidden(comparison, before.hiddenPrivate, gone),
    ...(pictured && { hasPhotos: true }),
    photosAskedAt: pictured?.askedAt,
    photosLeftOut,
    hasOtherIds: before.hasOtherIds || differences.seen.some(({ sourceKey, ids }) => !ids.includes(sourceKey)),
    recentRemovals: unasked > 0 ? [...recentRemovals, [now, unasked]] : recentRemovals,
    definitions: noteDefinition(before.definitions, { print: definitionPrint(list), run, at: now }),
    policies: policiesOf(list),
    ...(reading.privateIds && {
      sharedPrivate: { contacts: countShared(reading.privateIds, await readSnapshot(), differences.seen), at: now },
    }),
    notes: [...(reading.notes ?? []), ...photoNotes],
    problems: [...reading.problems, ...(damage ? [describeSourceDamage(damage)] : [])],
    partial: false,
    capturedAt: now,
    ...(hold ? { hold: { ...hold, since: before.hold?.since ?? now, decision: 'open' as const } } : {}),
  };
  const entries = journalEntries(differences.seen, removals, known);
  const isPhotoOwed =
    pictured && (pictured.waits || pictured.unread > 0 || entries.some(({ snapshot: row }) => row?.photo?.owed));
  const definition = definitionPrint(list);
  if (before.definitions.at(-1)?.print !== definition) await partition.keepDefinition(definition, definitionOf(list));
  const photosOwed = isPhotoOwed || undefined;
  const committed = await capture.commitChanges({ ...after, photosOwed }, entries, { run, at: now });
  if (committed.kind === 'overtaken') return committed;
  const { checkpoint } = committed;
  if (damage) await partition.mend(known.values());
  const problems = [
    ...checkpoint.problems,
    ...tooLarge,
    ...(hold ? [describeContactsHold(hold, countRemovals(recentRemovals))] : []),
  ];
  return { ...committed, problems };
}

/** How many contacts stay by a rejection; undefined where nobody has counted them yet. */
function countKept(
  { known, whole, differences }: Comparison,
  before: number | undefined,
  gone: readonly string[],
): number | undefined {
  const rejected = (keys: Iterable<string>) =>
    [...keys].filter(key => decisionOn(known.get(key)) === 'rejected').length;
  const settled = rejected([...differences.seen.map(({ sourceKey }) => sourceKey), ...gone]);
  if (whole) return rejected(known.keys()) - settled;
  return before === undefined ? undefined : before - settled;
}

/** Whom a listing may have missed, and the source still has: seen as they were. */
async function withStanding(
  scopes: readonly ReadScope[],
  contactSource: ContactSource,
  readSnapshot: () => Promise<readonly SnapshotContact[]>,
): Promise<FolderReading[]> {
  const readings: FolderReading[] = [];
  for (const { mayMiss, ...scope } of scopes) {
    const missed = mayMiss ? await findMissed(scope, contactSource, await readSnapshot()) : [];
    readings.push({ ...scope, contacts: [...scope.contacts, ...missed] });
  }
  return readings;
}

async function findMissed(
  { folderId, contacts }: FolderReading,
  contactSource: ContactSource,
  snapshot: readonly SnapshotContact[],
): Promise<ReadContact[]> {
  const listed = new Set(contacts.map(({ id }) => id));
  const missing = snapshot.flatMap(contactsOf).filter(known => known.folderId === folderId && !listed.has(known.id));
  const standing = await contactSource.readStanding(
    folderId,
    missing.map(({ id }) => id),
  );
  return missing.flatMap(({ id, contact }) => (standing.has(id) ? [{ id, contact }] : []));
}

/** Under each of its ids; of a person of several sources each part. */
function contactsOf({ parts, ids, folderId, contact }: SnapshotContact): readonly ContactPart[] {
  return parts ?? ids.map(id => ({ id, folderId, contact }));
}

/** A checkpoint of before several sources were possible tells of the one that it had. */
function namesBefore({ sourceNames, identity }: SourceCheckpoint): SourceNames {
  return sourceNames.length > 0 || identity === '' ? sourceNames : [{ name: '', identity, prefix: '' }];
}

/** Needs the whole snapshot: whoever changes may belong to anybody. */
function joining(names: SourceNames): FindChanges {
  const sourceOf = sourceOfFolder(names);
  return (reading, known) => joinSources(reading, known, sourceOf);
}

function sourceOfFolder(names: SourceNames): (folderId: string) => number {
  const prefixes = names.map(({ prefix }) => prefix);
  return folderId => indexOfScope(folderId, prefixes);
}

function policiesOf({ whenTargetLeaves, safeguards }: ContactList): SourceCheckpoint['policies'] {
  return { whenTargetLeaves, ...safeguards };
}

function withoutHold({ hold, ...rest }: SourceCheckpoint): SourceCheckpoint {
  return rest;
}
