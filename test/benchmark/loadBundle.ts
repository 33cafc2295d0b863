/** Loads the built app of a directory as the host does, and prints how many milliseconds that took. */
import { loadApp } from '../local/functions-host/loadApp.ts';

const [directory = ''] = process.argv.slice(2);
process.env.AzureWebJobsScriptRoot = directory;
const start = performance.now();
await loadApp(directory, () => undefined);
process.stdout.write(String(performance.now() - start), () => process.exit(0));
