import { app, type HttpRequest, type HttpResponseInit } from '@azure/functions';
import * as z from 'zod';
import { GraphFailure } from '../../shared/ports/contactMailbox.ts';
import type { Directory } from '../../shared/ports/directory.ts';
import type { ContactList } from '../../shared/settings/contactList.ts';
import type { RefusedList } from '../../shared/settings/settings.ts';
import { type ResyncServices, requestResync } from '../../shared/workflows/requestResync.ts';
import { problem } from './problem.ts';
import { readBody } from './readBody.ts';

const resyncBody = z.strictObject({
  mailbox: z.string().trim().min(1).max(320).optional(),
  mode: z.enum(['incremental', 'full']).default('incremental'),
});

export interface ResyncHttpServices extends ResyncServices {
  readonly lists: readonly ContactList[];
  readonly refusedLists: readonly RefusedList[];
  readonly pausedLists: readonly string[];
  readonly openDirectory: () => Directory;
}

/** Starts a run at once: of everything, of one list, or of one mailbox. */
export function registerResync(services: ResyncHttpServices): void {
  app.http('resync', {
    route: 'resync',
    methods: ['POST'],
    authLevel: 'function',
    handler: request => resync(request, services.lists, services),
  });
  app.http('resyncList', {
    route: 'lists/{list}/resync',
    methods: ['POST'],
    authLevel: 'function',
    handler: request => resyncList(request, services),
  });
}

async function resyncList(request: HttpRequest, services: ResyncHttpServices): Promise<HttpResponseInit> {
  const id = request.params.list;
  const list = services.lists.find(known => known.id === id);
  if (list) return resync(request, [list], services);
  if (services.pausedLists.some(paused => paused === id)) {
    return problem(409, 'The list is paused', 'Set "enabled": true in CONTACT_LISTS and restart');
  }
  const refused = services.refusedLists.find(known => known.id === id);
  if (refused) return problem(409, 'The list is refused', `Mend CONTACT_LISTS: ${refused.faults.join('; ')}`);
  return problem(404, 'There is no such list', 'Use the id of a list in CONTACT_LISTS');
}

async function resync(
  request: HttpRequest,
  lists: readonly ContactList[],
  services: ResyncHttpServices,
): Promise<HttpResponseInit> {
  const body = await readBody(request, resyncBody);
  if ('status' in body) return body;
  const { mailbox, mode } = body.value;
  const mailboxId = mailbox === undefined ? undefined : await findMailbox(mailbox, services);
  if (typeof mailboxId === 'object') return mailboxId;
  const runId = await requestResync(lists, mailboxId, mode, services);
  return { status: 202, headers: { Location: `/api/runs/${runId}` }, jsonBody: { runId } };
}

/** The id of a mailbox, or what to answer when there is none or Graph cannot say. */
async function findMailbox(idOrAddress: string, services: ResyncHttpServices): Promise<string | HttpResponseInit> {
  try {
    const user = await services.openDirectory().findUser(idOrAddress);
    if (user) return user.id;
  } catch (error) {
    if (!(error instanceof GraphFailure)) throw error;
    const advice = 'try again later; if that does not help, check the consent to User.Read.All';
    return problem(503, 'The mailbox could not be looked up', `${error.message}: ${advice}`);
  }
  return problem(404, 'There is no such mailbox', 'Give the address or the object id of a user of the tenant');
}
