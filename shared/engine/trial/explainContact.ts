import * as z from 'zod';
import { type Contact, type ContactField, contactFields } from '../../domain/contact.ts';
import { isCleanedUp } from '../../domain/dueMailboxes.ts';
import { differingFields, fingerprintFields } from '../../domain/fingerprint.ts';
import { isPresent, type LedgerEntry, type PresentEntry, type Refusal, refusalOf } from '../../domain/ledgerEntry.ts';
import { compileMapping, type Mapping } from '../../domain/mapping.ts';
import { describeFields } from '../../domain/planReasons.ts';
import { GraphFailure } from '../../ports/contactMailbox.ts';
import type { ContactList } from '../../settings/contactList.ts';
import type { MailboxCheckpoint } from '../../store/mailboxCheckpoint.ts';
import { type LedgerRecord, openMailbox } from '../../store/mailboxes.ts';
import { openProgress, type Progress } from '../../store/progress.ts';
import { openSource, type SnapshotContact, type SourceCheckpoint } from '../../store/sources.ts';
import { resolveTargets } from '../fan-out/resolveTargets.ts';
import { changedByUser } from './keptContacts.ts';
import { findNamedContacts, type NamedContact } from './namedContacts.ts';
import { type NoTarget, whyNoTarget } from './targetStanding.ts';
import type { MailboxReading } from './trialMailbox.ts';
import type { TrialServices } from './trialRun.ts';

/** Each takes a look into the mailbox. */
const mostExplained = 10;

const states = [
  'present',
  'behind',
  'failed',
  'held',
  'kept',
  'removed',
  'deletedByUser',
  'moved',
  'folderDeleted',
  'notInSource',
  'neverRead',
  'notATarget',
  'excluded',
  'disabled',
  'folderOfAnotherList',
  'left',
  'leaving',
  'cleared',
  'unknown',
] as const;

export const contactExplanation = z.object({
  present: z.boolean().nullable().meta({ description: 'Whether it is in the mailbox; null when nobody can say' }),
  state: z.enum(states),
  reason: z.string().meta({ description: 'Why it is there or not, in words' }),
  sourceKey: z.string().optional(),
  displayName: z.string().optional().meta({ description: 'At the source, as far as it is known' }),
  position: z.int().optional().meta({ description: 'Journal position of its last change at the source' }),
  changedByUser: z
    .array(z.enum(contactFields as [ContactField]))
    .optional()
    .meta({ description: 'Fields that hold in the mailbox what the user made of them' }),
  retryAt: z.iso.datetime().optional(),
});
export type ContactExplanation = z.infer<typeof contactExplanation>;

export const explanation = z.object({
  list: z.string(),
  mailbox: z.string(),
  contacts: z.array(contactExplanation).meta({ description: `One for each that is meant, at most ${mostExplained}` }),
  more: z.int().optional().meta({ description: 'Others that are meant, too: name one more closely, or by its key' }),
});
export type Explanation = z.infer<typeof explanation>;

export type ExplainServices = Pick<TrialServices, 'clock' | 'openTrialTables' | 'openMailbox' | 'openDirectory'>;

/**
 * Whether a contact of the list is in a mailbox, and why or why not: from what the last capture and the last sync left
 * behind, and a look at where the contact is now. Writes nothing.
 *
 * @param contact a source key, an e-mail address, a name or words of it
 * @throws GraphFailure when the directory does not answer
 */
export async function explainContact(
  list: ContactList,
  mailboxId: string,
  contact: string,
  services: ExplainServices,
): Promise<Explanation> {
  const tables = services.openTrialTables();
  const source = openSource(tables.sources, list.id);
  const partition = openMailbox(tables.mailboxes, mailboxId);
  const stored = await source.readCheckpoint();
  const row = (await openProgress(tables.progress).read(list.id, mailboxId))?.progress;
  const targets = await resolveTargets(list, services.openDirectory(), source, services.clock.now());
  const named = await findNamedContacts(source, contact);
  const mailboxState = await partition.readState();
  const situation: Situation = {
    list,
    row,
    captured: stored?.checkpoint,
    noTarget: targets.mailboxes.has(mailboxId) && !row ? undefined : whyNoTarget(mailboxId, row, targets),
    checkpoint: mailboxState.checkpoints.get(list.id),
    mailbox: services.openMailbox(mailboxId),
    now: services.clock.now(),
  };
  const contacts: ContactExplanation[] = [];
  for (const each of named.slice(0, mostExplained)) {
    const record = await partition.readLedgerRecord(list.id, each.sourceKey);
    contacts.push(withIds(await explainOne(each, record, situation), each));
  }
  if (contacts.length === 0) contacts.push(explainUnknown(situation));
  const more = named.length > mostExplained ? { more: named.length - mostExplained } : {};
  return { list: list.id, mailbox: mailboxId, contacts, ...more };
}

