import * as z from 'zod';
import { type Adoption, unknownAdoption } from '../domain/adoption.ts';
import { endings } from '../domain/ending.ts';
import { isPresent, type LedgerEntry, type PresentEntry, type Refusal, type Suspicion } from '../domain/ledgerEntry.ts';
import { namedProperties } from '../domain/namedProperties.ts';
import { isAdoptedVersion } from '../domain/stamp.ts';
import type { Properties, RowOperation, StoredRow } from '../ports/tableStorage.ts';
import { readColumns, readEachColumn, readJson } from './columns.ts';
import { storedBeforeImage } from './contactColumns.ts';
import type { Ended, LedgerChange, ListChanges } from './listChanges.ts';
import { packJson } from './longText.ts';
import { type MailboxCheckpoint, mailboxCheckpointColumnNames, mailboxCheckpointColumns } from './mailboxCheckpoint.ts';
import { encodeKey } from './rowKey.ts';
import { isSealBroken, sealOperation } from './seal.ts';
import type { RowKind } from './unknownColumns.ts';

const schemaVersion = 1;
/** Behind the checkpoints, so that one query reads them all. */
export const sealKey = 'seal';

export const leaseRow = z.object({
  owner: z.string(),
  expiresAt: z.number(),
  working: z.boolean(),
  /** The etag of the partition's seal; empty for rows of older versions. */
  sealEtag: z.string().default(''),
});

/** Who may write to the mailbox. One that is `working` but expired: its owner died, a listing is owed. */
export type Lease = z.infer<typeof leaseRow>;

const refusal = z.object({
  code: z.string(),
  /** Older versions kept Graph's text, which may hold a contact's data. */
  detail: z.string().transform(namedProperties),
  retryAt: z.number(),
  attempts: z.number(),
});
/** As rows name the states of a contact that is not there. */
const absentStates = { deletedByUser: 'absent', missing: 'doubtfullyAbsent', damaged: 'doubtfullyAbsent' } as const;

const ledgerRow = z.object({
  sourceKey: z.string(),
  state: z.enum(['written', 'unknown', 'absent', 'doubtfullyAbsent', 'kept']),
  /** Empty while nothing of ours is there. */
  contactId: z.string(),
  version: z.string(),
});
const laterColumns = z.object({
  failingSince: z.number().optional(),
  omission: z.string().optional(),
  ambiguous: z.literal(true).optional(),
  photo: z.string().optional(),
  photoRetryAt: z.number().optional(),
  photoAttempts: z.number().optional(),
  photoMayLandUntil: z.number().optional(),
});
export const ledgerTime = z.object({ at: z.number().optional() });
const failureColumn = refusal.nullish();
const fieldFingerprints = z.record(z.string(), z.string());
const adoptionColumn = z
  .object({
    folderId: z.string(),
    before: storedBeforeImage,
    addresses: z.string().exactOptional(),
    hasPhoto: z.literal(true).exactOptional(),
    hadNoPhoto: z.literal(true).exactOptional(),
  })
  .optional();
const categoryNames = z.array(z.string()).optional();

/** Before the lease, so that no query of the mailbox's state reads them. */
export const endedPrefix = 'ended:';
const endedRow = z.object({ how: z.enum(endings), at: z.number() });

export const rowKinds: readonly RowKind[] = [
  { prefix: 'lease', columns: Object.keys(leaseRow.shape) },
  { prefix: 'list:', columns: mailboxCheckpointColumnNames },
  {
    prefix: 'contact:',
    columns: [ledgerRow, laterColumns, ledgerTime].flatMap(({ shape }) => Object.keys(shape)),
    texts: ['fields', 'categories', 'failure', 'adoption'],
  },
  { prefix: endedPrefix, columns: Object.keys(endedRow.shape) },
];

/** The lease, the seal and every list's checkpoint of a mailbox, as one query reads them. */
export interface MailboxState {
  readonly lease: { readonly lease: Lease; readonly etag: string } | undefined;
  readonly sealEtag: string | undefined;
  readonly checkpoints: ReadonlyMap<string, MailboxCheckpoint>;
}

