import type { Aim, AloneCase } from '../benchmarkCase.ts';
import { measureCapture } from '../captures/measureCapture.ts';
import {
  type MakeSource,
  makeCsv,
  makeDatabase,
  makeDirectory,
  makeExchangeMailbox,
  makePublicFolder,
} from '../captures/measuredSource.ts';
import type { CaseFigures } from '../figures.ts';

const mostMegabytes = 300;
/** Of what the first capture took: a source that tells its changes, and one that is compared as a whole. */
const mostShares = { delta: 0.05, compare: 0.3 };

type Kind = keyof typeof mostShares;

/** Sources of every kind, full at first and then with ten changes. */
export const captures: readonly AloneCase[] = [
  captureCase('captureDirectory', 'the directory', 20_000, 'delta', makeDirectory),
  captureCase('captureCsv', 'a CSV file', 20_000, 'compare', makeCsv),
  captureCase('captureSql', 'a database', 20_000, 'compare', makeDatabase),
  captureCase('captureEws', 'an Exchange mailbox', 5_000, 'delta', makeExchangeMailbox),
  captureCase('captureEwsPublic', 'an Exchange public folder', 5_000, 'compare', makePublicFolder),
];

function captureCase(name: string, what: string, contacts: number, kind: Kind, makeSource: MakeSource): AloneCase {
  return {
    name,
    title: `capture of ${what}, then with 10 changes`,
    family: 'capture',
    size: { of: 'contacts', count: contacts },
    async runAlone(count) {
      const figures = await measureCapture(makeSource, count);
      return { figures, aims: aimsOf(figures, kind) };
    },
  };
}

function aimsOf({ hostPeakMegabytes, capture }: CaseFigures, kind: Kind): Aim[] {
  if (!capture) return [];
  const { first, tenChanges } = capture;
  const most = mostShares[kind];
  const share = (figure: keyof typeof first) => {
    const reached = tenChanges[figure] <= most * first[figure];
    return {
      aim: `${figure} with 10 changes at most ${most * 100} % of the first time`,
      figure: `${tenChanges[figure]} of ${first[figure]}`,
      reached,
    };
  };
  return [
    {
      aim: `under ${mostMegabytes} MB`,
      figure: `${hostPeakMegabytes ?? '-'} MB`,
      reached: hostPeakMegabytes === null ? null : hostPeakMegabytes < mostMegabytes,
    },
    share('seconds'),
    // What is compared as a whole is read as a whole.
    ...(kind === 'delta' ? [share('requests')] : []),
  ];
}
