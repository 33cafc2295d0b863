import * as z from 'zod';
import { endings } from '../domain/ending.ts';
import { type Finding, presenceCauses } from '../domain/proof.ts';
import { contactPlaces } from '../ports/contactMailbox.ts';
import type { Properties, RowOperation, StoredRow, Table } from '../ports/tableStorage.ts';
import { readColumns, readJson } from './columns.ts';
import { readRow } from './damagedRow.ts';
import { deleteRows } from './deleteRows.ts';
import { packJson } from './longText.ts';
import { problem } from './progress.ts';
import { rangeOf } from './rowKey.ts';
import { unlessChanged } from './unlessChanged.ts';
import { writeInTurn } from './writeInTurn.ts';

const schemaVersion = 1;
/** No `summary`: a version that knows no such runs does not show one as a run of its own. */
const questionKey = 'proof';
const resultPrefix = 'proven:';

const questionColumns = z.object({ list: z.string(), startedAt: z.number(), mailboxes: z.number() });
const question = z.object({
  contacts: z.array(
    z.object({ sourceKey: z.string(), removedAt: z.number().optional(), addedAt: z.number().optional() }),
  ),
  /** Keyed hashes of the person's addresses. */
  prints: z.array(z.string()),
  notes: z.array(problem),
});

const unreadable: Finding = { state: 'unknown', because: 'DamagedRow' };
/** What a newer version found, and this one has no word for, nobody can tell. */
const findingColumns = z
  .discriminatedUnion('state', [
    z.object({ state: z.literal('there'), because: z.enum(presenceCauses) }),
    z.object({ state: z.literal('inDeletedItems') }),
    z.object({ state: z.literal('unknown'), because: z.string() }),
    z
      .object({ state: z.literal('removed'), because: z.enum(endings), endedAt: z.number().optional() })
      .transform(({ endedAt: at, ...ended }) => ({ ...ended, at })),
    z.object({ state: z.enum(['notRecorded', 'neverThere']) }),
  ])
  .catch(unreadable);
const resultColumns = z.object({
  reportedAt: z.number(),
  requests: z.number(),
  roundTrips: z.number(),
});
const places = z
  .array(z.object({ folder: z.string(), kind: z.enum(contactPlaces), ofList: z.literal(true).optional() }))
  .default([]);

/** What a run looks for, in every mailbox of a list. Times in epoch milliseconds. */
export interface ProofQuestion extends z.infer<typeof questionColumns>, z.infer<typeof question> {}

/** What a mailbox that was looked into came to. */
export interface ProofResult extends z.infer<typeof resultColumns> {
  readonly mailboxId: string;
  readonly finding: Finding;
  readonly places: z.infer<typeof places>;
}

/** Runs that look into mailboxes: in `Runs`, a partition a run; nothing in there names the person (rules.md: Proof). */
export function openProofRuns(table: Table) {
  return { begin, read, report, readResults, readOld, remove };

  /** Unless it is there already. */
  async function begin(id: string, { contacts, prints, notes, ...columns }: ProofQuestion): Promise<void> {
    const properties = { schemaVersion, ...columns, ...packJson('question', { contacts, prints, notes }) };
    await unlessChanged(table.write(id, [{ kind: 'insert', rowKey: questionKey, properties }]));
  }

  /** @throws DamagedRow */
  async function read(id: string): Promise<ProofQuestion | undefined> {
    const row = await table.get(id, questionKey);
    return row && readRow({ table: 'Runs', partitionKey: id, rowKey: questionKey }, () => parseQuestion(row));
  }

  /** The same mailbox again replaces what was found there before. */
  async function report(id: string, results: readonly ProofResult[]): Promise<void> {
    await writeInTurn(table, id, results.map(resultOperation));
  }

  /** @throws DamagedRow */
  async function readResults(id: string): Promise<ProofResult[]> {
    const rows = await table.query(id, rangeOf(resultPrefix));
    return rows.map(row => readRow({ table: 'Runs', partitionKey: id, rowKey: row.rowKey }, () => parseResult(row)));
  }

  /** Ids of those that come after this one: older ones. */
  async function readOld(limit: number, afterId: string): Promise<string[]> {
    return (await table.queryAcross(questionKey, limit, afterId)).map(({ partitionKey }) => partitionKey);
  }

  /** What was asked goes last, so that what an interruption leaves is found again. */
  async function remove(id: string): Promise<void> {
    const rows = await table.query(id, rangeOf(resultPrefix), ['RowKey']);
    await deleteRows(table, id, [...rows, { rowKey: questionKey }]);
  }
}

function resultOperation({ mailboxId, finding, places: found, ...columns }: ProofResult): RowOperation {
  const properties = { schemaVersion, ...columnsOf(finding), ...columns, ...packJson('places', found) };
  return { kind: 'replace', rowKey: resultPrefix + mailboxId, properties };
}

function columnsOf(finding: Finding): Properties {
  return {
    state: finding.state,
    ...('because' in finding ? { because: finding.because } : {}),
    ...('at' in finding && finding.at !== undefined ? { endedAt: finding.at } : {}),
  };
}

/** @throws UnreadableProperty */
function parseQuestion({ properties }: StoredRow): ProofQuestion {
  return { ...readColumns(questionColumns, properties), ...readJson('question', question, properties) };
}

/** @throws UnreadableProperty */
function parseResult({ rowKey, properties }: StoredRow): ProofResult {
  const mailboxId = rowKey.slice(resultPrefix.length);
  const finding = findingColumns.parse(properties);
  const found = readJson('places', places, properties);
  return { mailboxId, finding, ...readColumns(resultColumns, properties), places: found };
}
