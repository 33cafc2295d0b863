import { hidingRule, restrictionOf, ruleId, sightOf } from '../../domain/audience.ts';
import type { Contact, ContactField } from '../../domain/contact.ts';
import { isCleanedUp } from '../../domain/dueMailboxes.ts';
import { differingFields, fingerprintFields } from '../../domain/fingerprint.ts';
import {
  isAdopted,
  isPresent,
  type LedgerEntry,
  type PresentEntry,
  type Refusal,
  refusalOf,
} from '../../domain/ledgerEntry.ts';
import type { Mapping } from '../../domain/mapping.ts';
import { ownersOf } from '../../domain/owners.ts';
import type { Pin } from '../../domain/pin.ts';
import { type Delay, type NoTargetReason, originOf, type Reason, type UnreadSource } from '../../domain/reason.ts';
import { decisionOn } from '../../domain/sourceChanges.ts';
import { isoTime } from '../../isoTime.ts';
import { GraphFailure } from '../../ports/contactMailbox.ts';
import { type ContactList, compileListMapping, listIn } from '../../settings/contactList.ts';
import { undetermined } from '../../settings/destination.ts';
import type { VisibilityRuleSettings } from '../../settings/visibility.ts';
import type { MailboxCheckpoint } from '../../store/mailboxCheckpoint.ts';
import type { LedgerRecord } from '../../store/mailboxes.ts';
import type { Progress } from '../../store/progress.ts';
import type { SnapshotContact } from '../../store/snapshotRows.ts';
import { hasFailed, type SourceCheckpoint } from '../../store/sourceCheckpoint.ts';
import { resolveTargets } from '../receivers/index.ts';
import { type CeilingOf, readCeilings } from '../rollouts/index.ts';
import { createViewerReader, isHiddenSelf, type Viewer } from '../wanted/index.ts';
import { changedByUser } from './keptContacts.ts';
import { findNamedContacts, type NamedContact } from './namedContacts.ts';
import { whyNoTarget } from './targetStanding.ts';
import type { MailboxReading } from './trialMailbox.ts';
import { openTrialPartition } from './trialPartition.ts';
import type { TrialServices } from './trialRun.ts';

export type ExplainServices = Pick<
  TrialServices,
  'clock' | 'openListPartition' | 'openTrialStore' | 'openMailbox' | 'openDirectory'
>;

/** Of one contact: whether it is in the mailbox, and why or why not. */
export interface ExplainedContact {
  /** Null when nobody can say. */
  readonly present: boolean | null;
  readonly state: (typeof states)[keyof typeof states];
  /** Why it is there or not, and what holds beside that. */
  readonly reasons: readonly Reason[];
  /** It was the user's own before. */
  readonly isAdopted: boolean;
  /** Fields that hold in the mailbox what the user made of them. */
  readonly changedByUser: readonly ContactField[];
  /** Epoch milliseconds. */
  readonly retryAt: number | undefined;
  /** Undefined of whom neither the source nor the mailbox knows. */
  readonly named: NamedContact | undefined;
}

export interface ExplainedContacts {
  readonly list: string;
  readonly mailbox: string;
  readonly contacts: readonly ExplainedContact[];
  /** So many others are meant, too. */
  readonly more: number;
}

/**
 * Whether a contact of the list is in a mailbox, and why or why not: from what the last capture and the last sync left
 * behind, and a look at where the contact is now. Writes nothing but which row is
 * damaged.
 *
 * @param contact a source key, an e-mail address, a name or words of it
 * @param limit how many are explained: each takes a look into the mailbox
 * @throws GraphFailure when the directory does not answer
 */
