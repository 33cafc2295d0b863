import type { Part } from './Meter.tsx';
import { leastHeight, type Scale } from './scales.ts';
import { type Column, CsvButton, Table } from './Table.tsx';

export interface Series {
  readonly tone: Part['tone'];
  readonly name: string;
  /** What is behind its number. */
  readonly href: string;
}

/** A place on the horizontal axis. */
export interface Bar {
  readonly name: string;
  /** One of each series; undefined where nothing is known. */
  readonly values: readonly number[] | undefined;
}

export interface BarChartProps<Row> {
  readonly title: string;
  readonly series: readonly Series[];
  readonly bars: readonly Bar[];
  readonly scale: Scale;
  /** `onTop`: the values of a bar add up. `within`: each begins at the bottom, the smallest first. */
  readonly arranged: 'onTop' | 'within';
  /** The same as a table, with more where there is more. */
  readonly table: { readonly file: string; readonly columns: readonly Column<Row>[]; readonly rows: readonly Row[] };
  keyOf(row: Row): string;
}

/** Numbers over time, and the table of them for whoever does not see it or wants them exactly. */
export function BarChart<Row>(props: BarChartProps<Row>) {
  const { title, series, bars, scale, table, keyOf } = props;
  const latest = bars.findLast(({ values }) => values !== undefined);
  return (
    <figure class="chart">
      <figcaption>
        <h3>{title}</h3>
        <ul class="legend">
          {series.map(({ tone, name, href }, index) => (
            <li key={name}>
              <svg class="meter swatch" viewBox="0 0 1 1" aria-hidden="true">
                <rect class={tone} width="1" height="1" />
              </svg>
              <a href={href}>
                {[latest?.values && scale.show(latest.values[index] ?? 0), name].filter(Boolean).join(' ')}
              </a>
            </li>
          ))}
          <li class="hint">{latest?.name ?? 'nothing yet'}</li>
        </ul>
      </figcaption>
      <Plot {...props} />
      <p class="range hint">
        <span>{bars[0]?.name}</span>
        <span>{bars.at(-1)?.name}</span>
      </p>
      <details>
        <summary>{title} as a table</summary>
        <Table caption={title} columns={table.columns} rows={table.rows} keyOf={keyOf} />
        <CsvButton name={table.file} columns={table.columns} readAll={async () => table.rows} />
      </details>
    </figure>
  );
}

const top = 100;

function Plot<Row>({ title, series, bars, scale, arranged }: BarChartProps<Row>) {
  const describe = ({ name, values }: Bar) =>
    values
      ? `${name}: ${series.map((each, index) => `${scale.show(values[index] ?? 0)} ${each.name}`).join(', ')}`
      : `${name}: not known`;
  const known = bars.filter(({ values }) => values !== undefined);
  const words = `${title}. ${known.slice(-1).map(describe)}. All numbers are in the table below.`;
  return (
    <div class="plot">
      {scale.ticks.map(({ at, text }) => (
        <span key={text} class="tick" style={{ bottom: `${top * at}%` }}>
          {text}
        </span>
      ))}
      <svg
        class="meter bars"
        viewBox={`0 0 ${bars.length} ${top}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={words}
      >
        {scale.ticks.map(({ at }) => (
          <line key={at} class="grid" x1="0" x2={bars.length} y1={top * (1 - at)} y2={top * (1 - at)} />
        ))}
        {bars.map((bar, index) => (
          <g key={bar.name}>
            <title>{describe(bar)}</title>
            <rect class="reach" x={index} width="1" height={top} />
            {partsOf(bar.values ?? [], scale, arranged).map(({ from, to }, part) => (
              <rect
                key={series[part]?.name}
                class={series[part]?.tone}
                x={index + 0.1}
                width="0.8"
                y={top * (1 - to)}
                height={top * (to - from)}
              />
            ))}
          </g>
        ))}
      </svg>
    </div>
  );
}

/** What is there at all is seen, be it one of ten thousand. */
function partsOf(values: readonly number[], { heightOf }: Scale, arranged: 'onTop' | 'within') {
  let sum = 0;
  let end = 0;
  return values.map(value => {
    if (value === 0) return { from: end, to: end };
    sum = arranged === 'onTop' ? sum + value : value;
    const from = end;
    end = Math.max(heightOf(sum), Math.min(from + leastHeight, 1));
    return { from: Math.min(from, end - leastHeight), to: end };
  });
}
