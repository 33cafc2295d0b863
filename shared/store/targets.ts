import * as z from 'zod';
import { chunksOf } from '../domain/chunks.ts';
import type { RowOperation, StoredRow, Table } from '../ports/tableStorage.ts';
import { readJson, storable } from './columns.ts';
import { DamagedRow, type RowPlace, readRow, readRowOr } from './damagedRow.ts';
import { packJson, packText, unpackText } from './longText.ts';
import { type Problem, storedProblem } from './progress.ts';
import { encodeKey, rangeOf } from './rowKey.ts';
import { unlessChanged } from './unlessChanged.ts';

const schemaVersion = 1;

const groupSummary = z.object({
  /** Fingerprint of the ids of its members when it was last read. */
  print: z.string(),
  /** How many members are gone and wait for a decision. */
  missing: z.number(),
  /** Somebody decided that they go on to count. */
  keepsMissing: z.boolean().default(false),
  /** How many rows hold the members. */
  rows: z.number(),
});

/** What a list remembers of a group without its members. */
export type GroupSummary = z.infer<typeof groupSummary>;

const storedTargets = z.object({
  /** Epoch milliseconds; the names are looked up again weekly. */
  checkedAt: z.number(),
  /** Object ids of users and groups by lower-case name, as the list's settings have it. */
  users: z.record(z.string(), z.string()),
  groups: z.record(z.string(), z.string()),
  /** By the id of a user that is named: the prints of everything by which a contact may name that one as its owner. */
  identities: z.record(z.string(), z.array(z.string())).optional(),
  /** Lower-case names that did not lead to their ids when they were last looked up. */
  doubted: z.array(z.string()).default([]),
  /** By the group's id. */
  members: z.record(z.string(), groupSummary).default({}),
  /** What kept the last run from bringing the list to its mailboxes as the settings say. */
  problems: z.array(storedProblem).default([]),
});

/** What a list remembers of its targets between two runs. */
export type StoredTargets = z.infer<typeof storedTargets>;

/** Members of a group, each by the fingerprint of its id: 100,000 fit into seven rows. */
export interface GroupMembers {
  readonly members: ReadonlySet<string>;
  /** Gone since, in a way that needs a decision. */
  readonly missing: ReadonlySet<string>;
}

export interface RememberedGroup extends GroupMembers {
  readonly groupId: string;
}

/** A list's targets as they were read. */
export interface ReadTargets {
  readonly targets: StoredTargets;
  readonly etag: string;
}

/** The members of a group as they are to be stored, and how many rows held them before. */
export interface ChangedGroup extends RememberedGroup {
  readonly rowsBefore: number;
}

const rowKey = 'targets';
/** A transaction takes 4 MiB, and a row of a group's members up to half of one. */
const memberRowsPerTransaction = 7;
const printLength = 16;
/** Of each kind of member: a row holds 1 MiB, two bytes a character. */
const charactersPerRow = 240_000;

/** A list's targets in its partition of `Sources`. */
export function openTargets(table: Table, listId: string) {
  return { readTargets, readGroupMembers, storeTargets, noteTargetProblem, forgetDamagedTargets };

  /** @throws DamagedRow */
  async function readTargets(): Promise<ReadTargets | undefined> {
    const row = await table.get(listId, rowKey);
    return row && { targets: readRow(placeOf(row), () => parseTargets(row)), etag: row.etag };
  }

  /** @throws DamagedRow */
  async function readGroupMembers(groupId: string): Promise<GroupMembers> {
    return membersIn(await table.query(listId, rangeOf(membersPrefix(groupId))));
  }

  /** The members of groups tell the truth by themselves, so they come before the row that refers to them. */
  async function storeTargets(
    targets: StoredTargets,
    groups: readonly ChangedGroup[],
    read: ReadTargets | undefined,
  ): Promise<void> {
    const rows = groups.flatMap(groupMembersOperations);
    for (const part of chunksOf(rows, memberRowsPerTransaction)) await table.write(listId, part);
    // Where another run has read the same targets, what it stored is as good.
    await unlessChanged(table.write(listId, [targetsOperation(targets, read?.etag)]));
  }

  /** For the status of the list, which does not read the members of groups. */
  async function noteTargetProblem(found: Problem): Promise<void> {
    const row = await table.get(listId, rowKey);
    const known =
      row &&
      readRowOr(
        placeOf(row),
        () => parseTargets(row),
        () => undefined,
      );
    if (known && known.problems[0]?.detail !== found.detail)
      await table.write(listId, [targetsOperation({ ...known, problems: [found] }, row.etag)]);
  }

  /** Where a row of them cannot be read, the next reading learns the targets as that of a new list does. */
  async function forgetDamagedTargets(): Promise<void> {
    try {
      await readTargets();
      membersIn(await table.query(listId, rangeOf('members:')));
    } catch (error) {
      if (!(error instanceof DamagedRow)) throw error;
      const keys = new Set([rowKey, error.place.rowKey]);
      await table.write(
        listId,
        [...keys].map(key => ({ kind: 'delete', rowKey: key })),
      );
      await forgetDamagedTargets();
    }
  }

  function membersIn(rows: readonly StoredRow[]): GroupMembers {
    const printsOf = (column: 'members' | 'missing') =>
      rows.flatMap(row => readRow(placeOf(row), () => printsIn(column, row)));
    return { members: new Set(printsOf('members')), missing: new Set(printsOf('missing')) };
  }

  function placeOf(row: StoredRow): RowPlace {
    return { table: 'Sources', partitionKey: listId, rowKey: row.rowKey };
  }
}

function targetsOperation(targets: StoredTargets, etag: string | undefined): RowOperation {
  const properties = { schemaVersion, ...packJson('targets', targets) };
  return etag === undefined ? { kind: 'insert', rowKey, properties } : { kind: 'replace', rowKey, properties, etag };
}

/** The rows of a group's members; those of before that are not needed any more are removed. */
function groupMembersOperations({ groupId, members, missing, rowsBefore }: ChangedGroup): RowOperation[] {
  const rows = groupMembersRows({ members, missing });
  const texts = { members: [...members].join(''), missing: [...missing].join('') };
  return Array.from({ length: Math.max(rows, rowsBefore) }, (_, index): RowOperation => {
    const key = `${membersPrefix(groupId)}${index}`;
    if (index >= rows) return { kind: 'delete', rowKey: key };
    const partOf = (text: string) => text.slice(index * charactersPerRow, (index + 1) * charactersPerRow);
    const columns = { ...packText('members', partOf(texts.members)), ...packText('missing', partOf(texts.missing)) };
    return { kind: 'replace', rowKey: key, properties: { schemaVersion, ...columns } };
  });
}

/** How many rows the members need. */
export function groupMembersRows({ members, missing }: GroupMembers): number {
  return Math.ceil((Math.max(members.size, missing.size) * printLength) / charactersPerRow);
}

function membersPrefix(groupId: string): string {
  return `members:${encodeKey(groupId)}:`;
}

const targetsColumn = storable(storedTargets);

/** @throws UnreadableProperty */
function parseTargets({ properties }: StoredRow): StoredTargets {
  return readJson('targets', targetsColumn, properties);
}

/** @throws UnreadableProperty */
function printsIn(column: 'members' | 'missing', { properties }: StoredRow): string[] {
  const text = unpackText(column, properties) ?? '';
  return Array.from({ length: text.length / printLength }, (_, index) =>
    text.slice(index * printLength, (index + 1) * printLength),
  );
}
