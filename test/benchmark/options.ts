import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { BenchmarkCase } from './benchmarkCase.ts';
import { benchmarkCases } from './cases/index.ts';

export interface BenchmarkOptions {
  readonly cases: readonly BenchmarkCase[];
  readonly jsonFile: string | undefined;
  /** The commit to compare with. */
  readonly against: string | undefined;
  /** How often each app has its turn. */
  readonly rounds: number;
  /** A tenth of the mailboxes, to see whether a case works. */
  readonly quick: boolean;
}

const roundsToCompare = 3;

/** @throws with one line about what is wrong */
export async function readOptions(args = process.argv.slice(2)): Promise<BenchmarkOptions> {
  const { json, case: names, against, rounds, quick = false } = parse(args);
  const jsonFile = json && resolve(json);
  if (jsonFile !== undefined) await checkDirectory(dirname(jsonFile));
  return { cases: chooseCases(names), jsonFile, against, rounds: readRounds(rounds, against, quick), quick };
}

function parse(args: string[]) {
  try {
    const text = { type: 'string' } as const;
    const { values } = parseArgs({
      args,
      options: {
        case: { type: 'string', multiple: true },
        json: text,
        against: text,
        rounds: text,
        quick: { type: 'boolean' },
      },
    });
    return values;
  } catch (error) {
    const problem = error instanceof Error ? error.message.split('. ')[0] : String(error);
    throw new Error(`${problem}. ${usage()}`);
  }
}

/** Without names all but those that take long; the name of a family means all of it. */
function chooseCases(names: readonly string[] | undefined): readonly BenchmarkCase[] {
  if (names === undefined) return benchmarkCases.filter(({ family }) => family === undefined);
  const isNamed = ({ name, family }: BenchmarkCase, wanted: string) => name === wanted || family === wanted;
  const unknown = names.find(name => !benchmarkCases.some(each => isNamed(each, name)));
  if (unknown !== undefined) throw new Error(`There is no case ${unknown}. ${usage()}`);
  return benchmarkCases.filter(each => names.some(name => isNamed(each, name)));
}

function readRounds(text: string | undefined, against: string | undefined, quick: boolean): number {
  if (text === undefined) return against === undefined || quick ? 1 : roundsToCompare;
  const rounds = Number(text);
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`--rounds must be a whole number from 1. ${usage()}`);
  return rounds;
}

function usage(): string {
  const names = [...new Set(benchmarkCases.map(({ name, family = name }) => family))].join(', ');
  const options = '[--case NAME]... [--against COMMIT] [--rounds N] [--quick] [--json FILE]';
  return `usage: npm run benchmark -- ${options}; the cases are ${names}`;
}

/** Minutes are lost when a file turns out at the end to be impossible. */
async function checkDirectory(directory: string): Promise<void> {
  try {
    await access(directory, constants.W_OK);
  } catch (cause) {
    throw new Error(`--json: the directory ${directory} does not exist or may not be written`, { cause });
  }
}
