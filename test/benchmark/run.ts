#!/usr/bin/env node
/** `npm run benchmark`: measures the built app and prints its figures. Exits with 0 also when an aim is missed. */
import { constants } from 'node:fs';
import { access, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Aim, BenchmarkCase } from './benchmarkCase.ts';
import { bundleAims, measureBundle } from './bundle.ts';
import { benchmarkCases } from './cases/index.ts';
import { type BenchmarkFigures, benchmarkFiguresSchema } from './figures.ts';
import { formatReport, memoryAims } from './report.ts';
import { readContactDirectory } from './sourceContacts.ts';
import { type BedSize, openTestBed } from './testBed.ts';

interface BenchmarkArguments {
  readonly cases: readonly BenchmarkCase[];
  readonly jsonFile: string | undefined;
}

const sharedBed: BedSize = { mailboxes: 20, hosts: 1 };
const latencyMilliseconds = 50;

await main().catch(error => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});

async function main(): Promise<void> {
  const { cases, jsonFile } = await readArguments();
  const { figures, aims } = await measureAll(cases);
  process.stdout.write(`\n${formatReport(figures, aims)}`);
  if (jsonFile !== undefined) await writeFile(jsonFile, `${JSON.stringify(figures, undefined, 2)}\n`);
}

async function readArguments(): Promise<BenchmarkArguments> {
  const { values } = parse();
  const jsonFile = values.json && resolve(values.json);
  if (jsonFile !== undefined) await checkDirectory(dirname(jsonFile));
  const names = values.case ?? benchmarkCases.map(({ name }) => name);
  const unknown = names.find(name => !benchmarkCases.some(each => each.name === name));
  if (unknown !== undefined) throw new Error(`There is no case ${unknown}. ${usage()}`);
  return { cases: benchmarkCases.filter(({ name }) => names.includes(name)), jsonFile };
}

function parse() {
  try {
    return parseArgs({ options: { case: { type: 'string', multiple: true }, json: { type: 'string' } } });
  } catch (error) {
    const problem = error instanceof Error ? error.message.split('. ')[0] : String(error);
    throw new Error(`${problem}. ${usage()}`);
  }
}

function usage(): string {
  const names = benchmarkCases.map(({ name }) => name).join(', ');
  return `usage: npm run benchmark -- [--case NAME]... [--json FILE]; the cases are ${names}`;
}

/** Minutes are lost when a file turns out at the end to be impossible. */
async function checkDirectory(directory: string): Promise<void> {
  try {
    await access(directory, constants.W_OK);
  } catch (cause) {
    throw new Error(`--json: the directory ${directory} does not exist or may not be written`, { cause });
  }
}

async function measureAll(cases: readonly BenchmarkCase[]): Promise<{ figures: BenchmarkFigures; aims: Aim[] }> {
  const directory = await readContactDirectory();
  const setup = {
    directory: directory.origin,
    contacts: directory.contacts.length,
    mailboxes: sharedBed.mailboxes,
    latencyMilliseconds,
  };
  const figures: BenchmarkFigures = { setup, cases: {}, bundle: await measureBundle() };
  const aims: Aim[] = [];
  for (const [size, group] of Map.groupBy(cases, ({ bed = sharedBed }) => bed)) {
    const contacts = directory.contacts.slice(0, size.contacts);
    const bed = await openTestBed({ ...size, contacts, latencyMilliseconds });
    try {
      for (const { name, title, run } of group) {
        process.stderr.write(`${name}: ${title} ...\n`);
        const result = await run(bed);
        figures.cases[name] = result.figures;
        aims.push(...result.aims.map(aim => ({ ...aim, aim: `${name}: ${aim.aim}` })));
      }
    } finally {
      await bed.stop();
    }
  }
  aims.push(...memoryAims(Object.values(figures.cases)), ...bundleAims(figures.bundle));
  return { figures: benchmarkFiguresSchema.parse(figures), aims };
}
