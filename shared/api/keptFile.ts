import * as z from 'zod';

export const keptFileView = z.object({ blob: z.string() });
export type KeptFileView = z.infer<typeof keptFileView>;