interface Situation {
  readonly list: ContactList;
  readonly row: Progress | undefined;
  readonly captured: SourceCheckpoint | undefined;
  readonly noTarget: NoTarget | undefined;
  readonly checkpoint: MailboxCheckpoint | undefined;
  readonly mailbox: MailboxReading;
  readonly now: number;
}

type Answer = Pick<ContactExplanation, 'present' | 'state' | 'reason' | 'changedByUser' | 'retryAt'>;

function withIds(answer: Answer, { sourceKey, displayName, row, removal }: NamedContact): ContactExplanation {
  const position = row?.position ?? removal?.position;
  return {
    ...answer,
    sourceKey,
    ...(displayName === undefined ? {} : { displayName }),
    ...(position === undefined ? {} : { position }),
  };
}

function explainUnknown({ captured }: Situation): ContactExplanation {
  if (!captured?.capturedAt) {
    return { present: false, state: 'neverRead', reason: 'the source was never read: the first run will' };
  }
  const reason = `no contact of the list has that name, address or key: the source was last read ${on(captured.capturedAt)}`;
  return { present: false, state: 'notInSource', reason };
}

async function explainOne(
  named: NamedContact,
  record: LedgerRecord | undefined,
  situation: Situation,
): Promise<Answer> {
  const { noTarget, row } = situation;
  const entry = record?.entry;
  const written = entry !== undefined && isPresent(entry);
  if (noTarget) return { present: written, ...noTarget };
  if (row && isCleanedUp(row.wanted)) {
    const reason = `what was written to the mailbox is being removed; ${describeDelay(situation)}`;
    return { present: written, state: 'leaving', reason };
  }
  const refusal = refusalOf(entry);
  if (refusal) return explainRefusal(refusal, written);
  if (!named.row && !entry && !named.removal) return explainUnknown(situation);
  if (!named.row) return explainRemoved(named, entry, situation);
  if (!entry || entry.state === 'missing') {
    return {
      present: false,
      state: 'behind',
      ...retryOf(situation),
      reason: `it is not there yet: ${describeDelay(situation)}`,
    };
  }
  if (!isPresent(entry)) {
    const since = record?.at ? `, known since ${iso(record.at)}` : '';
    const reason = `the user deleted it${since}: it stays away until the source changes it`;
    return { present: false, state: 'deletedByUser', reason };
  }
  try {
    return await explainPresent(named.row, entry, record?.at, situation);
  } catch (error) {
    if (!(error instanceof GraphFailure)) throw error;
    const reason = `it was written, but the mailbox cannot be looked at now: ${error.message}`;
    return { present: null, state: 'unknown', reason };
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
  const found = await mailbox.getContact(entry.contactId, true);
  const folderId = checkpoint?.folder?.id ?? '';
  if (!found || (found.parentFolderId !== folderId && (await mailbox.isInDeletedItems(found.parentFolderId)))) {
    const reason = 'the user deleted it, which no run has noticed yet: it stays away until the source changes it';
    return { present: false, state: 'deletedByUser', reason };
  }
  const mapping = compileMapping(list.mapping, list.destination.category);
  const fields = changedByUser(entry, found.contact ?? {}, row, undefined, mapping);
  const withChanges = (answer: Answer) => (fields.length > 0 ? describeChanges(answer, fields, list) : answer);
  const elsewhere = await explainFolder(found.parentFolderId, situation);
  if (elsewhere) return withChanges(elsewhere);
  if (row.removal === 'held') {
    const since = captured?.hold ? ` since ${iso(captured.hold.since)}` : '';
    const reason = `it is gone from the source, and its removal is held${since}: it stays until somebody decides with POST /api/lists/{list}/hold`;
    return withChanges({ present: true, state: 'held', reason });
  }
  if (row.removal === 'rejected') {
    const reason = 'it is gone from the source, and its removal was rejected';
    return withChanges({ present: true, state: 'kept', reason });
  }
  return withChanges(explainWritten(row.contact, entry, at, situation, mapping));
}

function describeChanges(answer: Answer, fields: readonly ContactField[], { userEdits }: ContactList): Answer {
  const what = `the user changed ${describeFields(fields)}`;
  const until = userEdits === 'keep' ? 'which stays until the source changes it' : 'which a full reconcile puts back';
  return { ...answer, reason: `${answer.reason}; ${what}, ${until}`, changedByUser: [...fields] };
}

function explainRefusal({ code, detail, retryAt }: Refusal, present: boolean): Answer {
  const retry = new Date(retryAt).toISOString();
  const reason = `Graph refused it: ${code}${detail === '' ? '' : ` (${detail})`}`;
  return {
    present,
    state: 'failed',
    reason: `${reason}; it is tried again ${on(retryAt)}`,
    retryAt: retry,
  };
}

function explainRemoved({ removal }: NamedContact, entry: LedgerEntry | undefined, situation: Situation): Answer {
  const when = removal?.at ? ` ${on(removal.at)}` : '';
  const gone = `it was removed at the source${when}`;
  if (!entry || !isPresent(entry)) return { present: false, state: 'removed', reason: gone };
  if (entry.state === 'kept' || situation.list.removals === 'keep') {
    return { present: true, state: 'kept', reason: `${gone}, and the list keeps what is removed` };
  }
  return { present: true, state: 'behind', ...retryOf(situation), reason: `${gone}: ${describeDelay(situation)}` };
}

/** What the user did with the folder, or with the contact in it; undefined when both are where we put them. */
async function explainFolder(parentFolderId: string, { mailbox, checkpoint }: Situation): Promise<Answer | undefined> {
  const folderId = checkpoint?.folder?.id ?? '';
  if (parentFolderId !== folderId) {
    const reason = 'the user moved it to another folder, where it is kept up to date';
    return { present: true, state: 'moved', reason };
  }
  const folder = await mailbox.getFolder(folderId);
  if (folder && !(await mailbox.isDeleted(folder))) return undefined;
  const reason = 'the folder was deleted: a resync with "mode": "full" makes it again, and so does the full reconcile';
  return { present: false, state: 'folderDeleted', reason };
}

function explainWritten(
  contact: Contact,
  { fields, state }: LedgerEntry,
  at: number | undefined,
  situation: Situation,
  { managedFields, apply }: Mapping,
): Answer {
  const late = differingFields(managedFields, fingerprintFields(apply(contact)), fields);
  const written = at ? `, last written ${on(at)}` : '';
  if (late.length === 0 && state === 'written') {
    return { present: true, state: 'present', reason: `it is there as the source has it${written}` };
  }
  const what = late.length > 0 ? `${describeFields(late)} changed since` : 'its content is in doubt';
  return {
    present: true,
    state: 'behind',
    ...retryOf(situation),
    reason: `it is there${written}, but ${what}: ${describeDelay(situation)}`,
  };
}

/** Why the mailbox has not got there yet. */
function describeDelay({ row, now }: Situation): string {
  if (!row) return 'the mailbox is new to the list, and the next run fills it';
  const { state, problem, dueAt, sentAt } = row;
  if (state !== 'current' && state !== 'behind') {
    const why = problem ? ` (${problem.code}: ${problem.detail})` : '';
    const until = dueAt > now ? `, and is tried again ${on(dueAt)}` : '';
    return `the mailbox is ${state}${why}${until}`;
  }
  return sentAt > 0
    ? 'the mailbox is behind, and a message for it was sent'
    : 'the mailbox is behind, and the next run finds it';
}

function retryOf({ row, now }: Situation): Pick<ContactExplanation, 'retryAt'> {
  return row && row.dueAt > now ? { retryAt: new Date(row.dueAt).toISOString() } : {};
}

function on(time: number): string {
  return `on ${iso(time)}`;
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
