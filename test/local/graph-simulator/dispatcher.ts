/** Serves one request, alone or out of a batch: counts, throttles, delays, fails it on demand, and does its work. */
import { randomUUID } from 'node:crypto';
import type { Counters } from './counters.ts';
import type { Delays } from './delays.ts';
import { type GraphAnswer, type GraphRequest, isJson, readPreferences } from './exchange.ts';
import { type Fault, type Faults, faultAnswer } from './faults.ts';
import { ConnectionCut, GraphError, invalidUser, nonExistentMailbox, segmentNotFound } from './graphError.ts';
import { isServed, matchRoute, pathSegments, type RouteMatch } from './routes.ts';
import { lookUpUser, type MailboxState, type User } from './tenant.ts';
import type { Throttle } from './throttle.ts';
import { notImplemented } from './unservedRoutes.ts';
import type { MailboxCall, World } from './world.ts';
import type { Worlds } from './worlds.ts';

export type Dispatcher = (request: GraphRequest) => Promise<GraphAnswer>;

/** `latency` gives the service time of a request in milliseconds. */
export type DispatcherParts = {
  worlds: Worlds;
  counters: Counters;
  throttle: Throttle;
  faults: Faults;
  delays: Delays;
  latency: () => number;
};

/** The returned function rejects only with ConnectionCut. */
export function createDispatcher(parts: DispatcherParts): Dispatcher {
  const { worlds, counters, throttle, faults, delays } = parts;

  return async function serve(request) {
    const world = worlds.find(request.tenantId) ?? worlds.first;
    const match = matchRoute(request.method, pathSegments(request.path));
    const user = match?.parameters.user === undefined ? undefined : lookUpUser(world.tenant, match.parameters.user);
    const mailbox = match?.route.scope === 'mailbox' ? user?.id : undefined;
    const route = match?.route.name ?? `${request.method} unknown`;
    const counter = counters.countRequest({ app: request.app, route, method: request.method, mailbox });
    let answer: GraphAnswer | undefined;
    let leave: (() => void) | undefined;
    try {
      if (mailbox !== undefined) leave = throttle.enter(request.app, mailbox, uploadSize(request));
      const fault = faults.strike(request, idOrAddress => isSame(user, idOrAddress));
      const wait = parts.latency() + (fault?.delayMilliseconds ?? 0);
      if (wait > 0) await delays.wait(wait);
      answer = await work(world, request, match, user, fault);
    } catch (error) {
      if (error instanceof ConnectionCut) throw error;
      answer = errorAnswer(error, request);
    } finally {
      leave?.();
      counter.finish(answer?.status === 429);
    }
    return answer;
  };
}

/** Graph's error envelope. What is no error of Graph's is a defect of the simulator, and shown as one. */
export function errorAnswer(error: unknown, request?: Pick<GraphRequest, 'headers'>): GraphAnswer {
  const known = error instanceof GraphError ? error : new GraphError(500, 'SimulatorDefect', String(error));
  if (known.code === '') return { status: known.status, headers: known.headers };
  const id = randomUUID();
  return {
    status: known.status,
    headers: known.headers,
    body: {
      error: {
        code: known.code,
        message: known.message,
        innerError: {
          date: new Date().toISOString().slice(0, 19),
          'request-id': id,
          'client-request-id': request?.headers['client-request-id'] ?? id,
        },
      },
    },
  };
}

async function work(
  world: World,
  request: GraphRequest,
  match: RouteMatch | undefined,
  user: User | undefined,
  fault: Fault | undefined,
): Promise<GraphAnswer> {
  if (!fault) return run(world, request, match, user);
  const failure = faultAnswer(fault);
  if (!failure && !fault.cut) return run(world, request, match, user);
  if (fault.commit) await run(world, request, match, user);
  throw fault.cut ? new ConnectionCut() : failure;
}

function run(
  world: World,
  request: GraphRequest,
  match: RouteMatch | undefined,
  user: User | undefined,
): GraphAnswer | Promise<GraphAnswer> {
  if (!match) throw unknownRoute(request);
  const { route, parameters } = match;
  checkContentType(request, route.takesImage);
  checkScope(world, request, route.scope, user);
  if (route.scope === 'directory') return route.handle({ world, request, parameters });
  return route.handle(mailboxCall(world, request, parameters, user, route.withoutMailbox ?? mailboxNotEnabled));
}

