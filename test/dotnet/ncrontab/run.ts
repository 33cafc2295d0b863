/** Asks NCrontab itself, by the .NET SDK, and compares with the table that the tests read; `--write` replaces it. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeQuestions } from './questions.ts';
import { tableFile } from './table.ts';

const table = askNcrontab();
if (process.argv.includes('--write')) {
  writeFileSync(tableFile, table);
  console.log(`Wrote ${table.split('\n').length - 1} expressions`);
} else if (table === readFileSync(tableFile, 'utf8')) {
  console.log(`The table of ${table.split('\n').length - 1} expressions is what NCrontab answers`);
} else {
  console.error('NCrontab answers otherwise than the table says: look at the difference after --write');
  process.exitCode = 1;
}

/** Lines of JSON. */
function askNcrontab(): string {
  const project = join(import.meta.dirname, 'Occurrences.csproj');
  const { status, stdout, stderr, error } = spawnSync('dotnet', ['run', '--project', project], {
    input: makeQuestions()
      .map(question => `${JSON.stringify(question)}\n`)
      .join(''),
    encoding: 'utf8',
    maxBuffer: 10_000_000,
    env: { ...process.env, DOTNET_CLI_TELEMETRY_OPTOUT: '1', DOTNET_NOLOGO: '1' },
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`dotnet ended with ${status}: ${stderr}${stdout}`);
  return stdout;
}
