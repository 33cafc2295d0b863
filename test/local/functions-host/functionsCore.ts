/**
 * A stand-in for `@azure/functions-core`, the module that the Node worker of Azure Functions injects into an app's
 * `require`. `@azure/functions` registers functions, hooks and its programming model with it; every conversion between
 * trigger data and a handler's arguments is done by that library's own code, which is what makes a local run honest.
 * Its contract: https://github.com/Azure/azure-functions-nodejs-worker, `types-core/index.d.ts`.
 */
import { randomUUID } from 'node:crypto';
import { HostError } from './hostError.ts';
import type { Log, LogLevel } from './log.ts';

/** A value on its way to or from a handler, in the worker's protocol: one of these is set. */
export interface TypedData {
  string?: string;
  json?: string;
  bytes?: Uint8Array;
  int?: number;
  double?: number;
  http?: HttpData;
}

/** An HTTP request (with `method` and `url`) or response (with `statusCode`) in the worker's protocol. */
export interface HttpData {
  method?: string;
  url?: string;
  nullableHeaders?: Record<string, { value: string }>;
  nullableParams?: Record<string, { value: string }>;
  statusCode?: string;
  headers?: Record<string, string>;
  cookies?: HttpCookie[];
  body?: TypedData | null;
}

/** A response's cookie in the worker's protocol. */
export interface HttpCookie {
  name: string;
  value: string;
  domain?: { value: string };
  path?: { value: string };
  expires?: { value: { seconds: number } };
  secure?: { value: boolean };
  httpOnly?: { value: boolean };
  sameSite?: 'none' | 'lax' | 'strict' | 'explicitNone';
  maxAge?: { value: number };
}

export interface InvocationRequest {
  inputData: { name: string; data: TypedData }[];
  triggerMetadata?: Record<string, TypedData>;
}

export interface InvocationResponse {
  returnValue?: TypedData | null;
}

export interface FunctionMetadata {
  name: string;
  bindings: Record<string, { type: string; direction?: string }>;
  retryOptions?: unknown;
}

export interface FunctionsCore {
  /** What the app's `require('@azure/functions-core')` gets. */
  module: unknown;
  functions(): FunctionMetadata[];
  /** Ends registration, as the worker does once the app's modules are loaded. Runs the appStart hooks. */
  started(appDirectory: string): Promise<void>;
  /** Runs the hooks and the handler; rejects with what the handler throws. */
  invoke(functionName: string, request: InvocationRequest): Promise<InvocationResponse>;
  /** Runs the appTerminate hooks. */
  terminate(): Promise<void>;
}

type Callback = (...values: unknown[]) => unknown;
type HookName = 'appStart' | 'appTerminate' | 'preInvocation' | 'postInvocation' | 'log';

interface InvocationModel {
  getArguments(): Promise<{ context: unknown; inputs: unknown[] }>;
  invokeFunction(context: unknown, inputs: unknown[], callback: Callback): Promise<unknown>;
  getResponse(context: unknown, result: unknown): Promise<InvocationResponse>;
}

interface ProgrammingModel {
  getInvocationModel(coreContext: unknown): InvocationModel | Promise<InvocationModel>;
  getCapabilities?(capabilities: Record<string, string>): Promise<Record<string, string>>;
}

