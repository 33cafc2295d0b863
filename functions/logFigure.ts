import type { InvocationContext } from '@azure/functions';
import type { RequestCounts } from '../shared/ports/contactMailbox.ts';
import { type Figure, type FigureName, formatFigure } from '../shared/telemetry/figures.ts';

/** Writes a figure to the log, as one line of JSON and nothing else: the queries parse the whole message. */
export function logFigure<Name extends FigureName>(
  context: Pick<InvocationContext, 'info'>,
  name: Name,
  fields: Figure<Name>,
): void {
  context.info(formatFigure(name, fields));
}

/** What a piece of work cost, in a figure's names. */
export function costOf({ requests, roundTrips, throttled = 0 }: RequestCounts) {
  return { graphRequests: requests, roundTrips, throttled };
}