/** Whether the mailbox's rows were put back from a backup: the ledger may not know what was written since. */
export function arePutBack({ lease, sealEtag }: MailboxState): boolean {
  return isSealBroken(lease?.lease.sealEtag ?? '', sealEtag);
}

/** The folders that the mailbox's other lists write into. */
export function folderIdsOfOthers(state: Pick<MailboxState, 'checkpoints'>, listId: string): ReadonlySet<string> {
  return new Set(foldersInUse(state).flatMap(({ list, folderId }) => (list === listId ? [] : [folderId])));
}

/** The lists that write into a folder of the mailbox. */
export function listsInFolder(state: Pick<MailboxState, 'checkpoints'>, folderId: string): ReadonlySet<string> {
  return new Set(foldersInUse(state).flatMap(used => (used.folderId === folderId ? [used.list] : [])));
}

function foldersInUse({ checkpoints }: Pick<MailboxState, 'checkpoints'>): { list: string; folderId: string }[] {
  return [...checkpoints].flatMap(([list, { phase, folder }]) =>
    folder && phase.kind !== 'cleared' ? [{ list, folderId: folder.id }] : [],
  );
}

export function leaseOperation(lease: Lease, etag: string | undefined): RowOperation {
  const properties = { schemaVersion, ...lease };
  return etag === undefined
    ? { kind: 'insert', rowKey: 'lease', properties }
    : { kind: 'replace', rowKey: 'lease', properties, etag };
}

export function mailboxSealOperation(): RowOperation {
  return sealOperation(sealKey);
}

export function mailboxCheckpointOperation(listId: string, checkpoint: MailboxCheckpoint): RowOperation {
  const properties = { schemaVersion, ...mailboxCheckpointColumns(checkpoint) };
  return { kind: 'replace', rowKey: mailboxCheckpointKey(listId), properties };
}

/** `at`: now, in epoch milliseconds. */
export function ledgerOperation(listId: string, entry: LedgerEntry, at?: number): RowOperation {
  const { sourceKey, fields, categories, version, omission, adoption, ambiguous } = entry;
  return {
    kind: 'replace',
    rowKey: ledgerKey(listId, entry.sourceKey),
    properties: {
      schemaVersion,
      sourceKey,
      ...placeColumns(entry),
      version,
      ...(at === undefined ? {} : { at }),
      ...packJson('fields', fields),
      ...(categories ? packJson('categories', categories) : {}),
      ...(adoption ? packJson('adoption', adoption) : {}),
      ...(ambiguous ? { ambiguous } : {}),
      ...(omission === undefined ? {} : { omission }),
      ...troubleColumns(entry),
    },
  };
}

function placeColumns(entry: LedgerEntry): Properties {
  return isPresent(entry)
    ? {
        state: entry.state,
        contactId: entry.contactId,
        ...photoColumns(entry),
      }
    : { state: absentStates[entry.state], contactId: '' };
}

function photoColumns({ photo, photoRetry }: PresentEntry): Properties {
  const mayLandUntil = photoRetry?.mayLandUntil;
  return {
    ...(photo === undefined ? {} : { photo }),
    ...(photoRetry ? { photoRetryAt: photoRetry.at, photoAttempts: photoRetry.attempts } : {}),
    ...(mayLandUntil === undefined ? {} : { photoMayLandUntil: mayLandUntil }),
  };
}

function photoFactsIn(row: z.infer<typeof laterColumns>) {
  const { photo, photoRetryAt: at, photoAttempts: attempts = 1, photoMayLandUntil: mayLandUntil } = row;
  const landing = mayLandUntil === undefined ? {} : { mayLandUntil };
  return {
    ...(photo === undefined ? {} : { photo }),
    ...(at === undefined ? {} : { photoRetry: { at, attempts, ...landing } }),
  };
}

function troubleColumns({ trouble }: LedgerEntry): Properties {
  if (!trouble) return {};
  if (trouble.kind === 'suspected') return { failingSince: trouble.since };
  const { kind: _, ...failure } = trouble;
  return packJson('failure', failure);
}

export function ledgerRemoval(listId: string, sourceKey: string): RowOperation {
  return { kind: 'delete', rowKey: ledgerKey(listId, sourceKey) };
}

