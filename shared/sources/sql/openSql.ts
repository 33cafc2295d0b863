import * as z from 'zod';
import { week } from '../../domain/durations.ts';
import { entryLimits } from '../../domain/entryLimits.ts';
import { fingerprint, fingerprintOfList } from '../../domain/fingerprint.ts';
import { withoutPrivateMark } from '../../domain/privateMark.ts';
import {
  type ContactSource,
  type Reading,
  SourceFailure,
  type SourceNeeds,
  type SourceProblem,
} from '../../ports/contactSource.ts';
import type { DatabaseSession, SqlRow } from '../../ports/database.ts';
import { createRequestMeter } from '../../ports/requestMeter.ts';
import type { SourceAdapters } from '../../ports/sourceKind.ts';
import type { Connections } from '../../settings/connections.ts';
import type { SqlSettings } from '../../settings/sqlSource.ts';
import { databaseNamed } from './databaseNamed.ts';
import { describeRights, problemOf } from './describeFailure.ts';
import { type ColumnPlan, planColumns, type RowContact, readRow } from './rowContacts.ts';

/** All rows are of one scope, whatever the query and the database: who is in none of them is gone. */
const scopeId = 'rows';

const cursorSchema = z.object({
  /** Of the fingerprints of all contacts. */
  print: z.string(),
  /** Of each page of them, in the order in which the database gave them. */
  pages: z.array(z.string()).default([]),
  rows: z.number(),
  /** Epoch milliseconds when they were last given whole. */
  givenAt: z.number(),
});
type SqlCursor = z.infer<typeof cursorSchema>;

/** The rows of one query. They are read whole each time, and given whole when any of them has changed. */
export function openSql(
  settings: SqlSettings,
  adapters: SourceAdapters<Connections>,
  needs: SourceNeeds,
): ContactSource {
  const meter = createRequestMeter();
  return {
    calls: () => [meter.read()],
    async read(cursor, beginWhole) {
      meter.sent(1);
      const known = readCursor(cursor);
      const seen = await withSession(settings, adapters, session => collectRows(session, known, beginWhole));
      return toReading(seen, known, adapters.clock.now());
    },
    // A result is whole: there is nobody whom it may have missed.
    readStanding: async () => new Map(),
  };

  /** @throws SourceFailure with the first row that is one too many, so that not more than these are ever in memory */
  async function collectRows(
    session: DatabaseSession,
    known: SqlCursor | undefined,
    beginWhole: (() => void) | undefined,
  ): Promise<SeenRows> {
    const { columns, pages } = await session.query(settings.query);
    const plan = planColumns(settings, columns);
    const rows = new Map<string, ReadRow>();
    const prints: string[] = [];
    for await (const page of pages) {
      const print = printOf(takeRows(rows, page, plan, settings, needs));
      if (print !== known?.pages[prints.length]) beginWhole?.();
      prints.push(print);
    }
    return { rows, pages: prints };
  }
}

type SqlNeeds = Pick<SourceNeeds, 'entries' | 'extended'>;

export interface ReadRow extends RowContact {
  readonly fingerprint: string;
}

interface SeenRows {
  readonly rows: ReadonlyMap<string, ReadRow>;
  /** Fingerprints of their pages. */
  readonly pages: readonly string[];
}

/** @throws SourceFailure for whatever the database, its sign-in or the login's rights are at fault for */
export async function withSession<Value>(
  settings: SqlSettings,
  adapters: SourceAdapters<Connections>,
  read: (session: DatabaseSession) => Promise<Value>,
): Promise<Value> {
  let session: DatabaseSession | undefined;
  try {
    session = await adapters.openDatabase(
      databaseNamed(settings.connection, adapters.connections),
      settings.timeLimitSeconds * 1000,
    );
    const rights = await session.findRightsToWrite();
    if (rights.length > 0) throw new SourceFailure([describeRights(rights)]);
    return await read(session);
  } catch (error) {
    const problem = problemOf(error, settings);
    if (!problem) throw error;
    throw new SourceFailure([problem], { cause: error });
  } finally {
    await session?.close();
  }
}

function printOf(rows: readonly { readonly id: string; readonly fingerprint: string }[]): string {
  return fingerprintOfList(rows.map(row => [row.id, row.fingerprint]));
}

