import * as z from 'zod';
import type { PreviewedContacts } from '../engine/trial/index.ts';
import type { SourceColumn } from '../ports/sourceKind.ts';
import { strictObject } from '../settings/strictObject.ts';
import { problem } from '../store/progress.ts';
import { connectionTest } from './connectionTest.ts';
import { folderTreeView } from './contactFolders.ts';
import { definitionEntry } from './definition.ts';
import { mailboxName } from './mailboxNames.ts';
import { addressedPreview } from './preview.ts';
import { showProblem } from './showProblem.ts';

/** Of the contacts of a list that is tried. */
export const mostTriedContacts = 20;

export const tryBody = strictObject({
  definition: definitionEntry,
  show: z.enum(['preview', 'contacts', 'connection', 'folders', 'columns']).default('preview').meta({
    description:
      'preview: what a run would do in the mailbox, or in all; contacts: the first of the source, and as they would be written; connection: whether the app reaches what the list needs; folders: those that the source could name, of a mailbox or an Exchange server; columns: those of its CSV file, or of its query, each with what it holds in the first rows',
  }),
  mailbox: mailboxName
    .optional()
    .meta({ description: 'Of the preview: its object id or its address; without, the totals over all' }),
  source: z
    .string()
    .optional()
    .meta({ description: 'Of the folders and columns: the name of the source, where there are several' }),
});

const contactOf = (description: string) =>
  z.record(z.string(), z.unknown()).meta({ description: `${description}, by the fields of Graph` });

export const triedContacts = z.object({
  contacts: z
    .array(
      z.object({
        sourceKey: z.string(),
        source: contactOf('As the source has it'),
        written: contactOf('As it would be written'),
      }),
    )
    .meta({ description: `The first ${mostTriedContacts} by name` }),
  total: z.int(),
  problems: z.array(problem),
});
export type TriedContacts = z.infer<typeof triedContacts>;

export function viewTriedContacts({ list, contacts, total, problems }: PreviewedContacts): TriedContacts {
  return {
    contacts: [...contacts],
    total,
    problems: problems.map(problem => showProblem(problem, list)),
  };
}

export const columnsView = z.object({
  columns: z
    .array(
      z.object({
        name: z.string(),
        fills: z.string().nullable().meta({ description: 'The field; null where the column is not used' }),
        examples: z.array(z.string()).meta({ description: 'What it holds in the first rows, where it is not empty' }),
      }),
    )
    .meta({ description: 'Of the first line of the file, or of the query' }),
});
export type ColumnsView = z.infer<typeof columnsView>;

/** To tell what a column holds; a note may be pages long. */
const mostExampleLetters = 100;

export function viewColumns({ columns }: { readonly columns: readonly SourceColumn[] }): ColumnsView {
  return {
    columns: columns.map(({ name, fills = null, examples }) => ({
      name,
      fills,
      examples: examples.map(text => text.slice(0, mostExampleLetters)),
    })),
  };
}

export const tryView = z.union([addressedPreview, triedContacts, connectionTest, folderTreeView, columnsView]);
