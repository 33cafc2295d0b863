import type { AddressInfo } from 'node:net';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import type { HttpData } from './functionsCore.ts';
import { toHttpAnswer } from './httpResponse.ts';
import type { Run } from './invoker.ts';
import { toRouterRoute } from './routeTemplate.ts';
import { principalHeaders, type SignIn, serveSignIn } from './signIn.ts';
import type { HttpTrigger, TriggeredFunction } from './triggers.ts';

export interface HttpListenerOptions {
  functions: TriggeredFunction<HttpTrigger>[];
  /** 0: any free port. */
  port: number;
  routePrefix: string;
  /** What `x-functions-key` or `?code=` must hold on every route that is not anonymous. */
  functionKey: string | undefined;
  /** Undefined where App Service Authentication is off. */
  signIn: SignIn | undefined;
  run: Run;
  /**
   * What `POST /admin/functions/{name}` starts, by function name, and resolves when it has ended. Azure's host answers at
   * once; a request with `Prefer: wait` (RFC 7240) is answered here when the function has ended.
   */
  runNow: Map<string, (input: string | undefined) => Promise<void>>;
}

export interface HttpListener {
  url: string;
  /** Takes no more requests and resolves when those that run are answered. */
  stop(): Promise<void>;
}

// The limit of the Functions host: https://learn.microsoft.com/azure/azure-functions/functions-bindings-http-webhook-trigger#limits
const maximumBodyBytes = 100 * 1024 * 1024;

/** What App Service alone says of who calls, and takes from nobody. */
const platformHeader = /^x-ms-(client-principal|token-)/;

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

export async function startHttpListener(options: HttpListenerOptions): Promise<HttpListener> {
  const { functions, port, routePrefix, functionKey, signIn, run, runNow } = options;
  let stopping = false;
  const server = createServer(() => stopping);
  for (const { name, trigger } of functions) {
    const route = toRouterRoute(`${routePrefix}/${trigger.route ?? name}`);
    const handler: Handler = async (request, reply) => {
      if (trigger.authLevel !== 'anonymous' && !hasKey(request, functionKey)) return reply.code(401).send();
      const data = { http: toHttpData(request, route.wildcard, signIn) };
      try {
        const { returnValue } = await run(name, { inputData: [{ name: trigger.name, data }] });
        const { status, headers, body } = toHttpAnswer(returnValue?.http);
        return reply.code(status).headers(headers).send(body);
      } catch {
        return reply.code(500).send();
      }
    };
    for (const url of route.paths) server.route({ method: trigger.methods, url, handler });
  }
  if (signIn) serveSignIn(server, signIn);
  server.post('/admin/functions/:name', async (request, reply) => {
    if (!hasKey(request, functionKey)) return reply.code(401).send();
    const start = runNow.get((request.params as { name: string }).name);
    if (!start) return reply.code(404).send();
    const ended = start(readAdminInput(request.body));
    if (request.headers.prefer === 'wait') await ended;
    return reply.code(202).send();
  });
  await server.listen({ host: '127.0.0.1', port });
  const address = server.server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${address.port}`,
    async stop() {
      stopping = true;
      await server.close();
    },
  };
}

function createServer(isStopping: () => boolean): FastifyInstance {
  const server = fastify({
    bodyLimit: maximumBodyBytes,
    exposeHeadRoutes: false,
    forceCloseConnections: 'idle',
    rewriteUrl: ({ url = '/' }) => decodeSlashes(url),
    routerOptions: { caseSensitive: false, ignoreTrailingSlash: true, maxParamLength: 8192 },
  });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  // A wrong method on a known route is 404 in the Functions host too.
  server.setNotFoundHandler((_request, reply) => reply.code(404).send());
  server.setErrorHandler((error: { statusCode?: number }, _request, reply) =>
    reply.code(error.statusCode ?? 500).send(),
  );
  // A connection that is kept alive would hold up the stop until it times out.
  server.addHook('onSend', async (_request, reply) => {
    if (isStopping()) reply.header('connection', 'close');
  });
  return server;
}

/** As in front of an app in Azure, where no parameter of a route but a wildcard can hold a slash (azure-functions-host #9290). */
function decodeSlashes(url: string): string {
  const [path = '', ...query] = url.split('?');
  return [path.replaceAll(/%2f/gi, '/'), ...query].join('?');
}

function hasKey(request: FastifyRequest, functionKey: string | undefined): boolean {
  const given = request.headers['x-functions-key'] ?? (request.query as Record<string, unknown>).code;
  return functionKey !== undefined && given === functionKey;
}

function toHttpData(request: FastifyRequest, wildcard: string | undefined, signIn: SignIn | undefined): HttpData {
  const parameters = Object.entries(request.params as Record<string, string>);
  const headers = Object.entries(request.headers).filter(([name]) => !platformHeader.test(name));
  const body = Buffer.isBuffer(request.body) ? { body: { bytes: request.body } } : {};
  return {
    method: request.method,
    url: `http://${request.headers.host ?? request.hostname}${request.originalUrl}`,
    nullableHeaders: toNullable([
      ...headers.map(([name, value]): [string, string] => [name, String(value)]),
      ...Object.entries(signIn ? principalHeaders(request, signIn) : {}),
    ]),
    nullableParams: toNullable(parameters.map(([name, value]) => [name === '*' ? (wildcard ?? name) : name, value])),
    ...body,
  };
}

function toNullable(entries: [string, string][]): Record<string, { value: string }> {
  return Object.fromEntries(entries.map(([name, value]) => [name, { value }]));
}

/** `{"input": "..."}`: https://learn.microsoft.com/azure/azure-functions/functions-manually-run-non-http */
function readAdminInput(body: unknown): string | undefined {
  try {
    const { input } = JSON.parse(String(body));
    return typeof input === 'string' ? input : undefined;
  } catch {
    return undefined;
  }
}
