import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { ContactMailbox } from '../../../shared/ports/contactMailbox.ts';
import { settingsFingerprint } from '../../../shared/settings/contactList.ts';
import { openProgress } from '../../../shared/store/progress.ts';
import type { GraphCall } from '../../memory/graphFaults.ts';
import { createWorld, listOf, type World } from '../../shared/engine/world.ts';
import { expectOutcome } from '../benchmarkCase.ts';
import { openBuiltApp } from '../measuredApp.ts';
import type { FanOutDone } from './fanOutProcess.ts';
import { servePorts } from './remotePorts.ts';

/** What a fan-out took, in a process that holds nothing but its own work. */
export interface InMemoryFanOut extends FanOutDone {
  readonly messages: number;
  /** As the Table service would count them: a page of 1,000 rows or a transaction is one. */
  readonly tableRequests: number;
  /** Of those, by the time the first message was sent. */
  readonly tableRequestsBeforeMessages: number;
  /** A page of 999 members is one. */
  readonly graphRequests: number;
}

const contacts = 3;
const rowsPerPage = 1000;
const membersPerPage = 999;

/** One contact is changed for that many mailboxes that are in line: its fan-out, with everything around it in memory. */
export async function measureInMemory(mailboxes: number): Promise<InMemoryFanOut> {
  const world = createWorld();
  const [firstContact = ''] = world.addContacts(contacts);
  await bringInLine(world, world.addTargets(mailboxes));
  world.source.edit(firstContact, { department: 'Scale' });
  await world.clock.advance(1000);
  world.takeCalls();

  const sentBefore = world.syncMessages();
  let tableRequests = 0;
  let tableRequestsBeforeMessages: number | undefined;
  const child = await startChild(world);
  servePorts(child, answer);
  const done = await untilDone(child);
  const messages = world.syncMessages() - sentBefore;
  expectOutcome('Messages', messages, mailboxes);
  const graphRequests = countRequests(world.takeCalls(), mailboxes);
  const before = tableRequestsBeforeMessages ?? tableRequests;
  return { ...done, messages, tableRequests, tableRequestsBeforeMessages: before, graphRequests };

  async function answer(port: string, method: string, args: readonly unknown[]): Promise<unknown> {
    const value = await portOf(world, port)[method]?.(...(args as never[]));
    if (port in world.tables) tableRequests += pagesOf(value);
    if (port === 'syncQueue') tableRequestsBeforeMessages ??= tableRequests;
    return value;
  }
}

function countRequests(calls: readonly GraphCall[], members: number): number {
  const groups = calls.filter(({ operation }) => operation === 'groupMembers').length;
  return calls.length - groups + groups * Math.ceil(members / membersPerPage);
}

/** Has the mailboxes sent for, and reports what their handlers would. */
async function bringInLine(world: World, mailboxes: readonly string[]): Promise<void> {
  await world.run();
  const progress = openProgress(world.tables.progress);
  const { epoch = 0, head = 0 } = (await world.openListPartition('staff').readCheckpoint())?.checkpoint ?? {};
  const report = {
    state: 'current' as const,
    position: head,
    epoch,
    settings: settingsFingerprint(listOf()),
    contacts,
    failed: 0,
    dueAt: 0,
    syncedAt: world.clock.now(),
    sequence: 1,
    goneAt: 0,
  };
  for (const mailbox of mailboxes) await progress.report('staff', mailbox, report);
}

/** With the memory that the app is given in Azure. */
async function startChild(world: World): Promise<ChildProcess> {
  const { sample } = await openBuiltApp();
  const args = [JSON.stringify(listOf()), String(world.clock.now())];
  return fork(join(import.meta.dirname, 'fanOutProcess.ts'), args, {
    serialization: 'advanced',
    execArgv: (sample.languageWorkers__node__arguments ?? '').split(' ').filter(Boolean),
  });
}

async function untilDone(child: ChildProcess): Promise<FanOutDone> {
  const done = new Promise<FanOutDone>(resolve => {
    child.on('message', (message: object) => {
      if ('done' in message) resolve(message as FanOutDone);
    });
  });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`The fan-out in memory ended with ${code}`);
  });
  try {
    return await Promise.race([done, ended]);
  } finally {
    ended.catch(() => undefined);
    child.kill();
  }
}

type Methods = Readonly<Record<string, (...args: never[]) => Promise<unknown>>>;

function portOf(world: World, port: string): Methods {
  const mailbox = /^mailbox:(.+)$/.exec(port)?.[1];
  if (mailbox !== undefined) return methodsOf<ContactMailbox>(world.graph.openMailbox(mailbox));
  if (port === 'directory') return methodsOf(world.graph.openDirectory());
  if (port === 'syncQueue') return methodsOf(world.queues.syncQueue);
  return methodsOf(world.tables[port as keyof World['tables']]);
}

function methodsOf<Port extends object>(port: Port): Methods {
  return port as unknown as Methods;
}

function pagesOf(value: unknown): number {
  return Array.isArray(value) ? Math.max(1, Math.ceil(value.length / rowsPerPage)) : 1;
}
