import * as z from 'zod';
import { decidedKinds } from '../domain/hold.ts';
import type { RowOperation, StoredRow } from '../ports/tableStorage.ts';
import { readColumns, readEachColumn, readIfReadable, readJson, storable } from './columns.ts';
import { type CursorColumns, cursorColumns, cursorColumnsSchema, cursorIn } from './cursorColumns.ts';
import { type DamagedRow, describeDamage } from './damagedRow.ts';
import { packJson } from './longText.ts';
import type { ReadPin } from './pinRow.ts';
import { type Problem, storedProblem } from './progress.ts';
import { isSealBroken, sealOperation } from './seal.ts';
import { storedHold } from './storedHold.ts';

const schemaVersion = 1;

export const sourceCheckpointKey = 'checkpoint';
/** Beside the checkpoint, so that one query reads all. */
export const sourceSealKey = `${sourceCheckpointKey}:seal`;

const checkpointDetails = z.object({
  /**
   * When the journal was begun, in epoch milliseconds: at the list's first capture, and again when its rows were put
   * back from a backup. Positions of another journal mean nothing. 0 in rows of older versions.
   */
  epoch: z.number().default(0),
  /** The etag of the partition's seal, empty in rows of older versions. */
  sealEtag: z.string().default(''),
  /** Fingerprint of source mailbox and folders: another source means reading from the start. */
  identity: z.string(),
  /** How many captures have started. */
  captures: z.number().default(0),
  /** Epoch milliseconds when the last one started. */
  captureStartedAt: z.number().default(0),
  ...cursorColumnsSchema,
  /** What keys begin with, by source; empty for a list that only ever had one. */
  sourceNames: z.array(z.object({ name: z.string(), identity: z.string(), prefix: z.string() })).default([]),
  /** What becomes of private contacts where the settings do not say: older versions shared them. */
  hidesPrivate: z.boolean().default(false),
  /** How many private contacts the list shares because nobody has said what becomes of them, and when that was counted. */
  sharedPrivate: z.object({ contacts: z.number(), at: z.number() }).optional(),
  /** How many of the contacts are for nobody because they are private; older rows do not tell. */
  hiddenPrivate: z.number().optional(),
  /** How many contacts the snapshot holds. */
  contacts: z.number(),
  hold: storedHold.optional(),
  /** How many removals the hold named that was rejected last. */
  rejectedRemovals: z.number().optional(),
  /** What was decided within the last hour, in epoch milliseconds: who decides it once more is told so. */
  decided: z.array(z.object({ kind: z.enum(decidedKinds), removals: z.number(), at: z.number() })).default([]),
  /** The list has read photos. */
  hasPhotos: z.literal(true).optional(),
  /** Rows of the snapshot name photos that are asked for again. */
  photosOwed: z.literal(true).optional(),
  /** Epoch milliseconds until when photos were asked for whose change no reading tells; none while the list has no photos. */
  photosAskedAt: z.number().optional(),
  /** How many photos are left out, by reason. */
  photosLeftOut: z.object({ notJpeg: z.number(), tooLarge: z.number() }).optional(),
  /** How many contacts stay in the targets because their removal was rejected; older rows do not tell. */
  kept: z.number().optional(),
  /** Contacts have other ids at the source than their keys: the rows of `readSnapshotOf` say whose they are. */
  hasOtherIds: z.boolean().default(false),
  /** Epoch milliseconds and number of the removals journaled within the last hour. */
  recentRemovals: z.array(z.tuple([z.number(), z.number()])),
  /** Mailboxes keep how each contact ended there that was removed after this position; not known in older rows. */
  endingsKeptAfter: z.number().optional(),
  /** The list's last policies, for when it has vanished from the settings. */
  policies: z.object({
    whenTargetLeaves: z.enum(['cleanUp', 'leave']),
    maxRemovalShare: z.number(),
    maxRemovals: z.number(),
  }),
  /** Fingerprints of the definitions that contacts were written by, oldest first: the run that began with each, and when. */
  definitions: z.array(z.object({ print: z.string(), run: z.string(), at: z.number() })).default([]),
  /** The first of the problems, for older versions. */
  problem: storedProblem.optional(),
  problems: z.array(storedProblem).default([]),
  /** What an admin may want to know of the last reading. */
  notes: z.array(storedProblem).default([]),
});

type Details = z.infer<typeof checkpointDetails>;

/** Where a list's capture stands. A list that was never captured has none. */
export interface SourceCheckpoint extends Omit<Details, 'problem' | 'problems' | 'notes' | keyof CursorColumns> {
  /** Where the last reading of the sources ended, for the next one. */
  readonly cursor?: string | undefined;
  readonly notes: readonly Problem[];
  /** What of the source could not be read. */
  readonly problems: readonly Problem[];
  readonly head: number;
  /** A round of several transactions was not finished: the next capture reads from the start. */
  readonly partial: boolean;
  /** Epoch milliseconds of the last finished capture, 0 before the first. */
  readonly capturedAt: number;
  /** The capture that is going on, if any, until `capturingUntil` (epoch milliseconds). */
  readonly capturingUntil: number;
}

/** A checkpoint as it was read, for what replaces it. */
export interface ReadCheckpoint {
  readonly checkpoint: SourceCheckpoint;
  readonly etag: string;
}

