import { refusedSource } from '../../shared/api/problems.ts';
import { sourceFileParams } from '../../shared/api/sourceFiles.ts';
import type { App } from '../../shared/app.ts';
import { mostFileBytes } from '../../shared/ports/sourceFiles.ts';
import { answerWithRun, runAnswer } from './answerWithRun.ts';
import { decide } from './decide.ts';
import { findActiveList } from './findList.ts';
import { type AnyRoute, fileRoute } from './route.ts';

/** Takes the file that a source reads, and starts a run with it. */
export function sourceFileRoute(app: App): AnyRoute {
  return fileRoute({
    name: 'putSourceFile',
    method: 'PUT',
    path: 'lists/{list}/sources/{name}/file',
    summary: 'Replaces the CSV file of a source, once all of it was read without a fault, and starts a run of the list',
    params: sourceFileParams,
    file: { types: ['text/csv', 'application/csv'], mostBytes: mostFileBytes },
    answers: {
      202: runAnswer,
      409: {
        description: 'The list does not run, the source has no such file, or somebody else replaced it meanwhile',
      },
      422: { description: 'The file is refused whole, with line and column, and the one before stays' },
    },
    async handle({ params: { list: id, name: source }, body, caller }) {
      const list = await findActiveList(id, app);
      const details = { source, bytes: body.length };
      return decide(app, caller, 'putSourceFile', { list: id, details }, async () => {
        const answer = await app.replaceFile(list, source, body);
        if (answer.kind !== 'started') throw refusedSource(answer);
        return answerWithRun(answer.run);
      });
    },
  });
}
