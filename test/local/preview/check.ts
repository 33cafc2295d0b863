import { describeNextTimes } from '../../../shared/settings/schedule.ts';
import { parseSettings, type Settings, SettingsError } from '../../../shared/settings/settings.ts';
import { readSettings } from '../settings.ts';
import { type AppSettings, ownSettingsFile, projectDirectory } from '../start/plan.ts';
import { StartError } from '../start/startError.ts';
import { SAMPLE_SETTINGS_FILE } from '../startServices.ts';

/** What the app would say of its settings at its start, found out without starting it. */
export interface CheckedSettings {
  /** Nothing is refused, by this version or by the next. */
  readonly ok: boolean;
  /** What stops the start. */
  readonly faults: readonly string[];
  readonly lists: readonly string[];
  readonly refusedLists: Settings['refusedLists'];
  readonly notes: Settings['notes'];
  /** The next times, in UTC. */
  readonly schedules: Readonly<Record<string, string>>;
}

/** A deployment and `npm start` give them, whatever the file says; so one that leaves them out lacks nothing. */
const given = [
  'SYNC_SCHEDULE',
  'CAPTURE_QUEUE',
  'SYNC_QUEUE',
  'PRIORITY_QUEUE',
  'TABLES_CONNECTION',
  'ServiceBusConnection',
];

/** Checks the settings alone: no service is asked. */
export async function checkSettings(settingsFile: string | undefined, now: number): Promise<CheckedSettings> {
  const values = await readOwnSettings(settingsFile ?? ownSettingsFile());
  const sample = await readSettings(SAMPLE_SETTINGS_FILE);
  const standIns = Object.fromEntries(given.map(name => [name, sample[name] ?? '']));
  return check({ ...standIns, ...values }, now);
}

async function readOwnSettings(file: string): Promise<AppSettings> {
  try {
    return await readSettings(file);
  } catch (cause) {
    throw new StartError(`The settings cannot be read: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}

function check(values: AppSettings, now: number): CheckedSettings {
  try {
    const { lists, refusedLists, notes, schedules } = parseSettings(values, projectDirectory);
    const times = Object.entries(schedules).map(([name, schedule]) => [name, describeNextTimes(schedule, now)]);
    return {
      ok: refusedLists.length === 0 && notes.every(({ code }) => code !== 'RefusedSoon'),
      faults: [],
      lists: lists.map(({ id }) => id),
      refusedLists,
      notes,
      schedules: Object.fromEntries(times),
    };
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return { ok: false, faults: error.faults, lists: [], refusedLists: [], notes: [], schedules: {} };
  }
}

/** For people. */
export function describeCheck({ ok, faults, lists, refusedLists, notes, schedules }: CheckedSettings): string[] {
  const rows: (readonly [string, string])[] = [
    ...faults.map(fault => ['Fault', fault] as const),
    ...(lists.length > 0 ? [['Lists', lists.join(', ')] as const] : []),
    ...refusedLists.map(
      ({ id, faults: found }) => ['Refused', `${id ?? 'a list without an id'}: ${found.join('; ')}`] as const,
    ),
    ...notes.map(
      ({ code, list, detail }) =>
        [code === 'RefusedSoon' ? 'Next' : 'Note', list === undefined ? detail : `${list}: ${detail}`] as const,
    ),
    ...Object.entries(schedules).map(([name, times]) => ['Schedule', `${name} comes next at (UTC): ${times}`] as const),
  ];
  const verdict = ok
    ? 'The settings can be used.'
    : faults.length > 0
      ? 'The app does not start with these settings.'
      : 'The app starts with these settings. What is refused changes nothing; what says Next is refused by the next version.';
  return [...rows.map(([name, text]) => `${name.padEnd(10)} ${text}`), '', verdict];
}