export async function explainContact(
  list: ContactList,
  mailboxId: string,
  contact: string,
  limit: number,
  services: ExplainServices,
): Promise<ExplainedContacts> {
  const store = services.openTrialStore();
  const partition = openTrialPartition(store.openListPartition(list.id), services.openListPartition(list.id));
  const mailboxPartition = store.openMailboxPartition(mailboxId);
  const stored = await partition.readCheckpoint();
  const row = (await store.progress.read(list.id, mailboxId))?.progress;
  const targets = await resolveTargets(
    list,
    services.openDirectory(),
    { partition, choices: store.choices },
    services.clock.now(),
  );
  const named = await findNamedContacts(partition, contact);
  const mailboxState = await mailboxPartition.readState();
  const situation: Situation = {
    list,
    row,
    captured: stored?.checkpoint,
    pin: await partition.readPin(),
    ceilingOf: await readCeilings(list, services.openListPartition),
    noTarget: targets.mailboxes.has(mailboxId) && !row ? undefined : whyNoTarget(mailboxId, row, targets),
    checkpoint: mailboxState.checkpoints.get(list.id),
    mailboxId,
    mailbox: services.openMailbox(mailboxId),
    viewer: await createViewerReader(store.progress)(list.id, targets.audienceOf(mailboxId, row?.wantedAudience)),
    now: services.clock.now(),
  };
  const contacts: ExplainedContact[] = [];
  for (const each of named.slice(0, limit)) {
    const record = await mailboxPartition.readLedgerRecord(list.id, each.sourceKey);
    const answer = { ...(await explainOne(each, record, situation)), entry: record?.entry };
    contacts.push(complete(answer, isKnown(each, answer.entry) ? each : undefined, situation));
  }
  if (contacts.length === 0) contacts.push(complete(explainUnknown(situation), undefined, situation));
  return { list: list.id, mailbox: mailboxId, contacts, more: Math.max(0, named.length - limit) };
}

interface Situation {
  readonly list: ContactList;
  readonly row: Progress | undefined;
  readonly captured: SourceCheckpoint | undefined;
  readonly pin: Pin | undefined;
  readonly ceilingOf: CeilingOf;
  readonly noTarget: NoTargetReason | undefined;
  readonly checkpoint: MailboxCheckpoint | undefined;
  readonly mailboxId: string;
  readonly mailbox: MailboxReading;
  readonly viewer: Viewer;
  readonly now: number;
}

interface Answer {
  /** Null when nobody can say. */
  readonly present: boolean | null;
  readonly reason: ExplainedReason;
  /** Fields that hold in the mailbox what the user made of them. */
  readonly userEdits?: readonly ContactField[];
  /** What the ledger says of the contact. */
  readonly entry?: LedgerEntry | undefined;
}

const states = {
  asAtSource: 'present',
  notYet: 'behind',
  outOfDate: 'behind',
  removedNotYet: 'behind',
  refused: 'failed',
  held: 'held',
  hidingHeld: 'held',
  rejected: 'kept',
  removedAndKept: 'kept',
  removed: 'removed',
  deleted: 'deletedByUser',
  deletedUnnoticed: 'deletedByUser',
  elsewhere: 'moved',
  folderDeleted: 'folderDeleted',
  ownEntry: 'ownEntry',
  hidden: 'notForThisUser',
  audienceInDoubt: 'notForThisUser',
  ofOthers: 'notForThisUser',
  ownersInDoubt: 'notForThisUser',
  private: 'private',
  notInSource: 'notInSource',
  neverRead: 'neverRead',
  unreachable: 'unknown',
  leaving: 'leaving',
  notATarget: 'notATarget',
  excluded: 'excluded',
  accountDisabled: 'disabled',
  folderOfAnotherList: 'folderOfAnotherList',
  left: 'left',
  leftByChoice: 'left',
  notChosen: 'notChosen',
  cleared: 'cleared',
} as const satisfies Partial<Record<Reason['kind'], string>>;

type ExplainedReason = Extract<Reason, { kind: keyof typeof states }>;

function complete(
  { present, reason, userEdits = [], entry }: Answer,
  named: NamedContact | undefined,
  situation: Situation,
): ExplainedContact {
  const { row, now } = situation;
  const state = states[reason.kind];
  const late = state === 'behind' && row && row.dueAt > now ? row.dueAt : undefined;
  return {
    present,
    state,
    reasons: [reason, ...circumstancesOf(reason, userEdits, entry, situation)],
    isAdopted: isAdopted(entry),
    changedByUser: userEdits,
    retryAt: reason.kind === 'refused' ? refusalOf(entry)?.retryAt : late,
    named,
  };
}

function circumstancesOf(
  reason: ExplainedReason,
  fields: readonly ContactField[],
  entry: LedgerEntry | undefined,
  situation: Situation,
): Reason[] {
  const { list, row, noTarget } = situation;
  const ceiling = states[reason.kind] === 'behind' && row ? situation.ceilingOf(row) : undefined;
  const unread = reason === noTarget ? undefined : findUnreadSource(situation);
  return [
    ...(fields.length > 0 ? [{ kind: 'editedByUser' as const, fields, policy: list.userEdits }] : []),
    ...originOf(entry),
    ...(ceiling ? [{ kind: 'heldInRing' as const, ...ceiling, since: isoTime(ceiling.since) }] : []),
    ...(unread ? [{ kind: 'sourceUnread' as const, unread }] : []),
  ];
}

