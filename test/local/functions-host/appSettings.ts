import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { HostError } from './hostError.ts';
import { nodeProcess } from './nodeProcess.ts';

/** App settings by name, as `Values` in local.settings.json holds them. */
export type AppSettings = Record<string, string>;

const settingsFileSchema = z.object({
  IsEncrypted: z.literal(false, 'must be false: encrypted settings cannot be read here').optional(),
  Values: z.record(z.string(), z.string('must be a text')),
});

/**
 * Reads a file in the shape of local.settings.json. A variable of that name in the environment wins, as it does in the
 * Azure Functions Core Tools.
 */
export function readSettingsFile(file: string, environment: NodeJS.ProcessEnv): AppSettings {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new HostError(`Settings file ${file} cannot be read: ${cause instanceof Error ? cause.message : cause}`);
  }
  const parsed = settingsFileSchema.safeParse(content);
  if (!parsed.success) throw new HostError(`Settings file ${file} is not valid:\n${z.prettifyError(parsed.error)}`);
  const entries = Object.entries(parsed.data.Values);
  return Object.fromEntries(entries.map(([name, value]) => [name, environment[name] ?? value]));
}

/** Replaces each `%NAME%` by that setting, as the host does in a trigger's properties. Throws on a missing one. */
export function resolveSettings(text: string, settings: AppSettings): string {
  return text.replaceAll(/%([^%]+)%/g, (placeholder, name: string) => {
    const value = settings[name] ?? nodeProcess.env[name];
    if (value === undefined) throw new HostError(`${placeholder} does not resolve: there is no app setting ${name}.`);
    return value;
  });
}

/** Puts the settings into the process's environment, where the app reads them. Returns what puts it back as it was. */
export function applySettings(settings: AppSettings): () => void {
  const before = Object.keys(settings).map(name => [name, nodeProcess.env[name]] as const);
  Object.assign(nodeProcess.env, settings);
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) delete nodeProcess.env[name];
      else nodeProcess.env[name] = value;
    }
  };
}
