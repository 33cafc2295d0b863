/** Loads the built app of a directory as the host does, and prints how many milliseconds that took. */
import { loadApp } from '../local/functions-host/loadApp.ts';

// What the app prints must not mix with the figure.
globalThis.console = new console.Console(process.stderr);
const [directory = ''] = process.argv.slice(2);
process.env.AzureWebJobsScriptRoot = directory;
const start = performance.now();
await loadApp(directory, () => undefined);
process.stdout.write(String(performance.now() - start), () => process.exit(0));
