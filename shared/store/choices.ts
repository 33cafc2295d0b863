import * as z from 'zod';
import { type Choice, choices } from '../domain/choice.ts';
import type { Properties, Table } from '../ports/tableStorage.ts';
import { type DamagedRow, readRowOr, UnreadableProperty } from './damagedRow.ts';

const schemaVersion = 1;

const choiceRow = z.object({ choice: z.enum(choices) });

/** A row that cannot be read is no choice: nobody can tell what its user decided. */
export type StoredChoice = Choice | DamagedRow;

/**
 * `Choices`: what users decided about lists, list / mailbox id, so that a run reads those of a list in one query. A row
 * stays when the user leaves the list, and counts again when they come back.
 */
export function openChoices(table: Table) {
  return { readAll, read, write };

  /** By the ids of the mailboxes. */
  async function readAll(listId: string): Promise<ReadonlyMap<string, StoredChoice>> {
    const rows = await table.query(listId);
    return new Map(rows.map(({ rowKey, properties }) => [rowKey, parseChoice(listId, rowKey, properties)]));
  }

  async function read(listId: string, mailboxId: string): Promise<StoredChoice | undefined> {
    const row = await table.get(listId, mailboxId);
    return row && parseChoice(listId, mailboxId, row.properties);
  }

  /** @param at epoch milliseconds */
  async function write(listId: string, mailboxId: string, choice: Choice, at: number): Promise<void> {
    const properties = { schemaVersion, choice, at };
    await table.write(listId, [{ kind: 'merge', rowKey: mailboxId, properties }]);
  }
}

export type ChoiceTable = ReturnType<typeof openChoices>;

function parseChoice(listId: string, mailboxId: string, properties: Properties): StoredChoice {
  const place = { table: 'Choices', partitionKey: listId, rowKey: mailboxId } as const;
  return readRowOr<StoredChoice>(
    place,
    () => choiceIn(properties),
    damage => damage,
  );
}

function choiceIn(properties: Properties): Choice {
  const row = choiceRow.safeParse(properties);
  if (!row.success) throw new UnreadableProperty('choice');
  return row.data.choice;
}
