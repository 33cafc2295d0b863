export type LogLevel = 'trace' | 'debug' | 'information' | 'warning' | 'error' | 'critical';

/** One line of the host's or the app's log. `source` is a function's name, or `host`. */
export interface LogEntry {
  level: LogLevel;
  source: string;
  message: string;
}

export type Log = (entry: LogEntry) => void;

const levels: LogLevel[] = ['trace', 'debug', 'information', 'warning', 'error', 'critical'];

/** Passes on only entries of at least that level. */
export function fromLevel(minimum: LogLevel, log: Log): Log {
  return entry => {
    if (levels.indexOf(entry.level) >= levels.indexOf(minimum)) log(entry);
  };
}

/** `[level] source: message`, on one line whatever the message holds. */
export function formatLogEntry({ level, source, message }: LogEntry): string {
  return `[${level}] ${source}: ${message.replaceAll(/\s*\r?\n\s*/g, ' | ')}`;
}

/**
 * An error's name, message and causes in one string. Errors of the app may come from another realm (under jest the app
 * lives outside of the test's sandbox), so this looks at their shape and not at their class.
 */
export function describeError(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('message' in error)) return String(error);
  const name = 'name' in error && error.name !== 'Error' ? `${error.name}: ` : '';
  const cause = 'cause' in error && error.cause !== undefined ? ` (cause: ${describeError(error.cause)})` : '';
  return `${name}${error.message}${cause}`;
}
