import type { TestEvents, TestRunnerOptions, TestWatcher } from 'jest-runner';
import JestRunner from 'jest-runner';

// Its types are of the CommonJS build, whose default export lies a level deeper.
const Runner = JestRunner as unknown as typeof JestRunner.default;

type Tests = Parameters<JestRunner.default['runTests']>[0];

/**
 * Ends with the first test file that fails, for a mutant is killed by then, and asks the mutated file's own tests first.
 * Jest's `bail` ends the process instead (jestjs/jest#11766), so Stryker cannot use it.
 */
// biome-ignore lint/style/noDefaultExport: jest calls the default export of its runner
export default class UntilFailure extends Runner {
  override async runTests(tests: Tests, watcher: TestWatcher, options: TestRunnerOptions): Promise<void> {
    let hasFailed = false;
    this.on('test-file-failure', () => {
      hasFailed = true;
    });
    this.on('test-file-success', ([, result]: TestEvents['test-file-success']) => {
      hasFailed ||= result.numFailingTests > 0 || result.testExecError !== undefined;
    });
    for (const test of this.ownFirst(tests)) {
      if (hasFailed) return;
      await super.runTests([test], watcher, options);
    }
  }

  private ownFirst(tests: Tests): Tests {
    // Stryker asks for the tests that are related to the mutated file.
    const names = new Set(this._globalConfig.nonFlagArgs.map(file => nameOf(file)));
    return tests.toSorted(
      (left, right) => Number(names.has(nameOf(right.path))) - Number(names.has(nameOf(left.path))),
    );
  }
}

function nameOf(path: string): string {
  return path.replace(/^.*\//, '').replace(/(\.test)?\.ts$/, '');
}
