import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { StartError } from './startError.ts';

export interface StartOptions {
  /** Exit after the first run. */
  readonly once: boolean;
  readonly dataDirectory: string | undefined;
  readonly settingsFile: string | undefined;
  /** Of the functions host; 0 for any free one, undefined for the usual one if it is free. */
  readonly port: number | undefined;
}

const usage = 'usage: npm start -- [--once] [--data DIR] [--settings FILE] [--port N]';

/** @throws StartError of one line, for an option that does not exist or cannot be used */
export function readOptions(args: readonly string[]): StartOptions {
  const { values, positionals } = parse(args);
  const [stray] = positionals;
  if (stray !== undefined) throw new StartError(`There is no argument ${stray}; ${usage}`);
  const port = values.port === undefined ? undefined : Number(values.port);
  if (port !== undefined && (!Number.isInteger(port) || port < 0 || port > 65_535)) {
    throw new StartError(`--port takes a number from 0 to 65535; ${usage}`);
  }
  return {
    once: values.once ?? false,
    dataDirectory: values.data && resolve(values.data),
    settingsFile: values.settings && resolve(values.settings),
    port,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        once: { type: 'boolean' },
        data: { type: 'string' },
        settings: { type: 'string' },
        port: { type: 'string' },
      },
    });
  } catch (error) {
    const problem = error instanceof Error ? error.message.split('. ')[0] : String(error);
    throw new StartError(`${problem?.split('\n')[0]}; ${usage}`);
  }
}
