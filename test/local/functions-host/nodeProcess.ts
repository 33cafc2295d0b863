import { runInThisContext } from 'node:vm';

/**
 * The `process` of Node itself. Under jest a module sees a copy, with an environment and a module loader of the test's
 * own; the app has to get what it gets in production.
 */
export const nodeProcess: NodeJS.Process = runInThisContext('process');
