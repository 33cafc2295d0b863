import { HttpRequest, InvocationContext } from '@azure/functions';
import * as z from 'zod';
import { consoleRoutes } from '../../../functions/console/consoleRoutes.ts';
import { peopleRoutes } from '../../../functions/console/peopleRoutes.ts';
import { apiRoutes } from '../../../functions/http/apiRoutes.ts';
import { type AnyRoute, route } from '../../../functions/http/route.ts';
import { routeRoles } from '../../../functions/http/routeRoles.ts';
import type { Caller } from '../../../shared/api/caller.ts';
import { hasAccess } from '../../../shared/api/roles.ts';
import { createWorld, listOf } from '../../shared/engine/world.ts';
import { objectId, principalOf, tenantId } from './principals.ts';

const ownHeader = { 'x-requested-with': 'contact-folder-sync' };

/** A route of the API whose handler tells who called. */
function spyOn(name: string, method: AnyRoute['method']) {
  const callers: Caller[] = [];
  const spied = route({
    name,
    method,
    path: 'spied',
    summary: '',
    answers: {},
    async handle({ caller }) {
      callers.push(caller);
      return { status: 202, headers: { Location: '/api/runs/7' }, jsonBody: {} };
    },
  });
  return { spied, callers };
}

async function call(each: AnyRoute, headers: Record<string, string>) {
  const [guarded] = consoleRoutes([each], { tenantId, findOperatedLists: async () => [] });
  const request = new HttpRequest({ method: each.method, url: 'http://localhost/api/console/api/spied', headers });
  const answer = await guarded?.handle(request, new InvocationContext());
  return { status: answer?.status, headers: answer?.headers, body: answer?.jsonBody ?? JSON.parse(`${answer?.body}`) };
}

test('every route of the API is in the table of roles, and the table has no other', () => {
  const { app } = createWorld(listOf({}));
  const routes = [...apiRoutes(app), ...peopleRoutes(app)];
  // Whether the app runs is no question of a person.
  const names = routes.map(({ name }) => name).filter(name => name !== 'health');
  expect(Object.keys(routeRoles).sort()).toEqual(names.sort());
});

test('a reader asks for states and counts: nothing that is decided, and no answer with what a contact holds', () => {
  const routes = apiRoutes(createWorld(listOf({})).app);
  const open = routes.filter(({ name }) => hasAccess(routeRoles[name] ?? 'Admin', ['Reader']));
  const others = open.filter(({ method }) => method !== 'GET').map(({ name }) => name);
  // Its address is in the body, so that no log has it.
  expect(others).toEqual(['findMailbox']);
  const tellsOfContacts = ({ answers }: AnyRoute) =>
    Object.values(answers).some(({ schema }) => schema && /"displayName":/.test(schemaText(schema)));
  expect(open.filter(tellsOfContacts).map(({ name }) => name)).toEqual([]);
  expect(routes.filter(tellsOfContacts).map(({ name }) => name)).toEqual(expect.arrayContaining(['searchContacts']));
});

function schemaText(schema: z.ZodType): string {
  return JSON.stringify(z.toJSONSchema(schema, { unrepresentable: 'any' }));
}

test('a handler is told who calls, and a script is a function key', async () => {
  const { spied, callers } = spyOn('listLists', 'GET');
  await call(spied, principalOf('Reader'));
  await spied.handle(new HttpRequest({ method: 'GET', url: 'http://localhost/api/spied' }), new InvocationContext());
  expect(callers).toEqual([{ kind: 'person', objectId, name: 'Ada', roles: ['Reader'] }, { kind: 'functionKey' }]);
});

test('without a principal nobody gets further, whatever else is sent', async () => {
  const { spied, callers } = spyOn('resync', 'POST');
  const headers = { ...ownHeader, 'x-functions-key': 'key', 'x-ms-client-principal-id': objectId };
  expect(await call(spied, headers)).toMatchObject({
    status: 401,
    headers: { 'Content-Type': 'application/problem+json', 'Cache-Control': 'no-store' },
    body: { status: 401, detail: expect.stringContaining('/.auth/login/aad') },
  });
  expect(callers).toEqual([]);
});

test('whoever lacks the role is told which one is needed', async () => {
  const { spied, callers } = spyOn('resync', 'POST');
  expect(await call(spied, { ...principalOf('Reader'), ...ownHeader })).toMatchObject({
    status: 403,
    body: { title: 'The role Operator is needed' },
  });
  expect(callers).toEqual([]);
  expect(await call(spied, { ...principalOf('Admin'), ...ownHeader })).toMatchObject({ status: 202 });
});

test.each(['POST', 'PUT', 'DELETE'] as const)('a %s from another site is refused', async method => {
  const { spied, callers } = spyOn('resync', method);
  for (const headers of [{}, { 'x-requested-with': 'XMLHttpRequest' }]) {
    expect(await call(spied, { ...principalOf('Admin'), ...headers })).toMatchObject({ status: 403 });
  }
  expect(callers).toEqual([]);
});

test('an answer is kept by no cache, shown in no frame, and names its run below the console', async () => {
  const { spied } = spyOn('resync', 'POST');
  expect((await call(spied, { ...principalOf('Operator'), ...ownHeader })).headers).toEqual({
    Location: '/api/console/api/runs/7',
    'Cache-Control': 'no-store',
    'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
    'X-Content-Type-Options': 'nosniff',
  });
});
