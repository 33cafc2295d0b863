import type { HttpRequest } from '@azure/functions';
import type * as z from 'zod';
import {
  brokenTexts,
  emptyFile,
  noFileType,
  noJson,
  noJsonType,
  tooLargeBody,
  unfitBody,
} from '../../shared/api/problems.ts';
import { sayPlainly } from '../../shared/settings/strictObject.ts';

/** Far above what most of our routes take. */
const usualBodyBytes = 10_000;

/** The parsed JSON body; an empty one counts as `{}`. @throws ApiProblem */
export async function readBody<Body>(
  request: HttpRequest,
  schema: z.ZodType<Body>,
  mostBodyBytes = usualBodyBytes,
): Promise<Body> {
  const text = await readText(request, mostBodyBytes);
  if (text === undefined) throw tooLargeBody(mostBodyBytes);
  if (text.trim() === '') return parse({}, schema);
  if (!/^application\/json\s*(;|$)/i.test(request.headers.get('content-type') ?? '')) throw noJsonType();
  return parse(parseJson(text), schema);
}

/** A file that a route takes as its body. */
export interface FileBody {
  /** Media types. */
  readonly types: readonly string[];
  readonly mostBytes: number;
}

/** @throws ApiProblem */
export async function readFile(request: HttpRequest, { types, mostBytes }: FileBody): Promise<Uint8Array> {
  const bytes = await readBytes(request, mostBytes);
  if (bytes === undefined) throw tooLargeBody(mostBytes);
  if (bytes.length === 0) throw emptyFile();
  const type = (request.headers.get('content-type') ?? '').split(';', 1).join('').trim().toLowerCase();
  const isPlain = /^(identity)?$/i.test(request.headers.get('content-encoding') ?? '');
  if (!types.includes(type) || !isPlain) throw noFileType(types);
  return bytes;
}

/** The text of the body, or undefined when it has more bytes than `most`: the rest is not read. */
export async function readText(request: HttpRequest, most: number): Promise<string | undefined> {
  return (await readBytes(request, most))?.toString('utf8');
}

async function readBytes({ headers, body }: HttpRequest, most: number): Promise<Buffer | undefined> {
  if (Number(headers.get('content-length')) > most) return undefined;
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    if (bytes > most) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** JSON can escape half a surrogate pair, which UTF-8 and URLs cannot: a name or a text with one is refused. */
function parseJson(text: string): unknown {
  const broken: string[] = [];
  const json = tryJson(text, (name: string, member: unknown) => {
    const isText = name.isWellFormed() && (typeof member !== 'string' || member.isWellFormed());
    if (!isText) broken.push(name);
    return member;
  });
  if (broken.length > 0) throw brokenTexts('body', broken);
  return json;
}

function tryJson(text: string, reviver: (name: string, member: unknown) => unknown): unknown {
  try {
    return JSON.parse(text, reviver);
  } catch {
    throw noJson();
  }
}

function parse<Body>(json: unknown, schema: z.ZodType<Body>): Body {
  const parsed = schema.safeParse(json, { error: sayPlainly });
  if (!parsed.success) throw unfitBody(describeFaults(parsed.error));
  return parsed.data;
}

/** Names each fault and where it is, without the value. */
export function describeFaults({ issues }: z.ZodError): string {
  return issues.map(({ path, message }) => [path.join('.'), message].filter(Boolean).join(': ')).join('; ');
}
