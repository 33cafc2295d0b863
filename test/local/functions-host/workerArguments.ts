import type { AppSettings } from './appSettings.ts';

const settingName = 'languageWorkers__node__arguments';

/**
 * Starts this process again, under its own id, with the node arguments that the settings give to the worker: the
 * functions host passes them on to the node process that runs the app. Nothing happens where node cannot replace a
 * process (Windows), or when they are there already.
 */
export function applyWorkerArguments(settings: AppSettings): void {
  const wanted = (settings[settingName] ?? '').split(/\s+/).filter(Boolean);
  const missing = wanted.filter(argument => !process.execArgv.includes(argument));
  if (missing.length === 0 || process.platform === 'win32' || !process.execve) return;
  const command = [process.execPath, ...process.execArgv, ...missing, ...process.argv.slice(1)];
  process.execve(process.execPath, command, process.env as Record<string, string>);
}
