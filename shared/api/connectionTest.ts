import * as z from 'zod';

export const connectionStep = z.object({
  name: z.string(),
  ok: z.boolean(),
  detail: z.string().meta({ description: 'What was found, or what failed and why, most likely' }),
  remedy: z.string().optional().meta({ description: 'What to do about it, with the command where one helps' }),
});
export type ConnectionStep = z.infer<typeof connectionStep>;

export const connectionTest = z.object({ steps: z.array(connectionStep) });
