import { parseIsoDuration } from './isoDuration.ts';

test.each([
  ['PT1M', 60_000],
  ['PT10M', 600_000],
  ['P1D', 86_400_000],
  ['P1DT2H3M4.5S', 93_784_500],
  ['PT0S', 0],
  ['P10675199DT2H48M5.4775807S', 922_337_203_685_477.6],
])('%s is %d milliseconds', (text, milliseconds) => {
  expect(parseIsoDuration(text)).toBeCloseTo(milliseconds, 0);
});

test.each(['', 'P', 'PT', 'P1DT', '1M', 'PT1', 'P1M', 'P1Y', 'P1W', 'PT1H30', 'PT-1M', '00:01:00'])(
  '%j is refused',
  text => {
    expect(() => parseIsoDuration(text)).toThrow('ISO 8601');
  },
);
