import type { ZodType } from 'zod';
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi';
import { basedOnHeaders } from '../../shared/api/basedOn.ts';
import { problemDetails } from '../../shared/api/problem.ts';
import { ownHeader } from './ownHeader.ts';
import { type AnyRoute, route } from './route.ts';
import { routeRoles } from './routeRoles.ts';

/**
 * The description of the API, made from the schemas that the routes parse with (OpenAPI 3.1).
 *
 * @param forPeople routes of the console alone; undefined where there is none
 */
export function openApiRoute(routes: readonly AnyRoute[], forPeople?: readonly AnyRoute[]): AnyRoute {
  const self: AnyRoute = route({
    name: 'openApi',
    method: 'GET',
    path: 'openapi.json',
    summary: 'This description',
    answers: { 200: { description: 'An OpenAPI 3.1 document' } },
    handle: async () => ({ jsonBody: describe([...routes, self], forPeople) }),
  });
  return self;
}

const keySchemes = {
  header: { type: 'apiKey', in: 'header', name: 'x-functions-key' },
  query: { type: 'apiKey', in: 'query', name: 'code' },
} as const;

const consoleServer = { url: '/api/console/api', description: 'For people who are signed in' };
const session = {
  type: 'apiKey',
  in: 'cookie',
  name: 'AppServiceAuthSession',
  description:
    'Of somebody who signed in with Entra at /.auth/login/aad, and below /api/console/api alone. ' +
    `Whatever is no GET needs the header ${ownHeader.name}: ${ownHeader.value}`,
} as const;

function describe(
  routes: readonly AnyRoute[],
  forPeople: readonly AnyRoute[] | undefined,
): ReturnType<typeof createDocument> {
  const paths: ZodOpenApiPathsObject = {};
  const add = ({ path, method }: AnyRoute, operation: ZodOpenApiOperationObject) => {
    paths[`/${path}`] = { ...paths[`/${path}`], [method.toLowerCase()]: operation };
  };
  for (const each of routes) add(each, forPeople ? withRole(each) : operationOf(each));
  for (const each of forPeople ?? []) {
    add(each, { ...withRole(each), servers: [consoleServer], security: [{ session: [] }] });
  }
  return createDocument({
    openapi: '3.1.0',
    info: { title: 'Contact Folder Sync', version: '1' },
    servers: [{ url: '/api', description: 'For function keys' }, ...(forPeople ? [consoleServer] : [])],
    security: [{ header: [] }, { query: [] }, ...(forPeople ? [{ session: [] }] : [])],
    components: { securitySchemes: { ...keySchemes, ...(forPeople ? { session } : {}) } },
    paths,
  });
}

function withRole(route: AnyRoute): ZodOpenApiOperationObject {
  const access = routeRoles[route.name];
  if (access === undefined) return operationOf(route);
  const description = access === 'employee' ? 'In the console: everybody' : `In the console: the role ${access}`;
  return { ...operationOf(route), description };
}

function operationOf({
  name,
  summary,
  params,
  query,
  body,
  file,
  isBasedOnVersion,
  answers,
  anonymous,
}: AnyRoute): ZodOpenApiOperationObject {
  const described = Object.entries(answers).map(([status, { description, schema, headers, hasCsv }]) => {
    const answer = schema ?? (Number(status) >= 400 ? problemDetails : undefined);
    const type = schema ? 'application/json' : 'application/problem+json';
    const content = answer && { [type]: { schema: answer }, ...(hasCsv ? { 'text/csv': {} } : {}) };
    return [status, { description, ...(headers ? { headers } : {}), ...(content ? { content } : {}) }] as const;
  });
  return {
    operationId: name,
    summary,
    ...(anonymous ? { security: [] } : {}),
    requestParams: {
      ...(params ? { path: params } : {}),
      ...(query ? { query } : {}),
      ...(isBasedOnVersion ? { header: basedOnHeaders } : {}),
    },
    ...(body ? { requestBody: { required: isRequired(body), content: { 'application/json': { schema: body } } } } : {}),
    ...(file
      ? { requestBody: { required: true, content: Object.fromEntries(file.types.map(type => [type, {}])) } }
      : {}),
    responses: {
      ...Object.fromEntries(described),
      default: {
        description: 'What is wrong, and what to do',
        content: { 'application/problem+json': { schema: problemDetails } },
      },
    },
  };
}

/** A request without a body counts as one with an empty object. */
function isRequired(body: ZodType): boolean {
  return !body.safeParse({}).success;
}
