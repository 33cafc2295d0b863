/** The HTTP edge: reads requests, checks tokens, writes answers in Graph's form. */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { finished } from 'node:stream/promises';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { AccessTokens, Caller } from './accessTokens.ts';
import { serveBatch } from './batch.ts';
import type { Counters } from './counters.ts';
import type { Delays } from './delays.ts';
import { type Dispatcher, errorAnswer } from './dispatcher.ts';
import { type GraphAnswer, type GraphRequest, isJson } from './exchange.ts';
import { type Faults, faultAnswer } from './faults.ts';
import { ConnectionCut, GraphError } from './graphError.ts';

const version = '/v1.0';
const largestBody = 4 * 1024 * 1024;
const graphJson = 'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8';

export type TlsFiles = { key: string | Buffer; cert: string | Buffer };

export type HttpParts = {
  tokens: AccessTokens;
  counters: Counters;
  faults: Faults;
  delays: Delays;
  serve: Dispatcher;
  batchConcurrency: number;
  tls: TlsFiles | undefined;
};

export function createHttpServer(parts: HttpParts): FastifyInstance {
  const { tls } = parts;
  const app = fastify({
    bodyLimit: largestBody,
    forceCloseConnections: true,
    serverFactory: handler => createListener(handler, tls),
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.setErrorHandler(async (error, request, reply) => {
    await drain(request.raw);
    return send(reply, errorAnswer(asGraphError(error)), undefined);
  });
  app.setNotFoundHandler((request, reply) => send(reply, errorAnswer(notFound(request.url)), undefined));
  app.all(`${version}/*`, (request, reply) => answerGraph(parts, request, reply));
  return app;
}

/** Idle connections live longer than clients keep theirs, so that no request meets a closing one. */
function createListener(handler: RequestListener, tls: TlsFiles | undefined): Server {
  // https.Server has every member of http.Server that is used here.
  const server = tls ? (createTlsServer(tls, handler) as unknown as Server) : createServer(handler);
  server.keepAliveTimeout = 65_000;
  return server;
}

/** The body's JSON, or undefined without a body. @throws 400 for what is no JSON */
export function readJson(body: unknown): unknown {
  if (!Buffer.isBuffer(body) || body.length === 0) return undefined;
  try {
    return JSON.parse(body.toString());
  } catch {
    throw new GraphError(
      400,
      'BadRequest',
      'Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.',
    );
  }
}

/** JSON, or undefined without a body. What says to be something else stays as it is. */
function readBody(body: unknown, contentType: string | undefined): unknown {
  if (isJson(contentType)) return readJson(body);
  return Buffer.isBuffer(body) && body.length > 0 ? body : undefined;
}

async function answerGraph(parts: HttpParts, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  try {
    return send(reply, await serveExchange(parts, request), request.headers['client-request-id']);
  } catch (error) {
    if (!(error instanceof ConnectionCut)) throw error;
    reply.hijack();
    request.raw.socket.destroy();
    return reply;
  }
}

async function serveExchange(parts: HttpParts, request: FastifyRequest): Promise<GraphAnswer> {
  const headers = request.headers as Record<string, string | undefined>;
  try {
    const caller = parts.tokens.verify(headers.authorization);
    parts.counters.countRoundTrip(caller.app);
    const graphRequest = readRequest(request, headers, caller);
    if (graphRequest.path === '/$batch' && graphRequest.method === 'POST')
      return await answerBatch(parts, graphRequest);
    return await parts.serve(graphRequest);
  } catch (error) {
    if (error instanceof ConnectionCut) throw error;
    return errorAnswer(error, { headers });
  }
}

function readRequest(
  request: FastifyRequest,
  headers: Record<string, string | undefined>,
  caller: Caller,
): GraphRequest {
  const url = (request.raw.url ?? '').slice(version.length);
  const mark = url.indexOf('?');
  const queryText = mark < 0 ? '' : url.slice(mark + 1);
  return {
    method: request.method,
    path: mark < 0 ? url : url.slice(0, mark),
    queryText,
    query: new URLSearchParams(queryText),
    headers,
    body: readBody(request.body, headers['content-type']),
    app: caller.app,
    tenantId: caller.tenantId,
    origin: `${request.protocol}://${headers.host ?? ''}`,
  };
}

/** A fault on the envelope with `commit` fails the whole batch's answer after its work. */
async function answerBatch(parts: HttpParts, envelope: GraphRequest): Promise<GraphAnswer> {
  parts.counters.countBatch();
  if (Buffer.isBuffer(envelope.body)) {
    throw new GraphError(400, 'BadRequest', 'Entity only allows writes with a JSON Content-Type header.');
  }
  const fault = parts.faults.strike(envelope, () => false);
  if (fault?.delayMilliseconds) await parts.delays.wait(fault.delayMilliseconds);
  const failure = fault && faultAnswer(fault);
  const answered = !failure && !fault?.cut;
  const answer =
    answered || fault?.commit ? await serveBatch(envelope, parts.serve, parts.batchConcurrency) : undefined;
  if (fault?.cut) throw new ConnectionCut();
  if (failure) throw failure;
  return answer ?? { status: 200 };
}

function send(reply: FastifyReply, answer: GraphAnswer, clientRequestId: string | string[] | undefined): FastifyReply {
  const id = randomUUID();
  reply.code(answer.status);
  reply.header('request-id', id).header('client-request-id', clientRequestId ?? id);
  if (answer.headers) reply.headers(answer.headers);
  if (answer.body === undefined) return reply.send();
  if (typeof answer.body === 'string' || Buffer.isBuffer(answer.body)) return reply.send(answer.body);
  return reply.header('content-type', graphJson).send(JSON.stringify(answer.body));
}

/** Who is answered while they still send sees a broken connection instead of the answer. */
async function drain(request: IncomingMessage): Promise<void> {
  if (!request.readableEnded) await finished(request.resume()).catch(() => undefined);
}

function notFound(url: string): GraphError {
  return new GraphError(404, 'ResourceNotFound', `Invalid version: ${url.split('/')[1] ?? ''}`);
}

function asGraphError(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE')
    return new GraphError(413, 'RequestEntityTooLarge', 'The request is larger than 4 MiB.');
  return error;
}
