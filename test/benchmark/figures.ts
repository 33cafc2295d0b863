import { z } from 'zod';
import type { CounterValues } from '../local/graph-simulator/counters.ts';
import { countByKind, requestKinds } from './requestKinds.ts';

const count = z.number().int().min(0);

const captureSchema = z.strictObject({ requests: count, seconds: z.number().positive() });

const caseFiguresSchema = z.strictObject({
  /** That are targets. */
  mailboxes: count,
  /** A batch's requests count one by one, its envelope does not. */
  graphRequests: count,
  requestsByKind: z.record(z.enum(requestKinds), count),
  /** GET requests to target mailboxes. */
  targetReads: count,
  /** Exchanges with Graph; a batch is one. */
  roundTrips: count,
  /** HTTP requests to the table endpoint; a transaction is one. */
  tableOperations: count,
  messages: count,
  /** From the firing of the timer to the last mailbox's report. */
  wallSeconds: z.number().min(0),
  /** 1 when four writes were under way in every mailbox all the time; 0 when nothing was written. */
  slotUtilisation: z.number().min(0),
  /** Of the hosts, for the whole run; null where the system does not tell, or a host was killed. */
  processorSeconds: z.number().min(0).nullable(),
  /** Where mailboxes were visited. */
  perMailbox: z
    .strictObject({ tableOperations: z.number().min(0), processorMilliseconds: z.number().min(0).nullable() })
    .optional(),
  /** Where contacts were created. */
  perContact: z.strictObject({ processorMilliseconds: z.number().min(0).nullable() }).optional(),
  /** Since the host started; null where the system does not tell. */
  hostPeakMegabytes: z.number().positive().nullable(),
  /** From the write at the source to the write in each mailbox. */
  latency: z.strictObject({ p50Seconds: z.number().positive(), p99Seconds: z.number().positive() }).optional(),
  /** Where a mailbox takes longer than a handler may last: of all messages, from the delivery to the end of the lock. */
  handling: z.strictObject({ longestSeconds: z.number().positive() }).optional(),
  /** From the firing of the timer to the last message that the broker took. */
  fanOut: z.strictObject({ lastMessageSeconds: z.number().positive() }).optional(),
  /** Of a process that does nothing but a fan-out: memory since it began, and before the run. */
  fanOutProcess: z
    .strictObject({
      peakMegabytes: z.number().positive(),
      megabytesBefore: z.number().positive(),
      tableRequestsBeforeMessages: count,
    })
    .optional(),
  /** Of a source that is full, and once more with ten changes; `requests`: to all that the run asks. */
  capture: z.strictObject({ contacts: count, first: captureSchema, tenChanges: captureSchema }).optional(),
  /** While a run is under way. */
  status: z
    .strictObject({
      runsTableOperations: count,
      runTableOperations: count,
      listsTableOperations: count,
      pollingProcessorPercent: z.number().min(0).nullable(),
    })
    .optional(),
});

const casesSchema = z.record(z.string(), caseFiguresSchema);
const bundleSchema = z.strictObject({ megabytes: z.number().positive(), loadSeconds: z.number().positive() });

/** What `--json FILE` holds. */
export const benchmarkFiguresSchema = z.strictObject({
  setup: z.strictObject({
    directory: z.string(),
    contacts: count,
    mailboxes: count,
    latencyMilliseconds: z.number().min(0),
    /** With a tenth of the mailboxes of each case. */
    quick: z.boolean().optional(),
  }),
  cases: casesSchema,
  bundle: bundleSchema,
  /** The same of the commit that `--against` named. */
  earlier: z.strictObject({ commit: z.string(), cases: casesSchema, bundle: bundleSchema }).optional(),
  /** Of now to earlier, by case and figure. */
  ratios: z.record(z.string(), z.record(z.string(), z.number())).optional(),
});

export type CaseFigures = z.infer<typeof caseFiguresSchema>;
export type BenchmarkFigures = z.infer<typeof benchmarkFiguresSchema>;

/** One run, as everything around the app saw it. */
export interface Measurement {
  readonly counters: CounterValues;
  readonly messages: number;
  readonly tableOperations: number;
  readonly hostPeakMegabytes: number | null;
  readonly processorSeconds: number | null;
  readonly wallSeconds: number;
}

/** The counters of the target mailboxes. */
export function targetCounters(
  { counters }: Pick<Measurement, 'counters'>,
  targets: readonly string[],
): CounterValues['byMailbox'][string][] {
  return targets.flatMap(id => counters.byMailbox[id] ?? []);
}

export function toFigures(measurement: Measurement, targets: readonly string[], latency: number): CaseFigures {
  const { counters, messages, tableOperations, hostPeakMegabytes, processorSeconds, wallSeconds } = measurement;
  const requestsByKind = countByKind(counters.byRoute);
  const created = requestsByKind.contactCreates;
  const mailboxes = targetCounters(measurement, targets);
  const slotTime = sum(mailboxes.map(({ writes }) => (writes * latency) / slotsPerMailbox));
  const time = sum(mailboxes.map(({ firstRequestAt, lastAnswerAt }) => lastAnswerAt - firstRequestAt));
  return {
    mailboxes: targets.length,
    graphRequests: counters.requests,
    requestsByKind,
    targetReads: sum(mailboxes.map(({ reads }) => reads)),
    roundTrips: counters.roundTrips,
    tableOperations,
    messages,
    wallSeconds,
    slotUtilisation: slotTime > 0 ? round(slotTime / time, 3) : 0,
    hostPeakMegabytes,
    processorSeconds: processorSeconds === null ? null : round(processorSeconds, 2),
    ...(messages > 0 && {
      perMailbox: {
        tableOperations: round(tableOperations / targets.length, 2),
        processorMilliseconds: millisecondsOf(processorSeconds, targets.length),
      },
    }),
    ...(created > 0 && { perContact: { processorMilliseconds: millisecondsOf(processorSeconds, created) } }),
  };
}

function millisecondsOf(seconds: number | null, count: number): number | null {
  return seconds === null ? null : round((seconds * 1000) / count, 3);
}

/** Exchange Online works on four requests of an app in one mailbox at once. */
const slotsPerMailbox = 4;

export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

export function round(value: number, decimals: number): number {
  return Number(value.toFixed(decimals));
}

/** The smallest of the values that no more than the `share` of them are below or equal to (nearest rank). */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN;
}
