import { hasDotnet } from '../../infra/scripts/dotnet.ts';

/** Says in its name that it is skipped where there is no .NET SDK. */
export function describeWithDotnet(name: string, tests: () => void): void {
  if (hasDotnet()) describe(name, tests);
  else describe.skip(`${name}: skipped, since there is no .NET SDK 10`, tests);
}
