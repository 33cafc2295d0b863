import { readFile, writeFile } from 'node:fs/promises';
import { z } from 'zod';

const settingsFileSchema = z.object({ Values: z.record(z.string(), z.string()) });

/** The app settings (`Values`) of a file in the shape of local.settings.json. Errors name the file. */
export async function readSettings(file: string): Promise<Record<string, string>> {
  const parsed = settingsFileSchema.safeParse(parseJson(file, await readFile(file, 'utf8')));
  if (!parsed.success) throw new Error(`${file} is not a settings file: ${z.prettifyError(parsed.error)}`);
  return parsed.data.Values;
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
