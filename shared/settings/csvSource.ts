import * as z from 'zod';
import { findColumnFault } from '../domain/contactColumns.ts';
import { sourceBasics } from './sourceBasics.ts';
import { strictObject } from './strictObject.ts';

/** Code pages of files that are not UTF-8, as the Encoding Standard names them. */
const encodings = [
  'utf-8',
  'windows-1250',
  'windows-1251',
  'windows-1252',
  'windows-1253',
  'windows-1254',
  'iso-8859-2',
  'iso-8859-15',
  'macintosh',
  'shift_jis',
  'gb18030',
  'utf-16le',
] as const;

const columnName = z.string().trim().min(1, 'a column is named as in the first line of the file');

const columns = z.record(z.string(), columnName).superRefine((targets, context) => {
  for (const target of Object.keys(targets)) {
    const fault = findColumnFault(target);
    if (fault) context.addIssue({ code: 'custom', path: [target], message: fault });
  }
});

/** A CSV file: a blob in the app's container `sources`, or an https address of a host that `CSV_HOSTS` allows. */
export const csvSettings = strictObject({
  ...sourceBasics,
  kind: z.literal('csv'),
  blob: z
    .string()
    .regex(
      /^[A-Za-z0-9_][A-Za-z0-9_./-]{0,199}$/,
      'is not the name of a blob: 1 to 200 letters, digits, "-", "_", "." and "/"',
    )
    .optional(),
  url: z.url({ protocol: /^https$/, error: 'is no https address' }).optional(),
  /** The column whose value identifies a contact; without it its e-mail address does. */
  key: columnName.optional(),
  /** Contact field to column; the columns of well-known exports need none. */
  columns: columns.default({}),
  encoding: z.enum(encodings).optional(),
  delimiter: z.enum([',', ';', '\t', '|']).optional(),
}).refine(({ blob, url }) => (blob === undefined) !== (url === undefined), 'name either a blob or a url');

export type CsvSettings = z.infer<typeof csvSettings>;

/** What is wrong with where the file comes from; undefined where the app may ask there. */
export function findHostFault({ url }: CsvSettings, hosts: readonly string[]): string | undefined {
  if (url === undefined) return undefined;
  const { hostname, username, password } = new URL(url);
  if (username !== '' || password !== '') return 'url: a name or a password has no place in an address';
  if (hosts.includes(hostname.toLowerCase())) return undefined;
  return `url: the host ${hostname} is not one of CSV_HOSTS: add it there`;
}
