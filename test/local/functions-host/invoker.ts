import type { FunctionsCore, InvocationRequest, InvocationResponse } from './functionsCore.ts';
import { describeError, type Log } from './log.ts';

/** Runs a function once and logs how it went; rejects with what the handler threw. */
export type Run = (functionName: string, request: InvocationRequest) => Promise<InvocationResponse>;

/**
 * An invocation beyond `timeoutMilliseconds` (functionTimeout in host.json) is logged as an error. Azure would restart
 * the worker; here it goes on.
 */
export function createInvoker(core: FunctionsCore, timeoutMilliseconds: number | undefined, log: Log): Run {
  return async (functionName, request) => {
    const startedAt = performance.now();
    const timeout =
      timeoutMilliseconds === undefined
        ? undefined
        : setTimeout(
            () => log({ level: 'error', source: functionName, message: `Timed out after ${timeoutMilliseconds} ms` }),
            timeoutMilliseconds,
          ).unref();
    try {
      const response = await core.invoke(functionName, request);
      const milliseconds = Math.round(performance.now() - startedAt);
      log({ level: 'information', source: functionName, message: `Succeeded in ${milliseconds} ms` });
      return response;
    } catch (error) {
      log({ level: 'error', source: functionName, message: `Failed: ${describeError(error)}` });
      throw error;
    } finally {
      clearTimeout(timeout);
    }
  };
}
