import { listParams } from '../../shared/api/lists.ts';
import { noRollback, notPinned } from '../../shared/api/problems.ts';
import { changePreview, rollbackBody, unpinBody, viewChange } from '../../shared/api/rollback.ts';
import type { App } from '../../shared/app.ts';
import { answerWithRun, runAnswer } from './answerWithRun.ts';
import { decide } from './decide.ts';
import { findActiveList } from './findList.ts';
import { type AnyRoute, route } from './route.ts';

const previewAnswer = { description: 'With `preview`: what it would change', schema: changePreview };

/** Puts a list back as it was, and lets it go on. */
export function rollbackRoutes(app: App): AnyRoute[] {
  return [
    route({
      name: 'rollBackList',
      method: 'POST',
      path: 'lists/{list}/rollback',
      summary:
        'Makes the list what it was, in every mailbox, and pins it: nothing is read until it is unpinned. It is released if it was halted',
      params: listParams,
      body: rollbackBody,
      answers: {
        200: previewAnswer,
        202: runAnswer,
        409: { description: 'The list does not run, or the run changed nothing of it' },
        410: { description: 'It is too long ago: the oldest position that is possible is named' },
      },
      async handle({ params, body, caller }) {
        const list = await findActiveList(params.list, app);
        const { run, position = 0 } = body;
        const goal = run === undefined ? { position } : { run };
        if (body.preview) {
          const answer = await app.previewRollback(list, goal);
          if (answer.kind !== 'possible') throw noRollback(answer);
          return { jsonBody: viewChange(answer.preview) };
        }
        return decide(app, caller, 'rollBackList', { list: list.id, details: goal }, async () => {
          const answer = await app.rollBack(list, goal);
          if (answer.kind !== 'asked') throw noRollback(answer);
          return answerWithRun(answer.run);
        });
      },
    }),
    route({
      name: 'unpinList',
      method: 'POST',
      path: 'lists/{list}/unpin',
      summary: 'Lets a list go on that was rolled back: its sources are read from the start',
      params: listParams,
      body: unpinBody,
      answers: { 200: previewAnswer, 202: runAnswer, 409: { description: 'It does not run, or is not pinned' } },
      async handle({ params, body, caller }) {
        const list = await findActiveList(params.list, app);
        if (body.preview) {
          const preview = await app.previewUnpin(list);
          if (!preview) throw notPinned();
          return { jsonBody: viewChange(preview) };
        }
        return decide(app, caller, 'unpinList', { list: list.id }, async () => {
          const unpinned = await app.unpin(list);
          if (unpinned === 'notPinned') throw notPinned();
          return answerWithRun(unpinned.run);
        });
      },
    }),
  ];
}