export function createFunctionsCore(log: Log): FunctionsCore {
  const functions = new Map<string, { metadata: FunctionMetadata; callback: Callback }>();
  const hooks: Record<HookName, Callback[]> = {
    appStart: [],
    appTerminate: [],
    preInvocation: [],
    postInvocation: [],
    log: [],
  };
  const appHookData = {};
  const appLevelHookData = {};
  let programmingModel: ProgrammingModel | undefined;
  let registrationIsOver = false;

  function writeLog(source: string, level: LogLevel, category: string, message: string, invocationContext?: unknown) {
    const context = { hookData: appLevelHookData, appHookData, level, category, message, invocationContext };
    for (const hook of hooks.log) hook(context);
    log({ level: context.level, source, message: context.message });
  }

  async function runHooks(name: HookName, context: unknown): Promise<void> {
    for (const hook of [...hooks[name]]) await hook(context);
  }

  function registerHook(name: HookName, callback: Callback): Disposable {
    if (!hooks[name]) throw systemError(new RangeError(`Unrecognized hook "${name}"`));
    hooks[name].push(callback);
    return new Disposable(() => hooks[name].splice(hooks[name].indexOf(callback), 1));
  }

  function registerFunction(metadata: FunctionMetadata, callback: Callback): Disposable {
    const { name } = metadata;
    if (registrationIsOver) throw systemError(new Error('A function can only be registered during app startup.'));
    if (functions.has(name)) throw systemError(new Error(`A function named "${name}" has already been registered.`));
    functions.set(name, { metadata, callback });
    return new Disposable(() => functions.delete(name));
  }

  async function invoke(functionName: string, request: InvocationRequest): Promise<InvocationResponse> {
    const registered = functions.get(functionName);
    if (!registered || !programmingModel) throw new Error(`No function named "${functionName}" is loaded.`);
    const invocationId = randomUUID();
    let context: unknown;
    const coreContext = {
      invocationId,
      request: { ...request, invocationId, functionId: functionName },
      metadata: structuredClone(registered.metadata),
      state: undefined as string | undefined,
      log: (level: LogLevel, category: string, message: string) =>
        writeLog(functionName, level, category, message, context),
    };
    const model = await programmingModel.getInvocationModel(coreContext);
    const invocation = await model.getArguments();
    context = invocation.context;

    const shared = { hookData: {}, appHookData, invocationContext: context };
    const before = { ...shared, inputs: invocation.inputs, functionCallback: registered.callback };
    coreContext.state = 'preInvocationHooks';
    await runHooks('preInvocation', before);

    const after: { inputs: unknown[]; result: unknown; error: unknown } = {
      ...shared,
      inputs: before.inputs,
      result: null,
      error: null,
    };
    coreContext.state = 'invocation';
    try {
      after.result = await model.invokeFunction(context, before.inputs, before.functionCallback);
    } catch (error) {
      after.error = error ?? new Error(`The handler threw ${error}.`);
    }
    coreContext.state = 'postInvocationHooks';
    await runHooks('postInvocation', after);
    coreContext.state = undefined;
    if (after.error) throw after.error;
    return model.getResponse(context, after.result);
  }

  async function started(functionAppDirectory: string): Promise<void> {
    await runHooks('appStart', { functionAppDirectory, hookData: appLevelHookData, appHookData });
    const capabilities = (await programmingModel?.getCapabilities?.({})) ?? {};
    if (capabilities.HttpUri) {
      throw new HostError('The local functions host does not support app.setup({ enableHttpStream: true }).');
    }
    registrationIsOver = true;
  }

  return {
    module: {
      version: '3.12.0',
      hostVersion: '4.1042.100',
      Disposable,
      registerFunction,
      registerHook,
      setProgrammingModel(model: ProgrammingModel) {
        programmingModel = model;
      },
      getProgrammingModel: () => programmingModel,
      log: (level: LogLevel, category: string, message: string) => writeLog('host', level, category, message),
    },
    functions: () => [...functions.values()].map(({ metadata }) => metadata),
    started,
    invoke,
    terminate: () => runHooks('appTerminate', { hookData: appLevelHookData, appHookData }),
  };
}

class Disposable {
  #dispose: (() => unknown) | undefined;

  constructor(dispose: () => unknown) {
    this.#dispose = dispose;
  }

  static from(...disposables: Disposable[]): Disposable {
    return new Disposable(() => {
      for (const disposable of disposables) disposable.dispose();
    });
  }

  dispose(): void {
    this.#dispose?.();
    this.#dispose = undefined;
  }
}

/** The mark by which `@azure/functions` tells the worker's errors from the app's. */
function systemError(error: Error): Error {
  return Object.assign(error, { isAzureFunctionsSystemError: true });
}