/** Of a list that is pinned, or whose last capture failed as a whole. */
function findUnreadSource({ captured, pin }: Situation): UnreadSource | undefined {
  if (pin) return { kind: 'pinned', since: isoTime(pin.at) };
  if (!captured?.capturedAt) return undefined;
  const [problem] = captured.problems;
  if (!problem || !hasFailed(captured)) return undefined;
  return { kind: 'failing', code: problem.code, readAt: isoTime(captured.capturedAt) };
}

/** Whom neither the source nor the mailbox knows is only a word of whoever asks. */
function isKnown({ row, removal }: NamedContact, entry: LedgerEntry | undefined): boolean {
  return row !== undefined || removal !== undefined || entry !== undefined;
}

function explainUnknown({ captured }: Situation): Answer {
  if (!captured?.capturedAt) return { present: false, reason: { kind: 'neverRead' } };
  return { present: false, reason: { kind: 'notInSource', readAt: isoTime(captured.capturedAt) } };
}

async function explainOne(
  named: NamedContact,
  record: LedgerRecord | undefined,
  situation: Situation,
): Promise<Answer> {
  const { noTarget, row } = situation;
  const entry = record?.entry;
  const present = entry !== undefined && isPresent(entry);
  // What the list does not have arrives nowhere, whoever its targets are.
  if (!isKnown(named, entry)) return explainUnknown(situation);
  if (!named.row && !entry) return explainRemoved(named, entry, situation);
  if (noTarget) return { present, reason: noTarget };
  if (row && isCleanedUp(row.wanted)) return { present, reason: { kind: 'leaving', delay: delayOf(situation) } };
  const hidden = named.row && whyHidden(named.row.contact, present, situation);
  if (hidden) return { present, reason: hidden };
  const refusal = refusalOf(entry);
  if (refusal) return { present, reason: whyRefused(refusal) };
  if (!named.row) return explainRemoved(named, entry, situation);
  if (!present && isHiddenSelf(situation.list, named.sourceKey, situation.mailboxId)) {
    return { present, reason: { kind: 'ownEntry' } };
  }
  if (!entry || entry.state === 'missing') {
    return { present: false, reason: { kind: 'notYet', delay: delayOf(situation) } };
  }
  if (!isPresent(entry)) {
    const policy = situation.list.userEdits;
    return { present: false, reason: { kind: 'deleted', since: timeOf(record?.at), policy } };
  }
  try {
    return await explainPresent(named.row, entry, record?.at, situation);
  } catch (error) {
    if (!(error instanceof GraphFailure)) throw error;
    return { present: null, reason: { kind: 'unreachable', message: error.message } };
  }
}

/** A contact that was written, which the mailbox is asked for by its id. */
async function explainPresent(
  row: SnapshotContact,
  entry: PresentEntry,
  at: number | undefined,
  situation: Situation,
): Promise<Answer> {
  const { list, captured, checkpoint, mailbox } = situation;
  const mapping = compileListMapping(listIn(list, checkpoint?.language ?? undetermined));
  const found = await mailbox.getContact(entry.contactId, mapping.managedFields);
  const folderId = checkpoint?.folder?.id ?? '';
  if (!found || (found.parentFolderId !== folderId && (await mailbox.isInDeletedItems(found.parentFolderId)))) {
    return { present: false, reason: { kind: 'deletedUnnoticed', policy: list.userEdits } };
  }
  const userEdits = changedByUser(entry, found.contact ?? {}, row, undefined, mapping);
  const isWhereItWas = found.parentFolderId === entry.adoption?.folderId;
  const elsewhere = isWhereItWas ? undefined : await explainFolder(found.parentFolderId, situation);
  if (elsewhere) return { ...elsewhere, userEdits };
  const decision = decisionOn(row);
  if (decision === 'held') {
    return {
      present: true,
      reason: { kind: row.removal.kind === 'narrowed' ? 'hidingHeld' : 'held', since: timeOf(captured?.hold?.since) },
      userEdits,
    };
  }
  if (decision === 'rejected') return { present: true, reason: { kind: 'rejected' }, userEdits };
  return { present: true, reason: whyWritten(row.contact, entry, at, situation, mapping), userEdits };
}

