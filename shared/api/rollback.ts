import * as z from 'zod';
import type { ListChange } from '../engine/history/index.ts';
import { strictObject } from '../settings/strictObject.ts';
import { preview, previewOperation } from './preview.ts';
import { showProblem } from './showProblem.ts';

const previewOnly = z
  .boolean()
  .default(false)
  .meta({ description: 'Answers what it would change, and changes nothing' });

export const rollbackBody = strictObject({
  run: z.string().optional().meta({ description: 'The list becomes what it was before the capture of this run' }),
  position: z.int().nonnegative().optional().meta({ description: 'Or what it was at this position of its journal' }),
  preview: previewOnly,
}).refine(({ run, position }) => (run === undefined) !== (position === undefined), 'name either a run or a position');

export const unpinBody = strictObject({ preview: previewOnly });

/** Above this many of a change's operations only the numbers tell of the others. */
const mostOperations = 1000;

const count = z.int().nonnegative();

/** What a change of a whole list would do: to the list, and to all of its mailboxes together. */
export const changePreview = preview.omit({ mailbox: true }).extend({
  position: count.optional().meta({ description: 'Of a rollback: what the list would be again' }),
  contacts: z.object({ added: count, changed: count, removed: count, leftOut: count }).meta({
    description: 'Of the list; left out: those that are private by now, or were forgotten, which stay as they are',
  }),
  operations: z
    .array(previewOperation.omit({ reason: true }))
    .meta({ description: `What happens to the list, by contact: at most ${mostOperations}` }),
});
export type ChangePreview = z.infer<typeof changePreview>;

export function viewChange(change: ListChange): ChangePreview {
  const { list, operations, notes, problems, contacts, position, ...totals } = change;
  return {
    list: list.id,
    ...totals,
    operations: operations.slice(0, mostOperations),
    notes: [...notes],
    problems: problems.map(problem => showProblem(problem, list)),
    contacts,
    ...(position === undefined ? {} : { position }),
  };
}
