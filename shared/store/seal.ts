import type { RowOperation } from '../ports/tableStorage.ts';

const schemaVersion = 1;

/**
 * A seal is a row of a partition that is written once and never again, and whose etag another row of the partition
 * keeps. Whoever puts rows back from a backup writes the seal, too, and Table Storage gives it another etag: so rows
 * that were set back are noticed, however old they are, and it costs no request.
 */
export function sealOperation(rowKey: string): RowOperation {
  return { kind: 'insert', rowKey, properties: { schemaVersion } };
}

/** @param kept the etag that is kept, empty where none is: nothing can be said then */
export function isSealBroken(kept: string, found: string | undefined): boolean {
  return kept !== '' && kept !== found;
}
