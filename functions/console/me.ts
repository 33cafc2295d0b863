import type { HttpResponseInit } from '@azure/functions';
import type { Caller } from '../../shared/api/caller.ts';
import { choiceBody, clearOwnBody, ownListsView } from '../../shared/api/me.ts';
import { noListOfTheirs, notSignedIn, notTheirChoice } from '../../shared/api/problems.ts';
import type { App } from '../../shared/app.ts';
import type { ContactList } from '../../shared/settings/contactList.ts';
import { decide } from '../http/decide.ts';
import { type AnyRoute, route } from '../http/route.ts';

/** What people do about their own mailbox: no other can be named. */
export function meRoutes(app: App): AnyRoute[] {
  return [ownListsRoute(app), choiceRoute(app), clearOwnRoute(app)];
}

const decided = { 200: { description: 'It is noted, and done within minutes', schema: ownListsView } };
const refused = { 404: { description: 'No list of theirs' }, 409: { description: 'The list leaves nothing to them' } };

function ownListsRoute(app: App): AnyRoute {
  return route({
    name: 'getOwnLists',
    method: 'GET',
    path: 'me',
    summary: 'The lists that the signed-in person gets, or may choose to get',
    answers: { 200: { description: 'Their own lists', schema: ownListsView } },
    handle: async ({ caller }) => answerWithOwnLists(mailboxOf(caller), app),
  });
}

function choiceRoute(app: App): AnyRoute {
  return route({
    name: 'chooseList',
    method: 'POST',
    path: 'me/choices',
    summary: 'Switches a list on or off for the signed-in person',
    body: choiceBody,
    answers: { ...decided, ...refused },
    handle: ({ caller, body: { list, choice } }) =>
      change('chooseList', list, { choice }, caller, app, (...own) => app.choose(...own, choice)),
  });
}

function clearOwnRoute(app: App): AnyRoute {
  return route({
    name: 'clearOwnList',
    method: 'POST',
    path: 'me/clear',
    summary: 'Removes what a list wrote to the mailbox of the signed-in person, and switches it off',
    body: clearOwnBody,
    answers: { ...decided, ...refused },
    handle: ({ caller, body: { list } }) => change('clearOwnList', list, {}, caller, app, app.clearOwn),
  });
}

/** Does something about one of the lists of who calls, and answers with how theirs are then. */
async function change(
  action: string,
  listId: string,
  details: Record<string, string>,
  caller: Caller,
  app: App,
  work: (list: ContactList, mailboxId: string) => ReturnType<App['choose']>,
): Promise<HttpResponseInit> {
  const mailbox = mailboxOf(caller);
  const list = await findOwnList(listId, app);
  return decide(app, caller, action, { list: list.id, mailbox, details }, async () => {
    refuse(await work(list, mailbox));
    return answerWithOwnLists(mailbox, app);
  });
}

function mailboxOf(caller: Caller): string {
  if (caller.kind !== 'person') throw notSignedIn();
  return caller.objectId;
}

/** One that is paused or refused is as unknown to them as any other that they do not get. */
async function findOwnList(id: string, app: App): Promise<ContactList> {
  const { lists } = await app.readConfiguredLists();
  const list = lists.find(known => known.id === id);
  if (!list) throw noListOfTheirs();
  return list;
}

function refuse(refusal: Awaited<ReturnType<App['choose']>>): void {
  if (refusal) throw refusal === 'notOffered' ? noListOfTheirs() : notTheirChoice();
}

async function answerWithOwnLists(mailboxId: string, app: App) {
  return { jsonBody: { id: mailboxId, lists: await app.readOwnLists(mailboxId) } };
}
