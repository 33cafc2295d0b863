import { join } from 'node:path';
import * as z from 'zod';
import { nodeProcess } from '../local/functions-host/nodeProcess.ts';

type JsonSchema = Parameters<typeof z.fromJSONSchema>[0];

const content = z.record(z.string(), z.object({ schema: z.unknown().optional() }));
const response = z.object({
  content: content.optional(),
  headers: z.record(z.string(), z.object({ required: z.boolean().optional() })).optional(),
});
const operation = z.object({
  operationId: z.string(),
  description: z.string().optional(),
  servers: z.array(z.object({ url: z.string() })).optional(),
  security: z.array(z.unknown()).optional(),
  parameters: z.array(z.object({ name: z.string(), in: z.string() })).default([]),
  requestBody: z.object({ content, required: z.boolean().default(false) }).optional(),
  responses: z.record(z.string(), response),
});
const documentSchema = z.object({
  paths: z.record(z.string(), z.record(z.string(), operation)),
  components: z.object({ schemas: z.record(z.string(), z.unknown()) }),
});

export interface Operation extends z.infer<typeof operation> {
  readonly method: string;
  readonly path: string;
}

/** An OpenAPI document as a client reads it: its operations, and what it says of their answers. */
export function readOpenApi(json: unknown) {
  const { paths, components } = documentSchema.parse(json);
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, each]): Operation => ({ ...each, method: method.toUpperCase(), path })),
  );
  return { operations, findFaults };

  /** What of an answer does not fit the document; empty when all does. */
  function findFaults(found: Operation, answer: Response, body: unknown): string[] {
    const described = found.responses[String(answer.status)] ?? found.responses.default;
    if (!described) return [`${answer.status} is not described`];
    const required = Object.entries(described.headers ?? {}).filter(([, header]) => header.required);
    const missing = required.map(([name]) => name).filter(name => !answer.headers.has(name));
    const type = answer.headers.get('Content-Type')?.split(';')[0] ?? '';
    const schema = described.content?.[type]?.schema;
    if (described.content && schema === undefined) return [`${type} is not described`];
    const faults = schema === undefined ? [] : faultsOf(schema, body);
    return [...missing.map(name => `no ${name}`), ...faults];
  }

  function faultsOf(schema: unknown, body: unknown): string[] {
    const text = JSON.stringify({ ...Object(schema), $defs: components.schemas });
    const local = JSON.parse(text.replaceAll('#/components/schemas/', '#/$defs/')) as JsonSchema;
    const parsed = z.fromJSONSchema(local).safeParse(body);
    return parsed.success ? [] : parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  }
}

/** What the schema of OpenAPI 3.1 finds wrong in a document. */
export async function findOpenApiFaults(document: object): Promise<unknown> {
  // Loaded by Node: an ES module that reads files beside it.
  const { createRequire } = nodeProcess.getBuiltinModule('node:module');
  const require = createRequire(join(import.meta.dirname, 'require.js'));
  const { Validator } = require('@seriousme/openapi-schema-validator') as {
    Validator: new () => { validate(document: object): Promise<{ valid: boolean; errors?: unknown }> };
  };
  const { valid, errors } = await new Validator().validate(structuredClone(document));
  return valid ? [] : errors;
}
