import { describeNextTimes } from '../shared/settings/schedule.ts';
import type { Settings } from '../shared/settings/settings.ts';

/** Says at the start what the settings come to. @param now epoch milliseconds */
export function logSettings({ schedules, notes, refusedLists }: Settings, now: number): void {
  for (const [name, schedule] of Object.entries(schedules)) {
    console.info(`${name} "${schedule}" comes next at (UTC): ${describeNextTimes(schedule, now)}`);
  }
  for (const { list, code, detail } of notes) {
    // That one says what a name means, for whoever looks at the list.
    if (code !== 'DefaultFolder') console.warn(`${list === undefined ? '' : `The contact list ${list}: `}${detail}`);
  }
  for (const { id, faults } of refusedLists) {
    console.error(`The contact list ${id ?? 'without an id'} is refused and changes nothing: ${faults.join('; ')}`);
  }
}
