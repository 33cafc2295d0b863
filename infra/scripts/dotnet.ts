import { execFile, spawnSync } from 'node:child_process';

/** Nothing is told to Microsoft, and no process of the compiler stays behind. */
const quiet = {
  DOTNET_CLI_TELEMETRY_OPTOUT: '1',
  DOTNET_NOLOGO: '1',
  POWERSHELL_TELEMETRY_OPTOUT: '1',
  POWERSHELL_UPDATECHECK: 'Off',
  MSBUILDDISABLENODEREUSE: '1',
  DOTNET_CLI_USE_MSBUILD_SERVER: '0',
  UseSharedCompilation: 'false',
};

/** What a tool wrote, and how it ended. */
export interface ToolResult {
  readonly succeeded: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ToolPlace {
  readonly directory?: string;
  /** Added to that of this process. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** Whether the .NET SDK 10 or a later one is on the path. */
export function hasDotnet(): boolean {
  const { status, stdout } = spawnSync('dotnet', ['--version'], {
    encoding: 'utf8',
    env: { ...process.env, ...quiet },
  });
  return status === 0 && Number.parseInt(stdout, 10) >= 10;
}

/** Runs `dotnet`. Rejects with what it wrote when it fails. */
export async function dotnet(...args: readonly string[]): Promise<string> {
  const { succeeded, stdout, stderr } = await runTool('dotnet', args);
  if (!succeeded) throw new Error(`dotnet ${args.join(' ')}: ${stdout}${stderr}`);
  return stdout.trim();
}

/** Runs a tool that `dotnet` brought. Rejects only when it cannot be started. */
export function runTool(
  file: string,
  args: readonly string[],
  { directory, environment }: ToolPlace = {},
): Promise<ToolResult> {
  const env = { ...process.env, ...quiet, ...environment };
  return new Promise((resolve, reject) => {
    execFile(file, [...args], { cwd: directory, env, maxBuffer: 50_000_000 }, (error, stdout, stderr) => {
      if (error && typeof error.code !== 'number') reject(error);
      else resolve({ succeeded: error === null, stdout, stderr });
    });
  });
}
