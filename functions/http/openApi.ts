import type { ZodType } from 'zod';
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi';
import { problemDetails } from '../../shared/api/problem.ts';
import { type AnyRoute, route } from './route.ts';

/** The description of the API, made from the schemas that the routes parse with (OpenAPI 3.1). */
export function openApiRoute(routes: readonly AnyRoute[]): AnyRoute {
  const self: AnyRoute = route({
    name: 'openApi',
    method: 'GET',
    path: 'openapi.json',
    summary: 'This description',
    answers: { 200: { description: 'An OpenAPI 3.1 document' } },
    handle: async () => ({ jsonBody: describe([...routes, self]) }),
  });
  return self;
}

function describe(routes: readonly AnyRoute[]): ReturnType<typeof createDocument> {
  const paths: ZodOpenApiPathsObject = {};
  for (const each of routes) {
    paths[`/${each.path}`] = { ...paths[`/${each.path}`], [each.method.toLowerCase()]: operationOf(each) };
  }
  return createDocument({
    openapi: '3.1.0',
    info: { title: 'Contact Folder Sync', version: '1' },
    servers: [{ url: '/api' }],
    security: [{ header: [] }, { query: [] }],
    components: {
      securitySchemes: {
        header: { type: 'apiKey', in: 'header', name: 'x-functions-key' },
        query: { type: 'apiKey', in: 'query', name: 'code' },
      },
    },
    paths,
  });
}

function operationOf({
  name,
  summary,
  params,
  query,
  body,
  file,
  answers,
  anonymous,
}: AnyRoute): ZodOpenApiOperationObject {
  const described = Object.entries(answers).map(([status, { description, schema, headers }]) => {
    const answer = schema ?? (Number(status) >= 400 ? problemDetails : undefined);
    const type = schema ? 'application/json' : 'application/problem+json';
    return [
      status,
      { description, ...(headers ? { headers } : {}), ...(answer ? { content: { [type]: { schema: answer } } } : {}) },
    ] as const;
  });
  return {
    operationId: name,
    summary,
    ...(anonymous ? { security: [] } : {}),
    requestParams: { ...(params ? { path: params } : {}), ...(query ? { query } : {}) },
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
