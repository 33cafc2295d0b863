import { join } from 'node:path';
import { readSettings } from '../local/settings.ts';

const projectDirectory = join(import.meta.dirname, '../..');

/** A built app that the benchmark runs. */
export interface MeasuredApp {
  readonly bundleDirectory: string;
  /** What its local.settings.sample.json says. */
  readonly sample: Readonly<Record<string, string>>;
}

/** The app of this checkout, as `npm run build` left it. */
export async function openBuiltApp(): Promise<MeasuredApp> {
  return openApp(projectDirectory);
}

/** The app that was built in a directory with the layout of this project. */
export async function openApp(directory: string): Promise<MeasuredApp> {
  const sample = await readSettings(join(directory, 'local.settings.sample.json'));
  return { bundleDirectory: join(directory, 'dist'), sample };
}

/**
 * What makes the settings of a world of this checkout those of the app: names that the app's sample does not have are
 * taken out (undefined), and what nobody has set otherwise is as that sample says.
 */
export function settingsOf(
  app: MeasuredApp,
  ofWorld: Readonly<Record<string, string>>,
  own: MeasuredApp['sample'],
): Record<string, string | undefined> {
  const names = [...new Set([...Object.keys(ofWorld), ...Object.keys(app.sample)])];
  const given = names.filter(name => !(name in app.sample) || ofWorld[name] === own[name]);
  return Object.fromEntries(given.map(name => [name, app.sample[name]]));
}
