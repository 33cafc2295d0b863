#!/usr/bin/env node
/** `npm run convergence:real`: the built app under load, crashes and faults, as processes. Exits with 1 on a violation. */
import { parseArgs } from 'node:util';
import { Interrupted, listenForInterruption } from '../local/start/interruption.ts';
import { runConvergence } from './convergence.ts';
import { readDirectory } from './directory.ts';
import { formatResult } from './report.ts';

const usage = `npm run convergence:real -- [--minutes N] [--seed N] [--mailboxes N]
  --minutes    of edits, faults and crashes, 10 by default; fractions are allowed
  --seed       of the random choices, any by default
  --mailboxes  100 by default`;
/** As a shell names a process that Ctrl-C ended. */
const interrupted = 130;

await main().catch(error => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = error instanceof Interrupted ? interrupted : 1;
});

async function main(): Promise<void> {
  const { minutes, seed, mailboxes } = readArguments();
  const signal = listenForInterruption(() => process.exit(interrupted));
  const directory = readDirectory();
  process.stdout.write(`Seed ${seed}, ${minutes} minutes, ${directory.origin}\n`);
  const result = await runConvergence({
    seconds: minutes * 60,
    seed,
    mailboxes,
    directory,
    killEvery: { least: 3, most: 7 },
    leaseSeconds: 10,
    signal,
    note: text => process.stderr.write(`${text}\n`),
  });
  process.stdout.write(`\n${formatResult(result)}`);
  if (result.figures.violations.length > 0) process.exitCode = 1;
}

function readArguments(): { minutes: number; seed: number; mailboxes: number } {
  const { values } = parse();
  const numbers = {
    minutes: Number(values.minutes),
    seed: Number(values.seed ?? Math.floor(Math.random() * 1e6)),
    mailboxes: Number(values.mailboxes),
  };
  const isGood =
    numbers.minutes > 0 &&
    Number.isInteger(numbers.seed) &&
    Number.isInteger(numbers.mailboxes) &&
    numbers.mailboxes > 0;
  if (!isGood) throw new Error(`Give numbers. ${usage}`);
  return numbers;
}

function parse() {
  try {
    return parseArgs({
      options: {
        minutes: { type: 'string', default: '10' },
        seed: { type: 'string' },
        mailboxes: { type: 'string', default: '100' },
      },
    });
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message.split('. ')[0] : String(error)}. ${usage}`);
  }
}
