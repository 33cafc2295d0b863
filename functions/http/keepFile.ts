import { refusedSource } from '../../shared/api/problems.ts';
import { keptFileView } from '../../shared/api/sourceFiles.ts';
import type { App } from '../../shared/app.ts';
import { mostFileBytes } from '../../shared/ports/sourceFiles.ts';
import { decide } from './decide.ts';
import { type AnyRoute, fileRoute } from './route.ts';

/** Takes a file for a list that is about to be made, so that it can be tried with it. */
export function keepFileRoute(app: App): AnyRoute {
  return fileRoute({
    name: 'keepFile',
    method: 'POST',
    path: 'files',
    summary: 'Keeps a CSV file for a list that is not stored yet; where none names it, it is deleted after a week',
    file: { types: ['text/csv', 'application/csv'], mostBytes: mostFileBytes },
    answers: { 201: { description: 'The name that a source has to have as its blob', schema: keptFileView } },
    async handle({ body, caller }) {
      return decide(app, caller, 'keepFile', { details: { bytes: body.length } }, async () => {
        const answer = await app.keepFile(body);
        if (answer.kind !== 'kept') throw refusedSource(answer);
        return { status: 201, jsonBody: { blob: answer.name } };
      });
    },
  });
}
