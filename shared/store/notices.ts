import * as z from 'zod';
import type { ToldNotices } from '../domain/notice.ts';
import type { RowOperation, StoredRow, Table } from '../ports/tableStorage.ts';
import { readIfReadable, readJson } from './columns.ts';
import { packJson } from './longText.ts';
import { unlessChanged } from './unlessChanged.ts';

const schemaVersion = 1;
/** No run has such an id. */
const partition = '$notices';
const rowKey = 'told';

const toldNotices = z.record(z.string(), z.object({ at: z.number(), claimedUntil: z.number() }));

/** The row of `Runs` that says what somebody was told, and when, so that all hosts together tell it once. */
export function openNotices(table: Table) {
  return { change };

  /** Does `work` on what was told and keeps what it makes of it; again, where another host was faster. */
  async function change<Result>(
    work: (told: ToldNotices) => { readonly told: ToldNotices; readonly result: Result },
  ): Promise<Result> {
    for (;;) {
      const row = await table.get(partition, rowKey);
      const before = row ? parseTold(row) : {};
      const { told, result } = work(before);
      if (told === before || (await tryWrite(told, row?.etag))) return result;
    }
  }

  async function tryWrite(told: ToldNotices, etag: string | undefined): Promise<boolean> {
    const properties = { schemaVersion, ...packJson('told', told) };
    const operation: RowOperation =
      etag === undefined ? { kind: 'insert', rowKey, properties } : { kind: 'replace', rowKey, properties, etag };
    return unlessChanged(table.write(partition, [operation]));
  }
}

/** A damaged row says nothing, so that something may be told twice. */
function parseTold({ properties }: StoredRow): ToldNotices {
  return readIfReadable(() => readJson('told', toldNotices, properties)) ?? {};
}
