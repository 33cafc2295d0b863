import fc from 'fast-check';

/** An expression, and the time after which its occurrences are asked for. */
export type Question = readonly [expression: string, start: string];

const howMany = 1000;
const seed = 34;
const starts = [
  '2026-11-02T10:00:30Z',
  '2026-12-31T23:59:59Z',
  '2027-02-28T23:59:00Z',
  '2028-02-29T00:00:00Z',
  '2026-01-31T12:34:56Z',
];

const months = ['Jan', 'feb', 'MARCH', 'Ap', 'Ma', 'Ju', 'December', 'o', 'Janu', 'Sept'];
const weekdays = ['Sun', 'mon', 'TUE', 'Wednesday', 'S', 'T', 'Th', 'Fr', 'sat', 'Mond'];

/** Rare values are those that the grammars of other programs have, or that none has. */
function value(least: number, most: number, names: readonly string[]): fc.Arbitrary<string> {
  const within = fc.integer({ min: least, max: most }).map(String);
  return fc.oneof(
    { weight: 50, arbitrary: names.length > 0 ? fc.oneof(within, fc.constantFrom(...names)) : within },
    {
      weight: 1,
      arbitrary: fc.constantFrom(String(most + 1), String(least - 1), '00', '07', '?', 'L', '', 'x', '1#2'),
    },
  );
}

function element(least: number, most: number, names: readonly string[]): fc.Arbitrary<string> {
  const one = value(least, most, names);
  const range = fc.oneof(
    { weight: 3, arbitrary: fc.constant('*') },
    { weight: 4, arbitrary: one },
    { weight: 3, arbitrary: fc.tuple(one, one).map(ends => ends.join('-')) },
  );
  const step = fc.oneof(
    { weight: 30, arbitrary: fc.constant('') },
    { weight: 15, arbitrary: fc.integer({ min: 1, max: most }).map(size => `/${size}`) },
    { weight: 1, arbitrary: fc.constantFrom('/0', '/', '/99', '/-2', '/+2', '/x', '/2/3', '/2147483648') },
  );
  return fc.tuple(range, step).map(parts => parts.join(''));
}

function field(least: number, most: number, names: readonly string[] = []): fc.Arbitrary<string> {
  const one = element(least, most, names);
  return fc.oneof(
    { weight: 2, arbitrary: fc.constant('*') },
    { weight: 6, arbitrary: one },
    { weight: 2, arbitrary: fc.array(one, { minLength: 2, maxLength: 3 }).map(elements => elements.join(',')) },
  );
}

const six = fc
  .tuple(field(0, 59), field(0, 59), field(0, 23), field(1, 31), field(1, 12, months), field(0, 6, weekdays))
  .map(fields => fields.join(' '));
const expression = fc.oneof(
  { weight: 30, arbitrary: six },
  { weight: 1, arbitrary: six.map(text => text.slice(2)) },
  { weight: 1, arbitrary: six.map(text => `${text} 2026`) },
  { weight: 1, arbitrary: six.map(text => ` ${text.replaceAll(' ', '  ')} `) },
);

/** What somebody would write, and what somebody was surprised by. */
const chosen = [
  '0 */5 * * * *',
  '*/30 * * * * *',
  '0 0 3 * * 0',
  '0 0 0 * * Fri-Sun',
  '0 0 0 * * Mon-Sun',
  '0 0 0 * * Sat-Sun',
  '0 0 0 * * Mon-Fri',
  '0 0 0 * * 1-7',
  '0 5/15 * * * *',
  '0 0 22-6 * * *',
  '0 0 0 31 2 *',
  '0 0 0 30 Feb *',
  '0 0 0 31 4,6,9,11 *',
  '0 0 0 29 2 *',
  '0 0 0 29 2 Mon',
  '0 0 0 13 * 5',
  '0 0 0 1 1 * *',
  '* * * * *',
  '@weekly',
  '',
  '0 0 0 L * *',
  '0 ,5 * * * *',
  '0 5, * * * *',
  '0 5-5 * * * *',
  '0 5\t * * * *',
  '0 \t5 * * * *',
  '0 +5 * * * *',
  '0 5--7 * * * *',
  '0 1-2-3 * * * *',
  '0 /5 * * * *',
  '0 **/5 * * * *',
  '0 */5,7 * * * *',
  '0 59/1 * * * *',
  '0 60/5 * * * *',
  '0 0 0 0/5 * *',
  '0 0 0 1 J *',
  '0 0 0 1 Ju-Ja *',
  '0 0 0 1 Januaryy *',
  '0 0 0 1 * Sundays',
  '0 2147483648 * * * *',
];

/** The same every time. */
export function makeQuestions(): Question[] {
  const generated = fc.sample(expression, { numRuns: howMany, seed });
  const expressions = [...new Set([...chosen, ...generated])];
  return expressions.map((text, index) => [text, starts[index % starts.length] ?? ''] as const);
}
