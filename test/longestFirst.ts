import TestSequencer from '@jest/test-sequencer';

// Its types are of the CommonJS build, whose default export lies a level deeper.
const Sequencer = TestSequencer as unknown as typeof TestSequencer.default;

type Tests = Parameters<TestSequencer.default['sort']>[0];

/** What takes longest, as parts of paths. */
const longest = [
  '/browser/',
  '/dotnet/',
  '/versions/',
  '/processes/',
  '/convergence-real/',
  '/behaviour/congress',
  '/convergence/',
  '/behaviour/',
  '/end-to-end/',
];

/** Starts what takes longest first, also where it has not run before: nothing long is left for one core at the end. */
// biome-ignore lint/style/noDefaultExport: jest calls the default export of its sequencer
export default class LongestFirst extends Sequencer {
  override async sort(tests: Tests): Promise<Tests> {
    const ordered = await super.sort(tests);
    return ordered.toSorted((left, right) => rankOf(left.path) - rankOf(right.path));
  }
}

function rankOf(path: string): number {
  const rank = longest.findIndex(part => path.includes(part));
  return rank < 0 ? longest.length : rank;
}
