import { describeNextTimes } from '../../../shared/settings/schedule.ts';
import { findMisspelt, parseSettings, type Settings, SettingsError } from '../../../shared/settings/settings.ts';
import { readSettings } from '../settings.ts';
import { type AppSettings, ownSettingsFile, projectDirectory, withEnvironment } from '../start/plan.ts';
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

/** Checks the settings alone: no service is asked. The environment goes before the file, as it does at a start. */
export async function checkSettings(
  settingsFile: string | undefined,
  environment: NodeJS.ProcessEnv,
  now: number,
): Promise<CheckedSettings> {
  const sample = await readSettings(SAMPLE_SETTINGS_FILE);
  const own = await readOwnSettings(settingsFile ?? ownSettingsFile());
  const names = Object.keys({ ...sample, ...own });
  const values = withEnvironment(own, names, environment);
  const standIns = Object.fromEntries(given.map(name => [name, sample[name] ?? '']));
  return check(values, standIns, now);
}

async function readOwnSettings(file: string): Promise<AppSettings> {
  try {
    return await readSettings(file);
  } catch (cause) {
    throw new StartError(`The settings cannot be read: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}

/** What is misspelt is looked for without the stand-ins: each would seem to be the setting that was meant. */
function check(values: AppSettings, standIns: AppSettings, now: number): CheckedSettings {
  const misspelt = findMisspelt(values);
  try {
    const {
      lists,
      refusedLists,
      notes: found,
      schedules,
    } = parseSettings({ ...standIns, ...values }, projectDirectory);
    const notes = [...misspelt, ...found.filter(({ code }) => code !== 'UnknownSetting')];
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
    const { faults } = error;
    const notes = misspelt.filter(({ detail }) => !faults.includes(detail));
    return { ok: false, faults, lists: [], refusedLists: [], notes, schedules: {} };
  }
}

/** For people. */
export function describeCheck(checked: CheckedSettings): string[] {
  const { faults, lists, refusedLists, notes, schedules } = checked;
  const rows: (readonly [string, string])[] = [
    ...faults.map(fault => ['Fault', fault] as const),
    ...(lists.length > 0 ? [['Lists', lists.join(', ')] as const] : []),
    ...refusedLists.map(refused => ['Refused', describeRefusal(refused)] as const),
    ...notes.map(note => [note.code === 'RefusedSoon' ? 'Next' : 'Note', describeNote(note)] as const),
    ...Object.entries(schedules).map(([name, times]) => ['Schedule', `${name} comes next at (UTC): ${times}`] as const),
  ];
  return [...rows.map(([name, text]) => `${name.padEnd(10)} ${text}`), '', judge(checked)];
}

function describeRefusal({ id = 'a list without an id', faults }: CheckedSettings['refusedLists'][number]): string {
  return `${id}: ${faults.join('; ')}`;
}

function describeNote({ list, detail }: CheckedSettings['notes'][number]): string {
  return list === undefined ? detail : `${list}: ${detail}`;
}

function judge({ ok, faults }: CheckedSettings): string {
  if (ok) return 'The settings can be used.';
  if (faults.length > 0) return 'The app does not start with these settings.';
  return 'The app starts with these settings. What is refused changes nothing; what says Next is refused by the next version.';
}
