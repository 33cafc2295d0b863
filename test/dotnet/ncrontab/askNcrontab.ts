import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dotnet } from '../../../infra/scripts/dotnet.ts';
import { makeQuestions } from './questions.ts';
import type { Answer } from './table.ts';

const project = join(import.meta.dirname, 'Occurrences.csproj');

/** What NCrontab itself, run by .NET, says to each of the questions. */
export async function askNcrontab(): Promise<Answer[]> {
  const folder = await mkdtemp(join(tmpdir(), 'ncrontab-'));
  try {
    const file = join(folder, 'questions.jsonl');
    await writeFile(
      file,
      makeQuestions()
        .map(question => JSON.stringify(question))
        .join('\n'),
    );
    const lines = await dotnet('run', '--project', project, '--', file);
    return lines.split('\n').map(line => JSON.parse(line) as Answer);
  } finally {
    await rm(folder, { recursive: true });
  }
}