/** @throws SourceFailure for a row that is one too many, or that has no key or that of another */
export function takeRows(
  rows: Map<string, ReadRow>,
  page: readonly SqlRow[],
  plan: ColumnPlan,
  settings: SqlSettings,
  { entries, extended }: SqlNeeds = { entries: entryLimits, extended: [] },
): readonly ReadRow[] {
  const hidesPrivate = extended.includes('sensitivity');
  if (rows.size + page.length > settings.maxRows) throw tooManyRows(settings);
  return page.map(values => {
    const read = readRow(values, rows.size + 1, plan, entries);
    const shown = hidesPrivate ? read : withoutPrivateMark(read);
    if (rows.has(shown.id)) throw keyTwice(rows, shown.id);
    // Now, since the database makes the next page meanwhile.
    const row = { ...shown, fingerprint: fingerprint(shown.contact) };
    rows.set(row.id, row);
    return row;
  });
}

function toReading({ rows, pages }: SeenRows, known: SqlCursor | undefined, now: number): Reading {
  if (rows.size === 0 && known && known.rows > 0) throw turnedEmpty(known.rows);
  const contacts = [...rows.values()]
    .map(({ id, contact, fingerprint: print }) => ({ id, contact, fingerprint: print }))
    .sort((one, other) => (one.id < other.id ? -1 : 1));
  const print = printOf(contacts);
  const problems = problemsOf([...rows.values()]);
  const unchanged = known !== undefined && known.print === print && now - known.givenAt < week;
  const cursor = { print, pages, rows: rows.size, givenAt: unchanged ? known.givenAt : now };
  return {
    scopes: [{ folderId: scopeId, complete: !unchanged, mayMiss: false, contacts: unchanged ? [] : contacts }],
    cursor: JSON.stringify(cursor),
    problems,
    partsMissing: false,
  };
}

/** One that nobody can read is none. */
function readCursor(cursor: string | undefined): SqlCursor | undefined {
  if (cursor === undefined) return undefined;
  try {
    return cursorSchema.safeParse(JSON.parse(cursor)).data;
  } catch {
    return undefined;
  }
}

function problemsOf(rows: readonly RowContact[]): SourceProblem[] {
  const nameless = rows.filter(({ named }) => !named);
  const unfit = rows.filter(each => each.unfit.length > 0);
  const fields = [...new Set(unfit.flatMap(each => each.unfit))].sort();
  return [
    ...(rows.length === 0
      ? [{ code: 'SqlNoRows', detail: 'The query gives no row: check its conditions, and what the login may see' }]
      : []),
    ...(nameless.length > 0
      ? [
          {
            code: 'SqlRowsWithoutName',
            detail: `${rowsNamed(nameless)} neither a name nor a company nor an e-mail address: fill one of them in the database, or leave such rows out of the query`,
          },
        ]
      : []),
    ...(unfit.length > 0
      ? [
          {
            code: 'SqlValuesLeftOut',
            detail: `${rowsNamed(unfit)} values that a contact cannot hold, which were left out (${fields.join(', ')}): a birthday is a date, and a contact has at most three e-mail addresses and two telephone numbers of a kind, unless the mapping has a field for further ones`,
          },
        ]
      : []),
  ];
}

/** The same rows give the same text, in whatever order they come. */
function rowsNamed(rows: readonly RowContact[]): string {
  const [first = ''] = rows.map(({ id }) => id).sort();
  return rows.length === 1
    ? `The row with the key ${first} has`
    : `${rows.length} rows (one has the key ${first}) have`;
}

function tooManyRows({ maxRows }: SqlSettings): SourceFailure {
  const detail = `The query gives more than ${maxRows} rows, so nothing of it was taken: narrow it, or raise maxRows`;
  return new SourceFailure([{ code: 'SqlTooManyRows', detail }]);
}

function keyTwice(rows: ReadonlyMap<string, RowContact>, id: string): SourceFailure {
  const numbers = `${[...rows.keys()].indexOf(id) + 1} and ${rows.size + 1}`;
  const detail = `Rows ${numbers} of the result have the same key, so nothing of it was taken: choose a key that is unique, or look for a JOIN that repeats rows`;
  return new SourceFailure([{ code: 'SqlKeyTwice', detail }]);
}

function turnedEmpty(before: number): SourceFailure {
  const detail = `The query gives no row any more, and gave ${before}: nothing was removed. Check its conditions, and what the login may see. If nobody is to be left, remove the source or the list from the settings`;
  return new SourceFailure([{ code: 'SqlNoRows', detail }]);
}
