import { parseArgs } from 'node:util';

export interface CheckOptions {
  readonly mailbox: string;
  readonly webhook: string | undefined;
  readonly settingsFile: string | undefined;
}

/** What the operator can mend: its message is all there is to say. */
export class OptionError extends Error {
  override readonly name = 'OptionError';
}

const usage =
  'usage: node infra/scripts/firstDeploymentCheck.ts --mailbox ADDRESS [--webhook https://APP] [--settings FILE]';

/** @throws OptionError of one line, for an option that is missing, does not exist or cannot be used */
export function readOptions(args: readonly string[]): CheckOptions {
  const { mailbox, webhook, settings } = parse(args);
  if (!mailbox) throw new OptionError(`Name a mailbox of its own for this, with --mailbox; ${usage}`);
  if (webhook !== undefined && !URL.canParse(webhook))
    throw new OptionError(`--webhook takes the app's address; ${usage}`);
  return { mailbox, webhook: webhook?.replace(/\/+$/, ''), settingsFile: settings };
}

function parse(args: readonly string[]) {
  const options = { mailbox: { type: 'string' }, webhook: { type: 'string' }, settings: { type: 'string' } } as const;
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    const [problem] = (error instanceof Error ? error.message : String(error)).split(/\. |\n/);
    throw new OptionError(`${problem}; ${usage}`);
  }
}
