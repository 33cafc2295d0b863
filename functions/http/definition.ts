import type { HttpResponseInit } from '@azure/functions';
import type { Caller } from '../../shared/api/caller.ts';
import {
  definitionBody,
  definitionView,
  deletionBody,
  definitionHeaders as headers,
  definitionParams as params,
  versionsView,
  viewDefinition,
  viewVersion,
} from '../../shared/api/definition.ts';
import { changedMeanwhile, definedInCode, noShownList, unfitDefinition } from '../../shared/api/problems.ts';
import type { App } from '../../shared/app.ts';
import type { EditAnswer } from '../../shared/engine/definitions/index.ts';
import { decide } from './decide.ts';
import { entityTagOf } from './readBasedOn.ts';
import { type AnyRoute, route } from './route.ts';

/** A query has 20,000 characters at most, and a mapping may have a template a field. */
export const definitionBytes = 250_000;
const edited = {
  200: {
    description: 'It is stored, and seen within seconds; the next run goes by it',
    schema: definitionView,
    headers,
  },
  409: { description: 'The list is in CONTACT_LISTS' },
  412: { description: 'Somebody else changed it meanwhile: nothing was stored' },
  422: { description: 'The list is refused, with every fault: nothing was stored' },
  428: { description: 'Neither If-Match nor If-None-Match says what it is based on' },
};

/** Lists that are not in `CONTACT_LISTS`: made, changed, restored and deleted, with their versions. */
export function definitionRoutes(app: App): AnyRoute[] {
  return [
    route({
      name: 'getDefinition',
      method: 'GET',
      path: 'lists/{list}/definition',
      summary: 'How a list is defined, in CONTACT_LISTS or stored',
      params,
      answers: { 200: { description: 'The definition', schema: definitionView, headers } },
      handle: ({ params: { list } }) => answerWithDefinition(list, app),
    }),
    route({
      name: 'listDefinitionVersions',
      method: 'GET',
      path: 'lists/{list}/definition/versions',
      summary: 'What was stored of a list, when, by whom and why: to restore one, PUT its definition',
      params,
      answers: { 200: { description: 'The latest 100', schema: versionsView } },
      async handle({ params: { list } }) {
        const versions = await app.readDefinitionVersions(list);
        if (versions.length === 0 && !(await app.readDefinition(list))) throw noShownList();
        return { jsonBody: { versions: versions.map(viewVersion) } };
      },
    }),
    route({
      name: 'putDefinition',
      method: 'PUT',
      path: 'lists/{list}/definition',
      summary: 'Makes a list, changes it, or restores a version of before',
      params,
      body: definitionBody,
      mostBodyBytes: definitionBytes,
      isBasedOnVersion: true,
      answers: edited,
      handle: ({ params: { list }, body: { definition, reason }, basedOn, caller }) =>
        edit('putDefinition', { list, basedOn, reason }, caller, app, made => app.storeDefinition(made, definition)),
    }),
    route({
      name: 'deleteDefinition',
      method: 'DELETE',
      path: 'lists/{list}/definition',
      summary: 'Deletes a list: what it wrote is removed, or left, by its policy, as of one that leaves CONTACT_LISTS',
      params,
      body: deletionBody,
      isBasedOnVersion: true,
      answers: edited,
      handle: ({ params: { list }, body: { reason }, basedOn, caller }) =>
        edit('deleteDefinition', { list, basedOn, reason }, caller, app, app.deleteDefinition),
    }),
  ];
}

type Edit = Parameters<App['deleteDefinition']>[0];

function edit(
  action: string,
  asked: Omit<Edit, 'person'>,
  caller: Caller,
  app: App,
  work: (edit: Edit) => Promise<EditAnswer>,
): Promise<HttpResponseInit> {
  const { list, basedOn } = asked;
  const person = caller.kind === 'person' ? caller.objectId : '';
  return decide(app, caller, action, { list, details: { basedOn } }, async () => {
    const answer = await work({ ...asked, person });
    if (answer.kind !== 'stored') throw refusalOf(answer, basedOn);
    return answerWithDefinition(list, app);
  });
}

function refusalOf(answer: Exclude<EditAnswer, { kind: 'stored' }>, basedOn: number | undefined) {
  switch (answer.kind) {
    case 'inCode':
      return definedInCode();
    case 'missing':
      return noShownList();
    case 'refused':
      return unfitDefinition(answer.faults);
    case 'other':
      return changedMeanwhile(answer.version, basedOn);
  }
}

async function answerWithDefinition(list: string, app: App): Promise<HttpResponseInit> {
  const found = await app.readDefinition(list);
  if (!found) throw noShownList();
  const view = viewDefinition(list, found);
  return { jsonBody: view, ...(view.current && { headers: { ETag: entityTagOf(view.current.version) } }) };
}
