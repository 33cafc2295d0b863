import type { Code } from '../code.ts';
import { ofType, ownName, type PlannedResource } from '../compiled.ts';
import { plannedSettings } from './settings.ts';

/** Every trigger finds its connection, its queue and its schedule in the settings, and every queue has a function. */
export function findTriggerProblems(plan: readonly PlannedResource[], { functions, host }: Code): string[] {
  const settings = plannedSettings(plan);
  const queues = ofType(plan, 'Microsoft.ServiceBus/namespaces/queues').map(ownName);
  const resolve = (text: string) => text.replaceAll(/%(\w+)%/g, (placeholder, name) => settings[name] ?? placeholder);
  const triggers = functions.flatMap(({ name, bindings }) =>
    Object.values(bindings).map(binding => ({ name, binding: binding as Readonly<Record<string, string>> })),
  );
  const unresolved = triggers.flatMap(({ name, binding }) =>
    [binding.queueName, binding.schedule]
      .filter(text => text !== undefined && resolve(text).includes('%'))
      .map(text => `The function ${name} names ${text}, which is not set`),
  );
  const fromQueues = triggers.filter(({ binding }) => binding.type === 'serviceBusTrigger');
  const unconnected = fromQueues
    .filter(({ binding }) => !(`${binding.connection}__fullyQualifiedNamespace` in settings))
    .map(({ name, binding }) => `The function ${name} uses the connection ${binding.connection}, which is not set`);
  const handled = fromQueues.map(({ binding }) => resolve(binding.queueName ?? ''));
  const withoutQueue = handled.filter(queue => !queues.includes(queue)).map(queue => `The queue ${queue} is not made`);
  const withoutFunction = queues
    .filter(queue => !handled.includes(queue))
    .map(queue => `Nobody handles the queue ${queue}`);
  // A handler that outlives its message's lock would see the message handled twice.
  const { functionTimeout, extensions } = host;
  const renewal = extensions.serviceBus.maxAutoLockRenewalDuration;
  const tooShort =
    renewal < functionTimeout ? [`Locks are renewed for ${renewal}, functions run for ${functionTimeout}`] : [];
  return [...unresolved, ...unconnected, ...withoutQueue, ...withoutFunction, ...tooShort];
}
