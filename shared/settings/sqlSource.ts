import * as z from 'zod';
import { findColumnFault } from '../domain/contactColumns.ts';
import { sourceBasics } from './sourceBasics.ts';
import { strictObject } from './strictObject.ts';

/** A database refuses what is not a SELECT; this tells the mistake before it is asked. */
const opening = /^(\s|--.*(\n|$)|\/\*[\s\S]*?\*\/|\()*(select|with|values|table)\b/i;

const columnName = z.string().min(1).max(128);
/** Field to column, so that one column may fill several fields. */
const columns = z
  .record(z.string(), columnName.nullable())
  .superRefine((named, context) => {
    for (const text of Object.keys(named)) {
      const fault = findColumnFault(text);
      if (fault) context.addIssue({ code: 'custom', path: [text], message: fault });
    }
  })
  .default({});

/** One query of a database. */
export const sqlSettings = strictObject({
  ...sourceBasics,
  kind: z.literal('sql'),
  connection: z.string().min(1),
  query: z
    .string()
    .min(1)
    .max(20_000)
    .refine(text => opening.test(text), 'is no query: write one SELECT (it may begin with WITH, VALUES or TABLE)'),
  key: columnName,
  columns,
  /** Of the whole reading; a capture's lease is longer. */
  timeLimitSeconds: z.number().int().min(1).max(120).default(60),
  maxRows: z.number().int().min(1).max(200_000).default(50_000),
});

export type SqlSettings = z.infer<typeof sqlSettings>;
