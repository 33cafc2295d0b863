import type Module from 'node:module';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { readAppFile, requireBuilt } from './appFile.ts';
import { createFunctionsCore, type FunctionsCore } from './functionsCore.ts';
import { HostError } from './hostError.ts';
import type { Log } from './log.ts';
import { nodeProcess } from './nodeProcess.ts';

const packageSchema = z.object({ main: z.string() });

/**
 * Loads a built app (a folder with a `package.json` whose `main` is a CommonJS module) the way the Node worker does:
 * its `require('@azure/functions-core')` is answered with this host's module.
 *
 * Throws what the app throws while it loads, and an error when it registers no function: Azure would start such an app
 * and report "No job functions found".
 */
export async function loadApp(appDirectory: string, log: Log): Promise<FunctionsCore> {
  const main = findMain(resolve(appDirectory));
  const core = createFunctionsCore(log);
  requireWith(core, main);
  await core.started(appDirectory);
  if (core.functions().length === 0) throw new HostError(`No functions found: ${main} registered none.`);
  return core;
}

function findMain(appDirectory: string): string {
  const main = join(appDirectory, packageSchema.parse(readAppFile(join(appDirectory, 'package.json'))).main);
  requireBuilt(main);
  return main;
}

/**
 * The app is loaded by Node itself, also under jest, whose `require` would take it into its own module registry. What it
 * loaded leaves the module cache again, so that a later host in this process gets a fresh app.
 */
function requireWith(core: FunctionsCore, main: string): void {
  const nodeModule = nodeProcess.getBuiltinModule('node:module');
  const require = nodeModule.createRequire(main);
  const loadedBefore = new Set(Object.keys(require.cache));
  const prototype = nodeModule.prototype as { require(this: Module, id: string): unknown };
  const original = prototype.require;
  prototype.require = function (id) {
    return id === '@azure/functions-core' ? core.module : original.call(this, id);
  };
  try {
    require(main);
  } finally {
    prototype.require = original;
    for (const file of Object.keys(require.cache)) if (!loadedBefore.has(file)) delete require.cache[file];
  }
}
