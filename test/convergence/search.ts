import fc from 'fast-check';
import type { Action } from './actions.ts';
import { checkForgotten, checkPersonalData, checkTotals, compareAll } from './compare.ts';
import type { Model, Violation } from './model.ts';
import { beginChoices, decideHold, mendMailbox, perform, unpin } from './perform.ts';
import { comeToRest, drain, goOnForDays, settle } from './rest.ts';
import { type Scene, type Stand, setScene } from './scene.ts';
import { countOne, type Statistics } from './statistics.ts';
import type { System } from './system.ts';

/** The world did not come to be as the source says, or a write broke a rule on the way. */
export class NotConverged extends Error {
  override readonly name = 'NotConverged';
  readonly violations: readonly Violation[];

  constructor(violations: readonly Violation[]) {
    super(violations.map(({ code, detail }) => `${code} ${detail}`).join('\n'));
    this.violations = violations;
  }
}

/** A command of fast-check's model runs: it does one action to the system and notes it in the model. */
export class ScheduleCommand implements fc.AsyncCommand<Model, System> {
  readonly action: Action;

  constructor(action: Action) {
    this.action = action;
  }

  check(model: Readonly<Model>): boolean {
    return model.violations.length === 0;
  }

  async run(model: Model, system: System): Promise<void> {
    countOne(system.stage.statistics.actions, this.action.do);
    await perform(this.action, { model, system });
  }

  toString(): string {
    return JSON.stringify(this.action);
  }
}

/**
 * Runs one schedule: its commands in order while the scheduler chooses who goes on, then the end of all faults, rest,
 * and the comparison of every target with the model.
 *
 * @throws NotConverged
 */
export async function runSchedule(
  scheduler: fc.Scheduler,
  scene: Scene,
  commands: Iterable<fc.AsyncCommand<Model, System>>,
  statistics: Statistics,
): Promise<void> {
  statistics.schedules += 1;
  const stand = setScene(scene, scheduler, statistics);
  const { model } = stand;
  await beginChoices(stand);
  await fc.asyncModelRun(() => ({ model, real: stand.system }), commands);
  const checks = [checkPersonalData, checkForgotten, checkTotals];
  const phases = [standingFaults, rest, openHolds, idleRun, fullReconcile, idleRun, ...checks];
  for (const phase of phases) {
    if (model.violations.length === 0) await phase(stand);
  }
  if (model.violations.length > 0) throw new NotConverged(model.violations);
}

/** What is broken for good stops nobody else, and is visible (invariants 3 and 4). */
async function standingFaults(stand: Stand): Promise<void> {
  const { model, system } = stand;
  system.start('scheduled run', app => app.run());
  await settle(system);
  system.endFaults();
  for (const list of model.lists) unpin(stand, list);
  const isAnyBroken = model.lists.some(({ isSourceBroken }) => isSourceBroken);
  if (model.poisoned.size + model.broken.size === 0 && !isAnyBroken) return;
  await goOnForDays(system, model);
  await compareAll(stand, 'standing');
}

async function rest(stand: Stand): Promise<void> {
  const { model, system } = stand;
  model.poisoned.clear();
  for (const mailboxId of [...model.broken]) mendMailbox(stand, mailboxId);
  for (const list of model.lists) list.isSourceBroken = false;
  for (const place of model.places.values()) place.mend();
  await comeToRest(system, model);
  await compareAll(stand, 'normal');
}

/** Whatever waits for a decision is approved, and carried out. */
async function openHolds(stand: Stand): Promise<void> {
  const { model, system } = stand;
  for (let round = 0; round < 3; round++) {
    const decisions = await Promise.all(model.lists.map(list => decideHold(stand, list, true)));
    if (!decisions.includes(true)) return;
    await comeToRest(system, model);
    await compareAll(stand, 'normal');
  }
}

/** A run without any change writes nothing, sends nothing and looks at no target (invariant 2). */
async function idleRun({ model, system }: Stand): Promise<void> {
  const sent = system.sent();
  system.graph.calls.splice(0);
  system.stage.statistics.idleRuns += 1;
  system.start('scheduled run', app => app.run());
  await drain(system);
  const touched = system.graph.calls.filter(({ mailbox }) => model.mailboxes.includes(mailbox));
  if (touched.length > 0 || system.sent() > sent) {
    const operations = touched.map(({ operation, mailbox }) => `${operation} ${mailbox}`).join(', ');
    model.violations.push({ code: 'NOT-IDLE', detail: `${system.sent() - sent} messages, ${operations}` });
  }
}

async function fullReconcile(stand: Stand): Promise<void> {
  const { model, system } = stand;
  const lists = model.lists.map(({ id }) => id);
  system.start('full resync', app => app.resync(lists, undefined, 'full'));
  await comeToRest(system, model);
  await compareAll(stand, 'full');
}