/** A checkpoint as a capture reads it. */
export interface SealedCheckpoint {
  /** Of a damaged row what it tells; the rest is as before the first capture. */
  readonly checkpoint: SourceCheckpoint;
  readonly etag: string;
  readonly sealEtag: string | undefined;
  /** What is damaged of the list, as far as somebody has met it: to be mended by a reading from the start. */
  readonly damage: DamagedRow | undefined;
  /** The list was rolled back, and is not read until it is unpinned. */
  readonly pinned: ReadPin | undefined;
}

/** How a list shows that a row of it is damaged. */
export function describeSourceDamage(damage: DamagedRow): Problem {
  return describeDamage(damage, 'The next capture reads the source from the start and writes anew what it can');
}

/** Whether it is the checkpoint that is damaged, so that it does not tell the list's policies. */
export function isOfCheckpoint({ place }: DamagedRow): boolean {
  return place.rowKey === sourceCheckpointKey;
}

/** Whether the list's rows were put back from a backup: its mailboxes may be ahead of them. */
export function isPutBack({ checkpoint, sealEtag }: SealedCheckpoint): boolean {
  return isSealBroken(checkpoint.sealEtag, sealEtag);
}

/** Whether the last capture ended without having read its source. */
export function hasFailed({ capturingUntil, captureStartedAt, capturedAt }: SourceCheckpoint): boolean {
  return capturingUntil === 0 && captureStartedAt > capturedAt;
}

const checkpointRow = z.object({
  head: z.number(),
  partial: z.boolean(),
  capturedAt: z.number(),
  capturingUntil: z.number(),
});

export const sourceCheckpointColumnNames = Object.keys(checkpointRow.shape);

const headColumn = checkpointRow.pick({ head: true }).partial();

/** The head that a row tells, be it damaged otherwise. */
export function headIn({ properties }: StoredRow): number | undefined {
  return readEachColumn(headColumn, properties).columns.head;
}

/** Before the first capture of a list. */
export function firstCheckpoint(policies: SourceCheckpoint['policies']): SourceCheckpoint {
  return {
    head: 0,
    partial: false,
    capturedAt: 0,
    capturingUntil: 0,
    epoch: 0,
    sealEtag: '',
    identity: '',
    captures: 0,
    captureStartedAt: 0,
    sourceNames: [],
    hidesPrivate: true,
    contacts: 0,
    hasOtherIds: false,
    recentRemovals: [],
    decided: [],
    definitions: [],
    policies,
    problems: [],
    notes: [],
  };
}

/** In the place of what a damaged checkpoint does not tell: everything is found out anew. */
const untoldDetails = {
  identity: '',
  mailboxId: '',
  folders: [],
  contacts: 0,
  hasOtherIds: true,
  recentRemovals: [],
  policies: { whenTargetLeaves: 'leave', maxRemovalShare: 0, maxRemovals: 0 },
};

export function checkpointOperation(checkpoint: SourceCheckpoint, etag: string | undefined): RowOperation {
  const { head, partial, capturedAt, capturingUntil, cursor, ...details } = checkpoint;
  const stored = {
    ...details,
    ...cursorColumns(cursor),
    ...(details.problems[0] ? { problem: details.problems[0] } : {}),
  };
  const properties = { schemaVersion, head, partial, capturedAt, capturingUntil, ...packJson('details', stored) };
  return etag === undefined
    ? { kind: 'insert', rowKey: sourceCheckpointKey, properties }
    : { kind: 'replace', rowKey: sourceCheckpointKey, properties, etag };
}

/** Holds only if nobody wrote the checkpoint since it was read, and changes nothing of it. */
export function touchOperation(etag: string): RowOperation {
  return { kind: 'merge', rowKey: sourceCheckpointKey, properties: { schemaVersion }, etag };
}

export function sourceSealOperation(): RowOperation {
  return sealOperation(sourceSealKey);
}

const detailsColumn = storable(checkpointDetails);

/** @throws UnreadableProperty */
export function parseCheckpoint({ properties }: StoredRow): SourceCheckpoint {
  const details = readJson('details', detailsColumn, properties);
  return checkpointOf(readColumns(checkpointRow, properties), details);
}

function checkpointOf(
  columns: z.infer<typeof checkpointRow>,
  { problem, problems, mailboxId, checkedAt, folders, cursor, ...details }: Details,
): SourceCheckpoint {
  // An older version writes the first one alone.
  const all = problems.length === 0 && problem ? [problem] : problems;
  return { ...columns, ...details, cursor: cursorIn({ mailboxId, checkedAt, folders, cursor }), problems: all };
}

/**
 * What a damaged row does not tell is found out by reading from the start. Without head or epoch the journal is another
 * from now on, since nobody can say whether its positions are those that mailboxes reached.
 */
export function rebuildCheckpoint({ properties }: StoredRow, newestPosition: number): SourceCheckpoint {
  const untold = { head: newestPosition, partial: true, capturedAt: 0, capturingUntil: 0 };
  const { columns, unreadable } = readEachColumn(checkpointRow, properties, untold);
  const toldDetails = detailsIn(properties);
  // Where nothing tells of the list, nobody gets what is private.
  const hidesPrivate = Object.keys(toldDetails).length === 0;
  const details = readEachColumn(checkpointDetails, toldDetails, { ...untoldDetails, hidesPrivate }).columns;
  const told = checkpointOf(columns, details);
  return { ...told, partial: true, epoch: unreadable.includes('head') ? 0 : told.epoch, hasOtherIds: true };
}

function detailsIn(properties: StoredRow['properties']): Readonly<Record<string, unknown>> {
  return readIfReadable(() => readJson('details', z.looseObject({}), properties)) ?? {};
}
