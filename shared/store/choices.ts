import * as z from 'zod';
import { type Choice, choices } from '../domain/choice.ts';
import type { Properties, Table } from '../ports/tableStorage.ts';

const schemaVersion = 1;

const choiceRow = z.object({ choice: z.enum(choices) });

/**
 * `Choices`: what users decided about lists, list / mailbox id, so that a run reads those of a list in one query. A row
 * stays when the user leaves the list, and counts again when they come back; one that cannot be read counts as none.
 */
export function openChoices(table: Table) {
  return { readAll, read, write };

  /** By the ids of the mailboxes. */
  async function readAll(listId: string): Promise<ReadonlyMap<string, Choice>> {
    const rows = await table.query(listId);
    return new Map(
      rows.flatMap(({ rowKey, properties }) => {
        const choice = parseChoice(properties);
        return choice ? [[rowKey, choice] as const] : [];
      }),
    );
  }

  async function read(listId: string, mailboxId: string): Promise<Choice | undefined> {
    const row = await table.get(listId, mailboxId);
    return row && parseChoice(row.properties);
  }

  /** @param at epoch milliseconds */
  async function write(listId: string, mailboxId: string, choice: Choice, at: number): Promise<void> {
    const properties = { schemaVersion, choice, at };
    await table.write(listId, [{ kind: 'merge', rowKey: mailboxId, properties }]);
  }
}

export type ChoiceTable = ReturnType<typeof openChoices>;

function parseChoice(properties: Properties): Choice | undefined {
  return choiceRow.safeParse(properties).data?.choice;
}
