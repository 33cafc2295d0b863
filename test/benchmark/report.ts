import type { Aim } from './benchmarkCase.ts';
import type { Comparison } from './comparison.ts';
import type { BenchmarkFigures, CaseFigures } from './figures.ts';
import { type RequestKind, requestKinds } from './requestKinds.ts';
import { formatTable, formatTexts } from './textTable.ts';

const kindLabels: Record<RequestKind, string> = {
  contactCreates: 'contact creates',
  contactPatches: 'contact patches',
  contactDeletes: 'contact deletes',
  contactReads: 'contact reads',
  contactPhotos: 'photos of contacts',
  delta: 'delta',
  folders: 'folders',
  directory: 'directory',
  other: 'other',
};

const mostHostMegabytes = 300;

/** The figures and the aims as text, at most 120 characters wide for up to six cases. */
export function formatReport(figures: BenchmarkFigures, aims: readonly Aim[]): string {
  const { setup, cases, bundle } = figures;
  const { directory, contacts, latencyMilliseconds, quick } = setup;
  return [
    `${quick ? 'QUICK, a tenth of the mailboxes of each case: ' : ''}up to ${contacts} contacts (${directory}), ${latencyMilliseconds} ms a Graph request`,
    '',
    formatTable([['', ...Object.keys(cases)], ...figureRows(Object.values(cases))]),
    '',
    `Bundle: ${bundle.megabytes.toFixed(2)} MB, loaded in ${bundle.loadSeconds.toFixed(2)} s`,
    '',
    formatAims(aims),
    '',
  ].join('\n');
}

/** What each case took with the app of an earlier commit, and takes now. */
export function formatComparisons(commit: string, cases: Readonly<Record<string, readonly Comparison[]>>): string {
  const rows = Object.entries(cases).flatMap(([name, comparisons]) =>
    comparisons
      .filter(({ figure }) => figure !== 'mailboxes' && !figure.startsWith('requestsByKind.'))
      .map(({ figure, earlier, now, ratio }) => [name, figure, short(earlier), short(now), ratio?.toFixed(2) ?? '-']),
  );
  return formatTable([['Case', 'Figure', `At ${commit.slice(0, 7)}`, 'Now', 'Ratio'], ...rows], 2);
}

/** The aim for the whole benchmark: the highest peak of all cases. */
export function memoryAims(cases: readonly CaseFigures[]): Aim[] {
  if (cases.length === 0) return [];
  const peaks = cases.flatMap(({ hostPeakMegabytes }) => hostPeakMegabytes ?? []);
  const aim = `host peak memory under ${mostHostMegabytes} MB`;
  if (peaks.length === 0) return [{ aim, figure: '-', reached: null }];
  const peak = Math.max(...peaks);
  return [{ aim, figure: `${peak} MB`, reached: peak < mostHostMegabytes }];
}

function figureRows(cases: readonly CaseFigures[]): string[][] {
  const row = (label: string, cell: (figures: CaseFigures) => string) => [label, ...cases.map(cell)];
  return [
    row('Mailboxes', figures => whole(figures.mailboxes)),
    row('Graph requests', figures => whole(figures.graphRequests)),
    ...requestKinds.map(kind => row(`  ${kindLabels[kind]}`, figures => whole(figures.requestsByKind[kind]))),
    row('Target reads', figures => whole(figures.targetReads)),
    row('Round trips', figures => whole(figures.roundTrips)),
    row('Table operations', figures => whole(figures.tableOperations)),
    row('  a mailbox', ({ perMailbox }) => perMailbox?.tableOperations.toFixed(2) ?? '-'),
    row('Messages', figures => whole(figures.messages)),
    row('Wall time, s', figures => figures.wallSeconds.toFixed(2)),
    row('Latency, median, s', ({ latency }) => latency?.p50Seconds.toFixed(2) ?? '-'),
    row('Latency, 99 %, s', ({ latency }) => latency?.p99Seconds.toFixed(2) ?? '-'),
    row('Last message, s', ({ fanOut }) => fanOut?.lastMessageSeconds.toFixed(2) ?? '-'),
    row('Longest message, s', ({ handling }) => handling?.longestSeconds.toFixed(1) ?? '-'),
    row('Capture, requests', ({ capture }) => (capture ? whole(capture.first.requests) : '-')),
    row('  with 10 changes', ({ capture }) => (capture ? whole(capture.tenChanges.requests) : '-')),
    row('Capture, s', ({ capture }) => capture?.first.seconds.toFixed(2) ?? '-'),
    row('  with 10 changes', ({ capture }) => capture?.tenChanges.seconds.toFixed(2) ?? '-'),
    row('Processor time, s', ({ processorSeconds }) => processorSeconds?.toFixed(2) ?? '-'),
    row('  a mailbox, ms', ({ perMailbox }) => perMailbox?.processorMilliseconds?.toFixed(1) ?? '-'),
    row('  a contact, ms', ({ perContact }) => perContact?.processorMilliseconds?.toFixed(2) ?? '-'),
    row('Slot utilisation', ({ slotUtilisation }) => (slotUtilisation > 0 ? slotUtilisation.toFixed(2) : '-')),
    row('Host peak memory, MB', ({ hostPeakMegabytes }) => (hostPeakMegabytes === null ? '-' : `${hostPeakMegabytes}`)),
  ];
}

function formatAims(aims: readonly Aim[]): string {
  const rows = aims.map(({ aim, figure, reached }) => [
    aim,
    figure,
    reached === null ? '-' : reached ? 'ok' : 'missed',
  ]);
  return formatTexts([['Aim', 'Figure', ''], ...rows]);
}

function short(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: 3 });
}

function whole(value: number): string {
  return value.toLocaleString('en');
}
