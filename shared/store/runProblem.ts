import * as z from 'zod';
import { storedProblem } from './progress.ts';

export const runProblem = storedProblem.extend({ list: z.string().optional(), mailbox: z.string().optional() });
export type RunProblem = z.infer<typeof runProblem>;
