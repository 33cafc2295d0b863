import { type Model, noteViolation } from './model.ts';
import type { System } from './system.ts';

const minute = 60_000;
const hour = 60 * minute;
/** More turns than anything takes before somebody has to wait. */
const mostSteps = 20_000;
/** Longer than any wait, and than what many of them add up to. */
const longestRest = 30 * 24 * hour;

export async function takeSteps(system: System, count: number): Promise<void> {
  for (let step = 0; step < count; step++) {
    if (!(await system.step()) && !(await system.passTime())) return;
  }
}

/** Goes on until nobody has anything to do, or only after more than an hour. */
export async function settle(system: System): Promise<void> {
  await goOn(system, system.stage.timeline.now() + hour);
}

/** Goes on until nothing is left at all. */
export async function drain(system: System): Promise<void> {
  const end = system.stage.timeline.now() + longestRest;
  await goOn(system, end);
  if (system.stage.timeline.now() > end) noteViolation(system.model, 'LIVELOCK', 'the messages do not come to an end');
  else if (system.runningHandlers() > 0) {
    noteViolation(system.model, 'STUCK', 'a handler waits for nothing that comes');
  }
}

/** Steps, and time only when there is none to take, until there is nothing to wait for or `end` has passed. */
async function goOn(system: System, end: number): Promise<void> {
  for (let steps = 0; steps < mostSteps; steps++) {
    if (await system.step()) continue;
    if (system.stage.timeline.now() > end || !(await system.passTime())) return;
    steps = 0;
  }
  noteViolation(system.model, 'LIVELOCK', 'the handlers do not come to rest');
}

/** The schedule as an admin would see it over days: retries come up to a day later. */
const pauses = [16 * minute, 70 * minute, 6 * hour, 25 * hour, 25 * hour];
const mostRuns = 20;

/** The timers fire for days while something stays broken, whose retries never end. */
export async function goOnForDays(system: System): Promise<void> {
  for (const pause of pauses) {
    await system.advance(pause);
    startTimers(system);
    await settle(system);
  }
}

/** The timers fire until a run, long after everything else, sends nothing any more. */
export async function comeToRest(system: System, model: Model): Promise<void> {
  await drain(system);
  for (let run = 0; run < mostRuns; run++) {
    await system.advance(pauses[run] ?? 25 * hour);
    const before = system.sent();
    startTimers(system);
    await drain(system);
    if (model.violations.length > 0) return;
    if (run >= pauses.length - 1 && system.sent() === before) return;
  }
  noteViolation(model, 'NEVER-IDLE', 'every run sends something');
}

function startTimers(system: System): void {
  if (system.hasDeadLetters()) system.start('dead letters', app => app.takeUpDeadLetters());
  system.start('scheduled run', app => app.run());
}
