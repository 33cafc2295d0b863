import type fc from 'fast-check';
import type { CaptureQueueMessage, SyncMessage } from '../../shared/engine/messages.ts';
import { GraphFailure } from '../../shared/ports/contactMailbox.ts';
import { RowConflict } from '../../shared/ports/tableStorage.ts';
import type { MemoryGraph } from '../memory/graph.ts';
import { createMemoryPhotos } from '../memory/photos.ts';
import { createMemoryQueue, type MemoryQueue } from '../memory/queue.ts';
import type { createSourcePlaces } from '../memory/sourcePlaces.ts';
import { createMemoryTables } from '../memory/tables.ts';
import { type HostApp, type MessageBody, openHostApp, type World } from './app.ts';
import { createFaults, InjectedFault } from './faults.ts';
import { createHost, type Host, type Stage } from './host.ts';
import { type Model, noteViolation } from './model.ts';
import { personalMark } from './personalData.ts';
import { grace, requestTimeout } from './schedulerGraph.ts';
import type { Statistics } from './statistics.ts';
import { createTimeline } from './timeline.ts';

const hostCount = 2;
const lockDuration = 300_000;
const maxDeliveryCount = 4;

/** The product in several processes over one storage, one queue service and one Graph, driven turn by turn. */
export function createSystem(
  scheduler: fc.Scheduler,
  model: Model,
  statistics: Statistics,
  graph: MemoryGraph,
  sources: ReturnType<typeof createSourcePlaces>,
) {
  const timeline = createTimeline(1_700_000_000_000);
  const faults = createFaults(statistics);
  const stage: Stage = { scheduler, timeline, faults, statistics, busy: 0 };
  const tables = createMemoryTables();
  const queueOptions = { lockDuration, maxDeliveryCount };
  const queues = {
    capture: createMemoryQueue<CaptureQueueMessage>(timeline, queueOptions),
    sync: createMemoryQueue<SyncMessage>(timeline, queueOptions),
    priority: createMemoryQueue<SyncMessage>(timeline, queueOptions),
  };
  const running = new Set<{ readonly host: Host; readonly label: string }>();
  const handlerErrors: string[] = [];
  let sent = 0;
  let deliveries = 0;
  let hostsMade = 0;
  let ids = 0;
  let repeats = 0;
  let backup: (() => void)[] = [];
  let isStopped = false;

  const takenLetters = new Set<string>();
  const photos = createMemoryPhotos(timeline);
  const world: World = { tables, queues, graph, sources, photos, model, takenLetters, inspect, newId };
  const hosts = Array.from({ length: hostCount }, startHost);

  return {
    stage,
    tables,
    graph,
    model,
    handlerErrors,
    /** Messages that were sent so far. */
    sent: () => sent,
    runningHandlers: () => running.size,
    host(index: number): Host {
      return hostAt(index).host;
    },
    /** Starts a workflow in some process. */
    start,
    /** The next message that is delivered is delivered to two handlers. */
    repeatNext(): void {
      repeats += 1;
    },
    backUpTables(): void {
      backup = Object.values(tables).map(table => table.backUp());
    },
    hasBackup: () => backup.length > 0,
    /** As admins are told to do it: while the app is stopped, which outlasts whatever Graph still works on. */
    async putTablesBack(): Promise<void> {
      for (const { host } of hosts) host.die('lost');
      isStopped = true;
      await letRequestsEnd();
      for (const putBack of backup) putBack();
      isStopped = false;
      faults.note('tables put back');
    },
    step,
    passTime,
    async advance(milliseconds: number): Promise<void> {
      timeline.advanceTo(timeline.now() + milliseconds);
      await calm();
    },
    /** No faults any more: what was frozen goes on, and armed faults and crashes are taken back. */
    endFaults(): void {
      faults.clear();
      repeats = 0;
      for (const { host } of hosts) host.thaw();
    },
    hasDeadLetters: () =>
      Object.values(queues).some(({ deadLetters }) => deadLetters.some(({ id }) => !takenLetters.has(id))),
  };

  /** One turn of somebody. False when nobody can go on unless time passes. */
  async function step(): Promise<boolean> {
    buryTheDead();
    deliverAll();
    if (scheduler.count() === 0) {
      await calm();
      deliverAll();
      if (scheduler.count() === 0) return false;
    }
    await scheduler.waitOne();
    await calm();
    return true;
  }

  /** Moves on to the next thing that waits for its time. False when there is none. */
  async function passTime(): Promise<boolean> {
    const times = [timeline, ...Object.values(queues)].flatMap(waiting => nextOf(waiting) ?? []);
    if (times.length === 0) return false;
    timeline.advanceTo(Math.min(...times));
    await calm();
    return true;
  }

  /** What dead processes had sent to Graph is done by then, or never. */
  async function letRequestsEnd(): Promise<void> {
    const end = timeline.now() + requestTimeout + grace;
    while ((await step()) || (timeline.nextAt() ?? Infinity) <= end) {
      if (scheduler.count() > 0) continue;
      timeline.advanceTo(Math.min(timeline.nextAt() ?? end, end));
      await calm();
    }
    timeline.advanceTo(end);
  }

  function start(label: string, work: (app: HostApp) => Promise<unknown>, settle?: Settlement): void {
    const { host, app } = hostAt(deliveries);
    const handler = { host, label };
    running.add(handler);
    void run();

    async function run(): Promise<void> {
      try {
        await host.turn(label);
        await work(app);
        if (settle && host.isAlive()) tryTo(settle.complete);
      } catch (error) {
        noteError(label, error);
        if (settle && host.isAlive()) tryTo(settle.abandon);
      } finally {
        running.delete(handler);
      }
    }
  }

  function startHost() {
    hostsMade += 1;
    const host = createHost(`P${hostsMade}`, stage);
    return { host, app: openHostApp(host, world) };
  }

  function hostAt(index: number): { host: Host; app: HostApp } {
    const slot = index % hostCount;
    const found = hosts[slot] ?? startHost();
    if (found.host.isAlive()) return found;
    const next = startHost();
    hosts[slot] = next;
    return next;
  }

  function buryTheDead(): void {
    for (const handler of running) if (!handler.host.isAlive()) running.delete(handler);
  }

  function deliverAll(): void {
    if (isStopped) return;
    deliverFrom(queues.capture, (app, body) => app.capture(body));
    deliverFrom(queues.sync, (app, body) => app.sync(body, 'sync'));
    deliverFrom(queues.priority, (app, body) => app.sync(body, 'priority'));
  }

  function deliverFrom<Body extends MessageBody>(
    queue: MemoryQueue<Body>,
    handle: (app: HostApp, body: Body) => Promise<void>,
  ): void {
    for (const message of queue.receive()) {
      deliveries += 1;
      statistics.deliveries += 1;
      const label = `handles ${message.id}`;
      start(label, app => handle(app, message.body), message);
      if (repeats === 0) continue;
      repeats -= 1;
      deliveries += 1;
      faults.note('message delivered twice');
      start(`${label} again`, app => handle(app, message.body));
    }
  }

  function inspect(body: MessageBody): void {
    sent += 1;
    if (JSON.stringify(body).includes(personalMark)) noteViolation(model, 'PERSONAL', 'in a message');
  }

  function noteError(label: string, error: unknown): void {
    const all = flatten(error);
    for (const one of all) {
      const text = one instanceof Error ? `${one.name}: ${one.message}` : String(one);
      handlerErrors.push(`${label}: ${text}`);
      if (text.includes(personalMark)) noteViolation(model, 'PERSONAL', `in an error of ${label}`);
      if (!isExpected(one)) noteViolation(model, 'UNEXPECTED', one instanceof Error ? (one.stack ?? text) : text);
    }
  }

  /** Until nobody is inside a request and every handler waits for its turn or for a time. */
  async function calm(): Promise<void> {
    do await new Promise(resolve => setImmediate(resolve));
    while (stage.busy > 0);
  }

  function newId(): string {
    ids += 1;
    return `${ids.toString(16).padStart(8, '0')}-0000`;
  }
}

export type System = ReturnType<typeof createSystem>;

interface Settlement {
  complete(): void;
  abandon(): void;
}

function nextOf(waiting: { nextAt(): number | undefined } | { readonly nextDueAt: number | undefined }) {
  return 'nextAt' in waiting ? waiting.nextAt() : waiting.nextDueAt;
}

function tryTo(settle: () => void): void {
  try {
    settle();
  } catch {
    // The lock has expired: the message is somebody else's by now.
  }
}

function flatten(error: unknown): unknown[] {
  return error instanceof AggregateError ? error.errors.flatMap(flatten) : [error];
}

function isExpected(error: unknown): boolean {
  return error instanceof InjectedFault || error instanceof GraphFailure || error instanceof RowConflict;
}
