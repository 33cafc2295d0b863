/**
 * JSON batching: at most 20 requests, four of them at once, later ones only after those they depend on.
 * https://learn.microsoft.com/graph/json-batching
 */
import { z } from 'zod';
import type { Dispatcher } from './dispatcher.ts';
import type { GraphAnswer, GraphRequest } from './exchange.ts';
import { GraphError } from './graphError.ts';

const mostRequests = 20;

const batchSchema = z.looseObject({
  requests: z.array(
    z.looseObject({
      id: z.string().min(1),
      method: z.string(),
      url: z.string(),
      headers: z.record(z.string(), z.string()).default({}),
      /** null is none, as clients write it that name every member. */
      body: z.unknown().optional(),
      dependsOn: z.array(z.string()).default([]),
    }),
  ),
});

type Step = z.infer<typeof batchSchema>['requests'][number];
type StepAnswer = { id: string; status: number; headers: Record<string, string>; body?: unknown };

/** Answers in the order of completion. Rejects with ConnectionCut if a request of the batch is cut. */
export async function serveBatch(envelope: GraphRequest, serve: Dispatcher, atOnce: number): Promise<GraphAnswer> {
  const steps = readSteps(envelope.body);
  const responses = await runSteps(steps, step => serve(innerRequest(envelope, step)), atOnce);
  return { status: 200, body: { responses } };
}

function readSteps(body: unknown): Step[] {
  const parsed = batchSchema.safeParse(body);
  if (!parsed.success) throw badRequest('Invalid batch payload format.');
  const steps = parsed.data.requests;
  if (steps.length === 0) throw badRequest('Batch request does not contain any requests.');
  if (steps.length > mostRequests) {
    throw badRequest(`Number of batch request steps exceeds the maximum value of ${mostRequests}.`);
  }
  const ids = new Set(steps.map(step => step.id));
  if (ids.size < steps.length) throw badRequest('Request Id has to be unique in a batch.');
  for (const step of steps) checkStep(step);
  checkDependencies(steps);
  return steps;
}

/** Writes want a body, and a body its type: else the whole batch is refused. */
function checkStep(step: Step): void {
  if (/^[a-z]+:\/\//i.test(step.url)) throw badRequest(`Request url of request id ${step.id} must be relative.`);
  if (/^\/?\$batch\b/i.test(step.url)) throw badRequest('Batch requests cannot be nested.');
  const typed = Object.keys(step.headers).some(name => name.toLowerCase() === 'content-type');
  const hasBody = step.body !== undefined && step.body !== null;
  if (hasBody && !typed) {
    throw badRequest(`Write request with id '${step.id}' does not contain a Content-Type header.`);
  }
  if (!hasBody && ['POST', 'PATCH', 'PUT'].includes(step.method.toUpperCase())) {
    throw badRequest(`Write request id : ${step.id} does not contain Content-Type header or body.`);
  }
}

/**
 * A request may depend on earlier ones alone. All stand side by side, each on the one before it, or all on the same
 * one: Graph refuses a mixture. https://github.com/microsoftgraph/microsoft-graph-docs/issues/16280
 */
function checkDependencies(steps: Step[]): void {
  if (steps.every(step => step.dependsOn.length === 0)) return;
  const earlier = new Set<string>();
  for (const { id, dependsOn } of steps) {
    if (!dependsOn.every(parent => earlier.has(parent))) throw badRequest(`Invalid dependency for request Id: ${id}.`);
    earlier.add(id);
  }
  const [first, ...others] = steps;
  const areSerial = others.every((step, index) => step.dependsOn.join() === steps[index]?.id);
  const haveOneParent = others.every(step => step.dependsOn.join() === first?.id);
  if (areSerial || haveOneParent) return;
  throw badRequest('Batch should be either fully sequential or fully parallel.');
}

function runSteps(steps: Step[], serve: (step: Step) => Promise<GraphAnswer>, atOnce: number): Promise<StepAnswer[]> {
  const answers = new Map<string, StepAnswer>();
  const waiting = new Set(steps);
  let running = 0;

  return new Promise((resolve, reject) => {
    function finish(step: Step, answer: GraphAnswer): void {
      answers.set(step.id, stepAnswer(step.id, answer));
    }

    function start(step: Step): void {
      waiting.delete(step);
      running += 1;
      serve(step).then(answer => {
        running -= 1;
        finish(step, answer);
        advance();
      }, reject);
    }

    function advance(): void {
      for (const step of waiting) {
        const parents = step.dependsOn.map(id => answers.get(id));
        if (parents.some(parent => parent === undefined)) continue;
        if (parents.some(parent => parent !== undefined && parent.status >= 400)) {
          waiting.delete(step);
          finish(step, failedDependency());
        } else if (running < atOnce) start(step);
      }
      if (running === 0 && waiting.size > 0) advance();
      else if (waiting.size === 0 && running === 0) resolve([...answers.values()]);
    }

    advance();
  });
}

function innerRequest(envelope: GraphRequest, step: Step): GraphRequest {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(step.headers)) headers[name.toLowerCase()] = value;
  headers['content-length'] ??= '0';
  const url = step.url.startsWith('/') ? step.url : `/${step.url}`;
  const mark = url.indexOf('?');
  const queryText = mark < 0 ? '' : url.slice(mark + 1);
  return {
    method: step.method.toUpperCase(),
    path: mark < 0 ? url : url.slice(0, mark),
    queryText,
    query: new URLSearchParams(queryText),
    headers,
    body: innerBody(step.body, headers['content-type']),
    app: envelope.app,
    tenantId: envelope.tenantId,
    origin: envelope.origin,
  };
}

/** Bytes travel as base64. */
function innerBody(body: unknown, contentType: string | undefined): unknown {
  if (typeof body === 'string' && contentType?.startsWith('image/')) return Buffer.from(body, 'base64');
  return body ?? undefined;
}

function stepAnswer(id: string, answer: GraphAnswer): StepAnswer {
  if (answer.body === undefined) return { id, status: answer.status, headers: { ...answer.headers } };
  return {
    id,
    status: answer.status,
    headers: { 'Content-Type': 'application/json', ...answer.headers },
    body: Buffer.isBuffer(answer.body) ? answer.body.toString('base64') : answer.body,
  };
}

function failedDependency(): GraphAnswer {
  const message = 'A request that this one depends on failed.';
  return { status: 424, body: { error: { code: 'FailedDependency', message } } };
}

function badRequest(message: string): GraphError {
  return new GraphError(400, 'BadRequest', message);
}
