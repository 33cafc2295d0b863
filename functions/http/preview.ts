import { listParams } from '../../shared/api/lists.ts';
import { addressedPreview, previewBody } from '../../shared/api/preview.ts';
import { noTarget } from '../../shared/api/problems.ts';
import type { App } from '../../shared/app.ts';
import { withAddress } from './addresses.ts';
import { findActiveList } from './findList.ts';
import { findMailbox } from './findMailbox.ts';
import { type AnyRoute, route } from './route.ts';

/** What a run would do; writes nothing. */
export function previewRoute(app: App): AnyRoute {
  return route({
    name: 'preview',
    method: 'POST',
    path: 'lists/{list}/preview',
    summary:
      'What a run that names the mailbox would do there, with reasons, or the totals of the next run; writes nothing',
    params: listParams,
    body: previewBody,
    answers: {
      200: { description: 'The plan', schema: addressedPreview },
      409: { description: 'The list does not run, or the mailbox is no target of it' },
    },
    async handle({ params, body }) {
      const list = await findActiveList(params.list, app);
      if (body.mailbox === undefined) return { jsonBody: await app.previewList(list) };
      const mailboxId = await findMailbox(body.mailbox, app);
      const found = await app.previewMailbox(list, mailboxId);
      if ('kind' in found) throw noTarget(found);
      return { jsonBody: withAddress(found, mailboxId, await app.findAddresses([mailboxId])) };
    },
  });
}
