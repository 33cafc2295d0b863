/** Faults on demand: which requests they befall and what becomes of those. */
import { z } from 'zod';
import type { GraphRequest } from './exchange.ts';
import { GraphError } from './graphError.ts';

export const faultRuleSchema = z.strictObject({
  match: z
    .strictObject({
      method: z.string().optional(),
      /** Regular expression on the path, tried with and without its `/v1.0` and its query. */
      path: z.string().refine(isRegularExpression, 'no regular expression').optional(),
      /** Regular expression on the JSON of the body: of the request, also of one inside a batch. */
      body: z.string().refine(isRegularExpression, 'no regular expression').optional(),
      app: z.string().optional(),
      /** Id or address. */
      mailbox: z.string().optional(),
      /** Part of the matching requests that fail, 0 to 1. */
      share: z.number().min(0).max(1).optional(),
      /** Matching requests that pass before the rule takes effect. */
      skip: z.number().int().min(0).optional(),
      /** Faults until the rule is spent; without it, it lasts. */
      times: z.number().int().min(1).optional(),
    })
    .default({}),
  fault: z.strictObject({
    /** Below 300: answered so, without a body, and nothing is done. */
    status: z.number().int().min(200).max(599).optional(),
    /** Neither code nor message: an answer without a body. */
    code: z.string().optional(),
    message: z.string().optional(),
    /** Sent as it is: seconds, a fraction, or an HTTP date. */
    retryAfter: z.union([z.number(), z.string()]).optional(),
    delayMilliseconds: z.number().min(0).optional(),
    /** Does the work, then fails the answer. */
    commit: z.boolean().optional(),
    cut: z.boolean().optional(),
  }),
});

export type FaultRule = z.infer<typeof faultRuleSchema>;
export type Fault = FaultRule['fault'];

export type Faults = {
  add: (rule: FaultRule) => void;
  clear: () => void;
  /** The fault that befalls this request, if any. */
  strike: (request: GraphRequest, isMailbox: (idOrAddress: string) => boolean) => Fault | undefined;
};

type LiveRule = FaultRule & {
  pattern: RegExp | undefined;
  bodyPattern: RegExp | undefined;
  seen: number;
  struck: number;
};

const statusByCode: Record<string, number> = {
  ErrorItemNotFound: 404,
  ErrorInvalidMailboxItemId: 404,
  ErrorNonExistentMailbox: 404,
  ErrorInvalidUser: 404,
  MailboxNotEnabledForRESTAPI: 404,
  ErrorAccessDenied: 403,
  ErrorCannotDeleteObject: 403,
  ErrorQuotaExceeded: 403,
  ErrorInvalidIdMalformed: 400,
  ErrorInvalidProperty: 400,
  ErrorFolderExists: 409,
  ErrorIrresolvableConflict: 409,
  ApplicationThrottled: 429,
  TooManyRequests: 429,
  ErrorTooManyObjectsOpened: 429,
  ErrorInternalServerError: 500,
  ErrorItemCorrupt: 500,
  ErrorItemSave: 500,
  ErrorItemSavePropertyError: 500,
  ErrorInternalServerTransientError: 500,
  ErrorTimeoutExpired: 504,
};

/** `random` gives numbers from 0 to below 1. */
export function createFaults(random: () => number): Faults {
  let rules: LiveRule[] = [];

  function strike(request: GraphRequest, isMailbox: (idOrAddress: string) => boolean): Fault | undefined {
    for (const rule of rules) {
      if (!matches(rule, request, isMailbox)) continue;
      if (rule.match.share !== undefined && random() >= rule.match.share) continue;
      rule.seen += 1;
      if (rule.seen <= (rule.match.skip ?? 0)) continue;
      if (rule.match.times !== undefined && rule.struck >= rule.match.times) continue;
      rule.struck += 1;
      return rule.fault;
    }
    return undefined;
  }

  return {
    add: rule => {
      const { path, body } = rule.match;
      const pattern = path === undefined ? undefined : new RegExp(path);
      const bodyPattern = body === undefined ? undefined : new RegExp(body);
      rules.push({ ...rule, pattern, bodyPattern, seen: 0, struck: 0 });
    },
    clear: () => {
      rules = [];
    },
    strike,
  };
}

function isRegularExpression(text: string): boolean {
  try {
    return new RegExp(text) instanceof RegExp;
  } catch {
    return false;
  }
}

/** The answer that the fault puts in the place of the request's own, if it does. */
export function faultAnswer(fault: Fault): GraphError | undefined {
  const { code, message, retryAfter } = fault;
  if (fault.status === undefined && code === undefined && message === undefined && retryAfter === undefined)
    return undefined;
  const status =
    fault.status ?? (code === undefined ? (retryAfter === undefined ? 500 : 429) : (statusByCode[code] ?? 503));
  const headers: Record<string, string> = retryAfter === undefined ? {} : { 'Retry-After': String(retryAfter) };
  if (code === undefined && message === undefined) return new GraphError(status, '', '', headers);
  return new GraphError(status, code ?? 'UnknownError', message ?? '', headers);
}

function matches(rule: LiveRule, request: GraphRequest, isMailbox: (idOrAddress: string) => boolean): boolean {
  const { method, app, mailbox } = rule.match;
  if (method !== undefined && method.toUpperCase() !== request.method) return false;
  if (app !== undefined && app !== request.app) return false;
  if (mailbox !== undefined && !isMailbox(mailbox)) return false;
  return matchesPath(rule, request) && matchesBody(rule, request);
}

/** A batch's envelope is only struck by a rule that names it: a rule for every request means those inside. */
function matchesPath({ pattern, match }: LiveRule, request: GraphRequest): boolean {
  if (request.path === '/$batch' && !match.path?.includes('batch')) return false;
  if (pattern === undefined) return true;
  const query = request.queryText === '' ? '' : `?${request.queryText}`;
  const paths = [request.path, `/v1.0${request.path}`];
  return paths.some(path => pattern.test(path) || (query !== '' && pattern.test(path + query)));
}

function matchesBody({ bodyPattern }: LiveRule, request: GraphRequest): boolean {
  return bodyPattern === undefined || (request.body !== undefined && bodyPattern.test(JSON.stringify(request.body)));
}
