import * as z from 'zod';
import { listParams } from './lists.ts';

export const keptFileView = z.object({ blob: z.string() });
export type KeptFileView = z.infer<typeof keptFileView>;

export const sourceFileParams = listParams.extend({
  name: z.string().meta({ description: 'The name of the source; `source` where the list has one without a name' }),
});
