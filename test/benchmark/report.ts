import type { Aim } from './benchmarkCase.ts';
import type { BenchmarkFigures, CaseFigures } from './figures.ts';
import { type RequestKind, requestKinds } from './requestKinds.ts';

const kindLabels: Record<RequestKind, string> = {
  contactCreates: 'contact creates',
  contactPatches: 'contact patches',
  contactDeletes: 'contact deletes',
  contactReads: 'contact reads',
  delta: 'delta',
  folders: 'folders',
  directory: 'directory',
  other: 'other',
};

const mostHostMegabytes = 300;

/** The figures and the aims as text, at most 120 characters wide for up to six cases. */
export function formatReport(figures: BenchmarkFigures, aims: readonly Aim[]): string {
  const { setup, cases, bundle } = figures;
  const { directory, contacts, mailboxes, latencyMilliseconds } = setup;
  return [
    `${contacts} contacts (${directory}) into ${mailboxes} mailboxes, ${latencyMilliseconds} ms a Graph request`,
    '',
    formatTable([['', ...Object.keys(cases)], ...figureRows(Object.values(cases))]),
    '',
    `Bundle: ${bundle.megabytes.toFixed(2)} MB, loaded in ${bundle.loadSeconds.toFixed(2)} s`,
    '',
    formatAims(aims),
    '',
  ].join('\n');
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
    row('Graph requests', figures => whole(figures.graphRequests)),
    ...requestKinds.map(kind => row(`  ${kindLabels[kind]}`, figures => whole(figures.requestsByKind[kind]))),
    row('Target reads', figures => whole(figures.targetReads)),
    row('Round trips', figures => whole(figures.roundTrips)),
    row('Table operations', figures => whole(figures.tableOperations)),
    row('Messages', figures => whole(figures.messages)),
    row('Wall time, s', figures => figures.wallSeconds.toFixed(2)),
    row('Latency, median, s', ({ latency }) => latency?.p50Seconds.toFixed(2) ?? '-'),
    row('Latency, 99 %, s', ({ latency }) => latency?.p99Seconds.toFixed(2) ?? '-'),
    row('Slot utilisation', ({ slotUtilisation }) => (slotUtilisation > 0 ? slotUtilisation.toFixed(2) : '-')),
    row('Host peak memory, MB', ({ hostPeakMegabytes }) => (hostPeakMegabytes === null ? '-' : `${hostPeakMegabytes}`)),
  ];
}

/** Columns of numbers below their headings; the first column is text. */
function formatTable(rows: readonly (readonly string[])[]): string {
  const widths = columnWidths(rows);
  const lines = rows.map(row =>
    row
      .map((cell, index) => (index === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[index] ?? 0)))
      .join('   '),
  );
  const [heading = '', ...body] = lines;
  return [heading, '-'.repeat(heading.length), ...body].join('\n');
}

function formatAims(aims: readonly Aim[]): string {
  const rows = aims.map(({ aim, figure, reached }) => [
    aim,
    figure,
    reached === null ? '-' : reached ? 'ok' : 'missed',
  ]);
  const table = [['Aim', 'Figure', ''], ...rows];
  const widths = columnWidths(table);
  return table
    .map(row =>
      row
        .map((cell, index) => cell.padEnd(widths[index] ?? 0))
        .join('   ')
        .trimEnd(),
    )
    .join('\n');
}

function columnWidths(rows: readonly (readonly string[])[]): number[] {
  const columns = rows[0]?.length ?? 0;
  return Array.from({ length: columns }, (_, index) => Math.max(...rows.map(row => row[index]?.length ?? 0)));
}

function whole(value: number): string {
  return value.toLocaleString('en');
}
