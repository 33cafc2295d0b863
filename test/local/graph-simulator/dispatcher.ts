/** Serves one request, alone or out of a batch: counts, throttles, delays, fails it on demand, and does its work. */
import { randomUUID } from 'node:crypto';
import type { Counters } from './counters.ts';
import type { Delays } from './delays.ts';
import { type GraphAnswer, type GraphRequest, readPreferences } from './exchange.ts';
import { type Fault, type Faults, faultAnswer } from './faults.ts';
import { ConnectionCut, GraphError, invalidUser, segmentNotFound } from './graphError.ts';
import { matchRoute, pathSegments, type RouteMatch } from './routes.ts';
import { lookUpUser, type MailboxState, type User } from './tenant.ts';
import type { Throttle } from './throttle.ts';
import type { MailboxCall, World } from './world.ts';

export type Dispatcher = (request: GraphRequest) => Promise<GraphAnswer>;

/** `latency` gives the service time of a request in milliseconds. */
export type DispatcherParts = {
  world: World;
  counters: Counters;
  throttle: Throttle;
  faults: Faults;
  delays: Delays;
  latency: () => number;
};

/** The returned function rejects only with ConnectionCut. */
export function createDispatcher(parts: DispatcherParts): Dispatcher {
  const { world, counters, throttle, faults, delays } = parts;

  return async function serve(request) {
    const match = matchRoute(request.method, request.path);
    const user = match?.parameters.user === undefined ? undefined : lookUpUser(world.tenant, match.parameters.user);
    const mailbox = match?.route.scope === 'mailbox' ? user?.id : undefined;
    const route = match?.route.name ?? `${request.method} unknown`;
    const counter = counters.countRequest({ app: request.app, route, method: request.method, mailbox });
    let answer: GraphAnswer | undefined;
    let leave: (() => void) | undefined;
    try {
      if (mailbox !== undefined) leave = throttle.enter(request.app, mailbox);
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
  if (!match) throw segmentNotFound(unknownSegment(request.path));
  const { route, parameters } = match;
  if (route.scope === 'directory') return route.handle({ world, request, parameters });
  return route.handle(mailboxCall(world, request, parameters, user));
}

function unknownSegment(path: string): string {
  const segments = pathSegments(path);
  const root = segments[0] ?? '';
  return (['users', 'groups', 'subscriptions'].includes(root.toLowerCase()) ? segments.at(-1) : root) ?? '';
}

function mailboxCall(
  world: World,
  request: GraphRequest,
  parameters: Record<string, string>,
  user: User | undefined,
): MailboxCall {
  if (user) endState(user, world.now());
  if (!user || user.state === 'deleted') throw invalidUser(parameters.user ?? '');
  const refusal = refusals[user.state]?.();
  if (refusal) throw refusal;
  if (!user.mailbox) throw mailboxNotEnabled();
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
  nonExistent: () =>
    new GraphError(404, 'ErrorNonExistentMailbox', 'The SMTP address has no mailbox associated with it.'),
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
