import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { StartError } from '../start/startError.ts';

export interface PreviewOptions {
  /** Only the settings are looked at, and nothing is asked. */
  readonly check: boolean;
  /** Undefined: the only list there is. */
  readonly list: string | undefined;
  /** Object id or address; undefined for the totals over all. */
  readonly mailbox: string | undefined;
  readonly settingsFile: string | undefined;
  /** Everything, as JSON. */
  readonly json: boolean;
  /** How many operations the table shows. */
  readonly operations: number;
}

const usage =
  'usage: npm run preview -- [--list ID] [--mailbox ADDRESS] [--operations N] [--json] [--settings FILE], or --check [--json] [--settings FILE]';

/** @throws StartError of one line, for an option that does not exist or cannot be used */
export function readPreviewOptions(args: readonly string[]): PreviewOptions {
  const { check = false, list, mailbox, settings, json = false, operations = '20' } = parse(args);
  const shown = Number(operations);
  if (!Number.isInteger(shown) || shown < 0) throw new StartError(`--operations takes a number; ${usage}`);
  return { check, list, mailbox, settingsFile: settings && resolve(settings), json, operations: shown };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        check: { type: 'boolean' },
        list: { type: 'string' },
        mailbox: { type: 'string' },
        settings: { type: 'string' },
        json: { type: 'boolean' },
        operations: { type: 'string' },
      },
    }).values;
  } catch (error) {
    const problem = error instanceof Error ? error.message.split('. ')[0] : String(error);
    throw new StartError(`${problem?.split('\n')[0]}; ${usage}`);
  }
}
