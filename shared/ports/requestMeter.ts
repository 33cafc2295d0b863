import type { RequestCounts } from './contactMailbox.ts';

/** Counts what the calls of one thing that was opened cost. */
export interface RequestMeter {
  /** An exchange was sent; a batch holds several requests. */
  sent(requests: number): void;
  /** So many answers asked to wait. */
  throttled(answers: number): void;
  /** So far. */
  read(): RequestCounts;
}

export function createRequestMeter(): RequestMeter {
  let counts: RequestCounts = { requests: 0, roundTrips: 0 };
  return {
    sent: requests => {
      counts = { ...counts, requests: counts.requests + requests, roundTrips: counts.roundTrips + 1 };
    },
    throttled: answers => {
      if (answers > 0) counts = { ...counts, throttled: (counts.throttled ?? 0) + answers };
    },
    read: () => counts,
  };
}
