import { hasDotnet } from '../../infra/scripts/dotnet.ts';

/** Skipped where there is no .NET SDK, which is said aloud: jest names no file of which all is skipped. */
export function describeWithDotnet(name: string, tests: () => void): void {
  if (hasDotnet()) {
    describe(name, tests);
    return;
  }
  process.stderr.write(`${name}: skipped, since there is no .NET SDK 10.\n`);
  describe.skip(name, tests);
}
