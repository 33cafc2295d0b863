/** What was asked of the simulator, by app, by mailbox and by method and route. Times are real, never shifted. */

type AppCounters = { requests: number; roundTrips: number };

type MailboxCounters = {
  requests: number;
  /** Not counting requests that were throttled. */
  reads: number;
  writes: number;
  firstRequestAt: number;
  lastAnswerAt: number;
  /** Sum of the time that writes held a slot. */
  writeBusyMilliseconds: number;
};

export type CounterValues = {
  /** A batch's requests count one by one, its envelope does not. */
  requests: number;
  roundTrips: number;
  batches: number;
  throttled: number;
  byApp: Record<string, AppCounters>;
  byMailbox: Record<string, MailboxCounters>;
  byRoute: Record<string, number>;
};

export type RequestCounter = {
  /** To be called once, when the answer is ready. */
  finish: (throttled: boolean) => void;
};

export type Counters = {
  values: () => CounterValues;
  reset: () => void;
  countRoundTrip: (app: string) => void;
  countBatch: () => void;
  /** Counts a request; what names no mailbox has `mailbox` undefined. */
  countRequest: (request: {
    app: string;
    route: string;
    method: string;
    mailbox: string | undefined;
  }) => RequestCounter;
};

/** `wallClock`: milliseconds since 1970, with fractions. */
export function createCounters(wallClock: () => number): Counters {
  let values = zero();

  function appCounters(app: string): AppCounters {
    values.byApp[app] ??= { requests: 0, roundTrips: 0 };
    return values.byApp[app];
  }

  function countRequest(request: { app: string; route: string; method: string; mailbox: string | undefined }) {
    const start = wallClock();
    const current = values;
    current.requests += 1;
    appCounters(request.app).requests += 1;
    current.byRoute[request.route] = (current.byRoute[request.route] ?? 0) + 1;
    const mailbox = request.mailbox === undefined ? undefined : mailboxCounters(current, request.mailbox, start);
    return {
      finish: (throttled: boolean) => {
        if (throttled) current.throttled += 1;
        if (mailbox) finishMailbox(mailbox, request.method, start, wallClock(), throttled);
      },
    };
  }

  return {
    values: () => values,
    reset: () => {
      values = zero();
    },
    countRoundTrip: app => {
      values.roundTrips += 1;
      appCounters(app).roundTrips += 1;
    },
    countBatch: () => {
      values.batches += 1;
    },
    countRequest,
  };
}

function mailboxCounters(values: CounterValues, mailbox: string, start: number): MailboxCounters {
  values.byMailbox[mailbox] ??= {
    requests: 0,
    reads: 0,
    writes: 0,
    firstRequestAt: start,
    lastAnswerAt: start,
    writeBusyMilliseconds: 0,
  };
  const counters = values.byMailbox[mailbox];
  counters.requests += 1;
  return counters;
}

function finishMailbox(
  counters: MailboxCounters,
  method: string,
  start: number,
  end: number,
  throttled: boolean,
): void {
  counters.lastAnswerAt = Math.max(counters.lastAnswerAt, end);
  if (throttled) return;
  if (method === 'GET') {
    counters.reads += 1;
    return;
  }
  counters.writes += 1;
  counters.writeBusyMilliseconds += end - start;
}

function zero(): CounterValues {
  return { requests: 0, roundTrips: 0, batches: 0, throttled: 0, byApp: {}, byMailbox: {}, byRoute: {} };
}
