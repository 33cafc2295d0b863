import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import * as z from 'zod';

const storedLine = z.object({
  partitionKey: z.string(),
  rowKey: z.string(),
  properties: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
});

/** A row of a table as a backup holds it: one line of JSON. */
export type StoredLine = z.infer<typeof storedLine>;

/** A file that is no backup, or not a whole one. Named by its line, never by what it holds. */
export class UnreadableBackup extends Error {
  override readonly name = 'UnreadableBackup';

  constructor(fault: string) {
    super(`${fault}: take another copy of this backup, or another backup`);
  }
}

/** @throws UnreadableBackup */
export async function* readLines(file: string): AsyncGenerator<StoredLine> {
  let number = 0;
  for await (const line of createInterface({ input: createReadStream(file) })) {
    number += 1;
    yield parseLine(line, file, number);
  }
}

function parseLine(line: string, file: string, number: number): StoredLine {
  try {
    return storedLine.parse(JSON.parse(line));
  } catch {
    throw new UnreadableBackup(`${file}, line ${number}: this is no row of a backup`);
  }
}
