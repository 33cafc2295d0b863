import * as z from 'zod';
import type { Pin, PinnedTo } from '../domain/pin.ts';
import type { Properties, RowOperation, StoredRow } from '../ports/tableStorage.ts';
import { readColumns, readIfReadable } from './columns.ts';

const schemaVersion = 1;

/** Beside the checkpoint, so that whoever reads that one reads this with the same query. */
export const pinKey = 'checkpoint:pin';

const pinRow = z.object({
  position: z.number(),
  epoch: z.number(),
  at: z.number(),
  definition: z.string().optional(),
  /** Of one that was carried out. */
  head: z.number().optional(),
});

export const pinColumnNames = Object.keys(pinRow.shape);

const unreadable = { position: 0, epoch: 0, at: 0, head: 0 };

export interface ReadPin {
  readonly pin: Pin;
  readonly etag: string;
}

/** A damaged row pins all the same: whoever rolled back relies on it. */
export function parsePin({ properties, etag }: StoredRow): ReadPin {
  const { head, ...to } = readIfReadable(() => readColumns(pinRow, properties)) ?? unreadable;
  return { pin: head === undefined ? { kind: 'rollingBack', ...to } : { kind: 'pinned', head, ...to }, etag };
}

/** Takes the place of what was asked for before. */
export function askOperation(to: PinnedTo): RowOperation {
  return { kind: 'replace', rowKey: pinKey, properties: columnsOf(to) };
}

/** Holds only while nobody asked for something else. */
export function carriedOutOperation({ pin, etag }: ReadPin, head: number): RowOperation {
  return { kind: 'replace', rowKey: pinKey, properties: { ...columnsOf(pin), head }, etag };
}

export function unpinOperation(): RowOperation {
  return { kind: 'delete', rowKey: pinKey };
}

function columnsOf({ position, epoch, at, definition }: PinnedTo): Properties {
  return { schemaVersion, position, epoch, at, ...(definition === undefined ? {} : { definition }) };
}
