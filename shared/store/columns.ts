import type * as z from 'zod';
import type { Properties } from '../ports/tableStorage.ts';
import { UnreadableProperty } from './damagedRow.ts';
import { unpackJson } from './longText.ts';

/** @throws UnreadableProperty */
export function readColumns<Schema extends z.ZodType>(schema: Schema, properties: Properties): z.output<Schema> {
  const read = schema.safeParse(properties);
  if (read.success) return read.data;
  throw new UnreadableProperty(unreadableIn(read.error)[0] ?? '');
}

/** A value that is packed as JSON. @throws UnreadableProperty */
export function readJson<Schema extends z.ZodType>(
  name: string,
  schema: Schema,
  properties: Properties,
): z.output<Schema> {
  const read = schema.safeParse(unpackJson(name, properties));
  if (read.success) return read.data;
  throw new UnreadableProperty(name);
}

type Values = Readonly<Record<string, unknown>>;

/**
 * Column by column, so that one that cannot be read spoils no other.
 *
 * @param instead as the row would hold them; a column that has a default needs none
 */
export function readEachColumn<Schema extends z.ZodType>(
  schema: Schema,
  properties: Values,
  instead: Values = {},
): { readonly columns: z.output<Schema>; readonly unreadable: readonly string[] } {
  const read = schema.safeParse(properties);
  if (read.success) return { columns: read.data, unreadable: [] };
  const unreadable = unreadableIn(read.error);
  const readable = Object.entries(properties).filter(([name]) => !unreadable.includes(name));
  return { columns: schema.parse({ ...instead, ...Object.fromEntries(readable) }), unreadable };
}

function unreadableIn({ issues }: z.ZodError): string[] {
  return [...new Set(issues.map(({ path }) => String(path[0])))];
}

export function readIfReadable<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof UnreadableProperty) return undefined;
    throw error;
  }
}

/** Members that a newer version added stay where they are. */
export function storable<Schema extends z.ZodObject>(schema: Schema): Schema {
  return schema.loose() as unknown as Schema;
}
