import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import type { FigureName } from '../../shared/telemetry/figures.ts';
import type { Host, World } from '../world/world.ts';
import type { Choices } from './choices.ts';
import type { Figures } from './figures.ts';

/** Units of 10^6 bytes. */
export interface Memory {
  readonly resident: number;
  /** The most so far. */
  readonly peak: number;
}

/** One process of a host, from its start to its end. */
export interface HostLife {
  readonly name: string;
  readonly startedAt: number;
  /** After its first mailbox; undefined before, and where the system has no /proc. */
  start: Memory | undefined;
  end: Memory | undefined;
  endedAt: number;
  readonly killed: boolean;
}

export interface HostGroup {
  readonly lives: readonly HostLife[];
  /** A host that is alive for now. */
  alive(): Host;
  /** Kills hosts with SIGKILL and starts them again, until the signal. The last host is spared. */
  keepKilling(seconds: { least: number; most: number }, signal: AbortSignal): Promise<void>;
  /** Notes the memory of those that live. */
  measure(): Promise<void>;
}

type Life = { -readonly [name in keyof HostLife]: HostLife[name] } & { readonly host: Host };

/** What the app logs of each message to a mailbox. */
const mailboxHandled = 'mailboxHandled' satisfies FigureName;

/** The last host lives to the end, to show whether its memory grows; all others may be killed at any time. */
export async function startHosts(world: World, count: number, choices: Choices, figures: Figures): Promise<HostGroup> {
  const lives: Life[] = [];
  const current = new Map<string, Life>();
  const names = Array.from({ length: count }, (_, index) => `host ${index + 1}`);
  // All of them, so that those that did start can be stopped when one does not.
  const starts = await Promise.allSettled(names.map(start));
  for (const result of starts) if (result.status === 'rejected') throw result.reason;
  const spared = names.at(-1) ?? '';
  return { lives, alive: () => lifeOf(spared).host, keepKilling, measure };

  async function start(name: string): Promise<void> {
    const host = await world.startHost();
    const times = { startedAt: Date.now(), endedAt: 0 };
    const life: Life = { name, ...times, start: undefined, end: undefined, killed: false, host };
    lives.push(life);
    current.set(name, life);
  }

  async function keepKilling(seconds: { least: number; most: number }, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await pause(choices.between(seconds.least * 1000, seconds.most * 1000), signal);
      await measure();
      if (signal.aborted) return;
      const victim = choices.oneOf([...current.values()].filter(({ name }) => name !== spared));
      if (!victim) return;
      await victim.host.kill();
      victim.killed = true;
      figures.crashes += 1;
      await pause(choices.between(0, 2000), signal);
      await start(victim.name);
    }
  }

  async function measure(): Promise<void> {
    for (const life of current.values()) {
      const memory = await readMemory(life.host.pid);
      life.end = memory;
      life.endedAt = Date.now();
      if (!life.start && life.host.errors().includes(mailboxHandled)) life.start = memory;
    }
  }

  function lifeOf(name: string): Life {
    const life = current.get(name);
    if (!life) throw new Error(`${name} was never started`);
    return life;
  }
}

async function readMemory(pid: number): Promise<Memory | undefined> {
  const file = `/proc/${pid}/status`;
  if (!existsSync(file)) return undefined;
  const status = await readFile(file, 'utf8');
  return { resident: megabytes(status, 'VmRSS'), peak: megabytes(status, 'VmHWM') };
}

function megabytes(status: string, name: string): number {
  const kilobytes = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1] ?? '0';
  return Math.round((Number(kilobytes) * 1024) / 1e6);
}

/** Resolves early when the signal comes. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await wait(milliseconds, undefined, { signal }).catch(() => undefined);
}
