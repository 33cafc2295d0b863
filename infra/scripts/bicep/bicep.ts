import { join } from 'node:path';
import { dotnet, runTool, type ToolResult } from '../dotnet.ts';

const project = join(import.meta.dirname, 'bicep.csproj');

/** Where a deployment is computed that goes nowhere: of the right form, and nobody's. */
const nowhere = [
  ...['--tenant-id', '00000000-0000-0000-0000-000000000002'],
  ...['--subscription-id', '00000000-0000-0000-0000-000000000001'],
  ...['--resource-group', 'rg-contoso'],
  ...['--location', 'westeurope'],
  ...['--deployment-name', 'contact-folder-sync'],
];

export interface Bicep {
  /** The template of a .bicep file as JSON text. Rejects with the errors and warnings if there is any. */
  build(file: string): Promise<string>;
  /** Errors and warnings of a .bicep or .bicepparam file and all that it uses, one a line. */
  lint(file: string): Promise<string>;
  /** Writes what a deployment with a .bicepparam file would make beside it, as `<name>.snapshot.json`. */
  snapshot(parameterFile: string): Promise<void>;
  /** How that file differs from what a deployment would make now, for people; empty if it does not. */
  snapshotDifferences(parameterFile: string): Promise<string>;
  run(...args: readonly string[]): Promise<ToolResult>;
}

/** The Bicep CLI at the version of bicep.csproj, fetched as a NuGet package. Needs the .NET SDK. */
export async function openBicep(): Promise<Bicep> {
  await dotnet('restore', project, '--verbosity', 'quiet');
  const path = await dotnet('msbuild', project, '-getProperty:BicepPath');
  const run = (...args: readonly string[]) => runTool(path, args);

  async function clean(...args: readonly string[]): Promise<string> {
    const { succeeded, stdout, stderr } = await run(...args);
    if (!succeeded || stderr !== '') throw new Error(`bicep ${args.join(' ')}: ${stderr}`);
    return stdout;
  }

  return {
    run,
    build: file => clean('build', file, '--stdout'),
    async lint(file) {
      const { stdout, stderr } = await run('lint', file);
      return stdout + stderr;
    },
    async snapshot(parameterFile) {
      await clean('snapshot', parameterFile, ...nowhere);
    },
    async snapshotDifferences(parameterFile) {
      const { succeeded, stdout, stderr } = await run('snapshot', parameterFile, ...nowhere, '--mode', 'validate');
      return succeeded ? '' : stdout + stderr;
    },
  };
}
