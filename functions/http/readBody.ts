import type { HttpRequest } from '@azure/functions';
import type * as z from 'zod';
import { sayMissing } from '../../shared/settings/strictObject.ts';
import { type ProblemResponse, problem } from './problem.ts';

/** Far above what any of our routes takes. */
const mostBodyBytes = 10_000;

/** The parsed JSON body (an empty one counts as `{}`), or the answer that says what is wrong with it. */
export async function readBody<Body>(
  request: HttpRequest,
  schema: z.ZodType<Body>,
): Promise<{ readonly value: Body } | ProblemResponse> {
  const text = await readText(request, mostBodyBytes);
  if (text === undefined) return problem(413, 'The body is too large', `Send at most ${mostBodyBytes} bytes`);
  if (text.trim() === '') return parse({}, schema);
  if (!/^application\/json\s*(;|$)/i.test(request.headers.get('content-type') ?? '')) {
    return problem(415, 'The body is of another type', 'Send JSON, with the header Content-Type: application/json');
  }
  const json = parseJson(text);
  if (json === undefined) return problem(400, 'The body is not JSON', 'Send a JSON object, or no body');
  if (json.brokenTexts.length > 0) return refuseBrokenTexts('body', json.brokenTexts);
  return parse(json.value, schema);
}

/** Also names the members whose name or text is no Unicode: JSON can escape half a surrogate pair, UTF-8 and URLs cannot. */
function parseJson(text: string): { readonly value: unknown; readonly brokenTexts: readonly string[] } | undefined {
  const brokenTexts: string[] = [];
  try {
    const value: unknown = JSON.parse(text, (name: string, member: unknown) => {
      const isText = name.isWellFormed() && (typeof member !== 'string' || member.isWellFormed());
      if (!isText) brokenTexts.push(name);
      return member;
    });
    return { value, brokenTexts };
  } catch {
    return undefined;
  }
}

/** The text of the body, or undefined when it has more bytes than `most`: the rest is not read. */
export async function readText({ headers, body }: HttpRequest, most: number): Promise<string | undefined> {
  if (Number(headers.get('content-length')) > most) return undefined;
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    if (bytes > most) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parse<Body>(json: unknown, schema: z.ZodType<Body>): { readonly value: Body } | ProblemResponse {
  const parsed = schema.safeParse(json, { error: sayMissing });
  return parsed.success ? { value: parsed.data } : problem(400, 'The body does not fit', describeFaults(parsed.error));
}

export function refuseBrokenTexts(where: 'body' | 'query' | 'path', names: readonly string[]): ProblemResponse {
  const shown = names.map(name => name.toWellFormed().slice(0, 80) || 'The text').join(', ');
  return problem(400, `The ${where} is no text`, `${shown}: holds half of a character; send well-formed Unicode`);
}

/** Names each fault and where it is, without the value. */
export function describeFaults({ issues }: z.ZodError): string {
  return issues.map(({ path, message }) => [path.join('.'), message].filter(Boolean).join(': ')).join('; ');
}