/** @throws UnreadableProperty */
export function parseEnded({ properties }: StoredRow): Ended {
  return readColumns(endedRow, properties);
}

export function endedKey(listId: string, sourceKey: string): string {
  return `${endedPrefix}${listId}:${encodeKey(sourceKey)}`;
}

/** What stays behind comes first: it is never lost where a transaction more is needed for the removal. */
function removalOperations(
  listId: string,
  { sourceKey, ended }: Extract<LedgerChange, { kind: 'remove' }>,
): RowOperation[] {
  const removal = ledgerRemoval(listId, sourceKey);
  if (!ended) return [removal];
  const properties = { schemaVersion, ...ended };
  return [{ kind: 'replace', rowKey: endedKey(listId, sourceKey), properties }, removal];
}

export function mailboxCheckpointKey(listId: string): string {
  return `list:${listId}`;
}

export function ledgerKey(listId: string, sourceKey: string): string {
  return `contact:${listId}:${encodeKey(sourceKey)}`;
}

/** @throws UnreadableProperty */
export function parseLedgerEntry({ properties }: StoredRow): LedgerEntry {
  const { sourceKey, version, ...place } = readColumns(ledgerRow, properties);
  const later = readColumns(laterColumns, properties);
  const { failingSince, omission, ambiguous } = later;
  const adoption = readJson('adoption', adoptionColumn, properties) ?? adoptionOfVersion(version);
  const categories = readJson('categories', categoryNames, properties);
  const trouble = troubleOf(readJson('failure', failureColumn, properties), failingSince);
  return {
    sourceKey,
    ...parsePlace(place, photoFactsIn(later)),
    version,
    fields: readJson('fields', fieldFingerprints, properties),
    ...(categories ? { categories } : {}),
    ...(trouble ? { trouble } : {}),
    ...(adoption ? { adoption } : {}),
    ...(ambiguous ? { ambiguous } : {}),
    ...(omission === undefined ? {} : { omission }),
  };
}

/** A version before this one writes a row without its before-image. */
function adoptionOfVersion(version: string): Adoption | undefined {
  return isAdoptedVersion(version) ? unknownAdoption('') : undefined;
}

function parsePlace(
  { state, contactId }: Pick<z.infer<typeof ledgerRow>, 'state' | 'contactId'>,
  photo: ReturnType<typeof photoFactsIn>,
) {
  if (contactId === '') return { state: state === 'doubtfullyAbsent' ? 'missing' : 'deletedByUser' } as const;
  const present = state === 'absent' || state === 'doubtfullyAbsent' ? 'unknown' : state;
  return { state: present, contactId, ...photo } as const;
}

function troubleOf(
  failure: z.infer<typeof refusal> | null | undefined,
  failingSince: number | undefined,
): Refusal | Suspicion | undefined {
  if (failure) return { kind: 'refused', ...failure };
  return failingSince === undefined ? undefined : { kind: 'suspected', since: failingSince };
}

const contactColumns = ledgerRow.pick({ state: true, contactId: true, version: true }).partial();

/** Of a row that is damaged: where its contact is, if it tells that, and that the content is in doubt. */
export function doubtfulEntry(sourceKey: string, { properties }: StoredRow): LedgerEntry {
  const { state, contactId, version = '' } = readEachColumn(contactColumns, properties).columns;
  const adoption = adoptionOfVersion(version);
  const unwritten = { sourceKey, fields: {}, version, ...(adoption && { adoption }) };
  if (contactId) return { ...unwritten, contactId, state: state === 'kept' ? 'kept' : 'unknown' };
  return { ...unwritten, state: contactId === '' && state === 'absent' ? 'deletedByUser' : 'damaged' };
}

/** The rows of what changes, the checkpoint's the last. */
export function rowsOf({ listId, ledger = [], checkpoint }: ListChanges): RowOperation[] {
  const entries = ledger.flatMap(change =>
    change.kind === 'put' ? ledgerOperation(listId, change.entry, change.at) : removalOperations(listId, change),
  );
  return checkpoint ? [...entries, mailboxCheckpointOperation(listId, checkpoint)] : entries;
}
