import { z } from 'zod';
import { type AppSettings, resolveSettings } from './appSettings.ts';
import type { FunctionMetadata } from './functionsCore.ts';
import { HostError } from './hostError.ts';

const httpTriggerSchema = z.object({
  type: z.literal('httpTrigger'),
  name: z.string(),
  methods: z.array(z.string().toUpperCase()).min(1),
  route: z.string().optional(),
  authLevel: z.enum(['anonymous', 'function', 'admin']).default('anonymous'),
});

const timerTriggerSchema = z.object({
  type: z.literal('timerTrigger'),
  name: z.string(),
  schedule: z.string(),
  runOnStartup: z.boolean().default(false),
  useMonitor: z.boolean().default(true),
});

const serviceBusTriggerSchema = z.object({
  type: z.literal('serviceBusTrigger'),
  name: z.string(),
  connection: z.string(),
  queueName: z.string('is required: topics are not supported'),
  isSessionsEnabled: z.literal(false, 'sessions are not supported').optional(),
  cardinality: z.literal('one', 'batches are not supported').optional(),
  sdkBinding: z.literal(false, 'SDK bindings are not supported').optional(),
  autoCompleteMessages: z.boolean().optional(),
});

const triggerSchema = z.discriminatedUnion('type', [httpTriggerSchema, timerTriggerSchema, serviceBusTriggerSchema]);

export type HttpTrigger = z.infer<typeof httpTriggerSchema>;
export type TimerTrigger = z.infer<typeof timerTriggerSchema>;
export type ServiceBusTrigger = z.infer<typeof serviceBusTriggerSchema>;

/** A registered function and its trigger, with `%SETTING%` resolved. */
export interface TriggeredFunction<Trigger = HttpTrigger | TimerTrigger | ServiceBusTrigger> {
  name: string;
  trigger: Trigger;
}

/** Reads a function's bindings. Throws on anything that this host would silently not do. */
export function toTriggeredFunction(metadata: FunctionMetadata, settings: AppSettings): TriggeredFunction {
  const { name, bindings, retryOptions } = metadata;
  if (retryOptions) throw unsupported(name, 'retry policies are not supported');
  const triggers = Object.entries(bindings).filter(([, binding]) => /trigger$/i.test(binding.type));
  for (const [bindingName, binding] of Object.entries(bindings)) {
    if (/trigger$/i.test(binding.type) || binding.type === 'http') continue;
    throw unsupported(name, `the binding ${bindingName} of type ${binding.type} is not supported`);
  }
  const [bindingName, binding] = triggers[0] ?? [];
  const parsed = triggerSchema.safeParse({ ...binding, name: bindingName });
  if (!parsed.success) throw unsupported(name, z.prettifyError(parsed.error));
  try {
    return { name, trigger: resolveTrigger(parsed.data, settings) };
  } catch (error) {
    throw unsupported(name, error instanceof Error ? error.message : String(error));
  }
}

export function isHttp(f: TriggeredFunction): f is TriggeredFunction<HttpTrigger> {
  return f.trigger.type === 'httpTrigger';
}

export function isTimer(f: TriggeredFunction): f is TriggeredFunction<TimerTrigger> {
  return f.trigger.type === 'timerTrigger';
}

export function isServiceBus(f: TriggeredFunction): f is TriggeredFunction<ServiceBusTrigger> {
  return f.trigger.type === 'serviceBusTrigger';
}

function resolveTrigger(trigger: TriggeredFunction['trigger'], settings: AppSettings): TriggeredFunction['trigger'] {
  if (trigger.type === 'timerTrigger') return { ...trigger, schedule: resolveSettings(trigger.schedule, settings) };
  if (trigger.type === 'serviceBusTrigger') {
    return { ...trigger, queueName: resolveSettings(trigger.queueName, settings) };
  }
  return trigger;
}

function unsupported(functionName: string, reason: string): Error {
  return new HostError(`The local functions host cannot run the function ${functionName}: ${reason}`);
}
