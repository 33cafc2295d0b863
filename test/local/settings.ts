import { readFile, writeFile } from 'node:fs/promises';
import { z } from 'zod';

/** The shapes of local.settings.json and of what `az functionapp config appsettings list` prints. */
const settingsFileSchema = z.union([
  z.object({ Values: z.record(z.string(), z.string()) }).transform(({ Values }) => Values),
  z
    .array(z.object({ name: z.string(), value: z.string().nullable() }))
    .transform(settings => Object.fromEntries(settings.map(({ name, value }) => [name, value ?? '']))),
]);

/** No scheduled run comes. */
export const neverBySchedule = { SYNC_SCHEDULE: '0 0 0 1 1 *' };

/** The app settings of a file, in one of these shapes. Errors name the file. */
export async function readSettings(file: string): Promise<Record<string, string>> {
  const parsed = settingsFileSchema.safeParse(parseJson(file, await readFile(file, 'utf8')));
  if (!parsed.success) throw new Error(`${file} is not a settings file: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

/** Writes app settings in the shape of local.settings.json. */
export async function writeSettings(file: string, values: Record<string, string>): Promise<void> {
  await writeFile(file, `${JSON.stringify({ IsEncrypted: false, Values: values }, undefined, 2)}\n`);
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error(`${file} is not JSON`, { cause });
  }
}
