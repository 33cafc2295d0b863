import type { RequestCounts } from '../ports/contactMailbox.ts';

export const noRequests: RequestCounts = { requests: 0, roundTrips: 0 };

export function addCounts(left: RequestCounts, right: RequestCounts): RequestCounts {
  const throttled = (left.throttled ?? 0) + (right.throttled ?? 0);
  return {
    requests: left.requests + right.requests,
    roundTrips: left.roundTrips + right.roundTrips,
    ...(throttled > 0 ? { throttled } : {}),
  };
}