/** A method that a path does not take, a path of Graph's that is not served, or no path of Graph's. */
function unknownRoute({ method, path }: GraphRequest): GraphError {
  const segments = pathSegments(path);
  const root = segments[0]?.toLowerCase() ?? '';
  if (root === 'me') {
    return new GraphError(400, 'BadRequest', '/me request is only valid with delegated authentication flow.');
  }
  if (isServed(segments)) {
    const text = 'Specified HTTP method is not allowed for the request target.';
    return new GraphError(405, 'Request_BadRequest', text);
  }
  const known = ['users', 'groups', 'contacts', 'subscriptions'].includes(root);
  return notImplemented(method, segments) ?? segmentNotFound((known ? segments.at(-1) : segments[0]) ?? '');
}

/**
 * What RBAC for Applications leaves out of reach: nothing that Entra has consented to is beside it here.
 *
 * @throws 403
 */
function checkScope(
  { tenant }: World,
  { app }: GraphRequest,
  scope: RouteMatch['route']['scope'],
  user: User | undefined,
): void {
  const mailboxes = tenant.applications.get(app)?.mailboxes;
  if (!mailboxes) return;
  if (scope === 'directory') {
    throw new GraphError(403, 'Authorization_RequestDenied', 'Insufficient privileges to complete the operation.');
  }
  if (user && !mailboxes.some(name => isSame(user, name))) {
    throw new GraphError(403, 'ErrorAccessDenied', 'Access is denied. Check credentials and try again.');
  }
}

/** @throws 400 for a body of another type than the route's */
function checkContentType({ body, headers }: GraphRequest, takesImage: boolean): void {
  if (body === undefined) return;
  const type = headers['content-type'];
  if (type === undefined) {
    const text = 'Write requests (excluding DELETE) must contain the Content-Type header declaration.';
    throw new GraphError(400, 'BadRequest', text);
  }
  if (!takesImage && !isJson(type)) {
    throw new GraphError(400, 'BadRequest', 'Entity only allows writes with a JSON Content-Type header.');
  }
}

/** Bytes that a request brings to a mailbox; of one inside a batch, only an image's. */
function uploadSize({ body, headers }: GraphRequest): number {
  return Buffer.isBuffer(body) ? body.length : Number(headers['content-length'] ?? 0);
}

function mailboxCall(
  world: World,
  request: GraphRequest,
  parameters: Record<string, string>,
  user: User | undefined,
  withoutMailbox: () => GraphError,
): MailboxCall {
  if (user) endState(user, world.now());
  if (!user || user.state === 'deleted') throw invalidUser(parameters.user ?? '');
  const refusal = refusals[user.state]?.();
  if (refusal) throw refusal;
  if (!user.mailbox) throw withoutMailbox();
  return { world, request, parameters, user, mailbox: user.mailbox, preferences: readPreferences(request) };
}

/** A state that was to last for a time is over. */
function endState(user: User, now: number): void {
  if (user.stateEndsAt === undefined || user.stateEndsAt > now) return;
  user.state = 'ok';
  user.stateEndsAt = undefined;
}

const refusals: Partial<Record<MailboxState, () => GraphError>> = {
  notEnabled: mailboxNotEnabled,
  nonExistent: nonExistentMailbox,
  moving: () => new GraphError(503, 'ErrorMailboxMoveInProgress', 'Mailbox move in progress. Try again later.'),
  stale: () =>
    new GraphError(503, 'MailboxInfoStale', "Mailbox info is stale: the database is currently on backend 'Unknown'."),
  accessDenied: () =>
    new GraphError(
      403,
      'ErrorAccessDenied',
      'Access to OData is disabled: [RAOP] : Blocked by tenant configured AppOnly AccessPolicy settings.',
    ),
};

function mailboxNotEnabled(): GraphError {
  const text = 'The mailbox is either inactive, soft-deleted, or is hosted on-premise.';
  return new GraphError(404, 'MailboxNotEnabledForRESTAPI', text);
}

function isSame(user: User | undefined, idOrAddress: string): boolean {
  if (!user) return false;
  const { userPrincipalName, mail } = user.properties;
  return [user.id, userPrincipalName, mail].some(name => String(name).toLowerCase() === idOrAddress.toLowerCase());
}