/** Undefined for a contact that the mailbox may have, or keeps while nobody knows. */
function whyHidden(contact: Contact, present: boolean, situation: Situation): ExplainedReason | undefined {
  const { list, viewer } = situation;
  const delay = present ? delayOf(situation) : undefined;
  if (contact.sensitivity === 'private') return { kind: 'private', delay };
  const rules = list.visibility ?? [];
  const rule = hidingRule(rules, contact, viewer.audience);
  if (!rule) return whyNotOwned(contact, delay, situation);
  const about = { rule: rules.indexOf(rule) + 1, to: namesOf(rule) };
  if (sightOf(viewer.audience)({ rules: [ruleId(rule)] }) === 'hidden') {
    return { kind: 'hidden', ...about, delay };
  }
  return present ? undefined : { kind: 'audienceInDoubt', ...about };
}

function whyNotOwned(
  contact: Contact,
  delay: Delay | undefined,
  { list, viewer }: Situation,
): ExplainedReason | undefined {
  const { owners: rule } = list;
  const restriction = rule && restrictionOf(contact, { owners: rule });
  if (!restriction) return undefined;
  const sight = sightOf(viewer.audience, viewer.amongTargets)(restriction);
  if (sight === 'visible') return undefined;
  const owners = ownersOf(contact, rule);
  if (sight === 'hidden') return { kind: 'ofOthers', owners, delay };
  return delay ? undefined : { kind: 'ownersInDoubt', owners };
}

/** As the settings have them. */
function namesOf({ to: { groups, mailboxes } }: VisibilityRuleSettings): string[] {
  return [...groups.map(name => `the group ${name}`), ...mailboxes];
}

function whyRefused({ code, detail, retryAt }: Refusal): ExplainedReason {
  return { kind: 'refused', code, detail, retryAt: isoTime(retryAt) };
}

function explainRemoved({ removal }: NamedContact, entry: LedgerEntry | undefined, situation: Situation): Answer {
  const { list, pin } = situation;
  // Of a list that is pinned nothing else is captured.
  const byRollback = pin !== undefined && (removal?.at ?? 0) >= pin.at;
  const removed = { at: timeOf(removal?.at), byRollback };
  if (!entry || !isPresent(entry)) return { present: false, reason: { kind: 'removed', ...removed } };
  if (entry.state === 'kept' || list.removals === 'keep') {
    return { present: true, reason: { kind: 'removedAndKept', ...removed } };
  }
  return { present: true, reason: { kind: 'removedNotYet', ...removed, delay: delayOf(situation) } };
}

/** What the user did with the folder, or with the contact in it; undefined when both are where we put them. */
async function explainFolder(parentFolderId: string, { mailbox, checkpoint }: Situation): Promise<Answer | undefined> {
  const folderId = checkpoint?.folder?.id ?? '';
  if (parentFolderId !== folderId) return { present: true, reason: { kind: 'elsewhere' } };
  const folder = await mailbox.getFolder(folderId);
  if (folder && !(await mailbox.isDeleted(folder))) return undefined;
  return { present: false, reason: { kind: 'folderDeleted' } };
}

function whyWritten(
  contact: Contact,
  { fields, state }: LedgerEntry,
  at: number | undefined,
  situation: Situation,
  { managedFields, apply }: Mapping,
): ExplainedReason {
  const late = differingFields(managedFields, fingerprintFields(apply(contact)), fields);
  const writtenAt = timeOf(at);
  if (late.length === 0 && state === 'written')
    return { kind: 'asAtSource', writtenAt, unread: findUnreadSource(situation) };
  return { kind: 'outOfDate', writtenAt, fields: late, delay: delayOf(situation) };
}

function delayOf({ row, now }: Situation): Delay {
  if (!row) return { kind: 'new' };
  const { state, problem, dueAt, sentAt } = row;
  if (state === 'current' || state === 'behind') return { kind: sentAt > 0 ? 'sent' : 'notSent' };
  return { kind: 'standing', state, problem, until: dueAt > now ? isoTime(dueAt) : undefined };
}

/** @param time epoch milliseconds; none where it is not known, or 0 */
function timeOf(time: number | undefined): string | undefined {
  return time ? isoTime(time) : undefined;
}
