import fc from 'fast-check';
import type { Operation } from './openApiDocument.ts';
import type { RawRequest } from './rawRequest.ts';

export interface Known {
  /** Values that lead somewhere, by the name of the parameter or property. */
  readonly values: Readonly<Record<string, readonly unknown[]>>;
  readonly functionKey: string;
}

/** UTF-16 of any kind, with halves of surrogate pairs. */
const codeUnits = fc
  .array(fc.integer({ min: 0, max: 0xff_ff }), { maxLength: 20 })
  .map(units => String.fromCharCode(...units));

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  codeUnits,
  fc.emailAddress(),
  fc.constantFrom(
    '',
    ' ',
    '..',
    '*',
    '$batch',
    '__proto__',
    "' or '1' eq '1",
    '\u0000',
    '\ud800',
    'a\udc00@b.example',
    'x'.repeat(5_000),
  ),
);
const value = fc.oneof(
  { weight: 3, arbitrary: text },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  { weight: 1, arbitrary: fc.constantFrom(-1, 0, 1, 1.5, 1e308, null, true, [], {}) },
);

/** A text that names something, in the place of a path or a query. */
const encoded = fc.oneof(
  text.map(each => encodeURIComponent(each.toWellFormed())),
  fc.constantFrom(
    '%2e%2e',
    '%2F',
    '%00',
    '%0d%0aX:%201',
    '%',
    '%zz',
    '%ff',
    '%ED%A0%80',
    '%EF%BF%BD',
    "'",
    '$lists',
    '-',
  ),
);

/**
 * Requests to every operation and in other methods: what it knows, mixed with what it does not; the more, the more it
 * takes. The same seed gives the same requests.
 */
export function generateRequests(
  operations: readonly Operation[],
  known: Known,
  { seed, perInput }: { readonly seed: number; readonly perInput: number },
): RawRequest[] {
  return operations.flatMap(operation => {
    const inputs = operation.parameters.length + bodyPropertiesOf(operation).length;
    return fc.sample(requestOf(operation, known), { seed, numRuns: perInput * Math.max(inputs, 1) });
  });
}

function requestOf(operation: Operation, { values, functionKey }: Known): fc.Arbitrary<RawRequest> {
  const knownOf = (name: string) => fc.constantFrom(...(values[name] ?? ['x']));
  const pathParts = operation.path.split(/\{(\w+)\}/).map((part, index) =>
    index % 2 === 0
      ? fc.constant(part)
      : fc.oneof(
          knownOf(part).map(id => encodeURIComponent(String(id))),
          encoded,
        ),
  );
  const path = fc.tuple(...pathParts).map(parts => `/api${parts.join('')}`);
  const bodyProperties = bodyPropertiesOf(operation);
  const members = Object.fromEntries(bodyProperties.map(name => [name, fc.oneof(knownOf(name), value)]));
  const object = fc
    .tuple(fc.record(members, { requiredKeys: [] }), fc.option(fc.dictionary(text, value, { maxKeys: 1 }), { freq: 3 }))
    .map(parts => JSON.stringify(Object.assign({}, ...parts)));
  const body = fc.oneof(
    { weight: 6, arbitrary: object },
    { weight: 1, arbitrary: fc.json() },
    { weight: 1, arbitrary: text.map(each => each.toWellFormed()) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 100 }).map(bytes => Buffer.from(bytes)) },
  );
  const type = fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom(...typesOf(operation)) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('', 'text/plain', 'application/json; charset=utf-16', 'multipart/form-data'),
    },
  );
  const method = fc.oneof(
    { weight: 9, arbitrary: fc.constant(operation.method) },
    { weight: 1, arbitrary: fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS') },
  );
  return fc
    .record({ method, path, query: queryOf(operation, knownOf), body, type })
    .map(({ method, path, query, body, type }) => ({
      method,
      path: path + query,
      headers: { 'x-functions-key': functionKey, 'Content-Type': type },
      ...(['POST', 'PUT', 'PATCH'].includes(method) ? { body } : {}),
    }));
}

function typesOf({ requestBody }: Operation): string[] {
  return Object.keys(requestBody?.content ?? { 'application/json': {} });
}

/** The names of what an operation takes in its body. */
export function bodyPropertiesOf({ requestBody }: Operation): string[] {
  const schema = requestBody?.content['application/json']?.schema as { properties?: object } | undefined;
  return Object.keys(schema?.properties ?? {});
}

function queryOf({ parameters }: Operation, knownOf: (name: string) => fc.Arbitrary<unknown>): fc.Arbitrary<string> {
  const documented = parameters.filter(parameter => parameter.in === 'query').map(({ name }) => name);
  const options = [
    ...documented.map(name =>
      fc.oneof(
        knownOf(name).map(each => `${name}=${encodeURIComponent(String(each))}`),
        encoded.map(each => `${name}=${each}`),
      ),
    ),
    fc.tuple(encoded, encoded).map(pair => pair.join('=')),
  ];
  const query = fc
    .array(fc.oneof(...options), { maxLength: 3 })
    .map(parts => (parts.length > 0 ? `?${parts.join('&')}` : ''));
  return fc.oneof(
    { weight: documented.length > 0 ? 1 : 5, arbitrary: fc.constant('') },
    { weight: 1, arbitrary: query },
  );
}
