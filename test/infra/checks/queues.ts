import type { Code } from '../code.ts';
import { ofType, ownName, type PlannedResource } from '../compiled.ts';
import { plannedSettings } from './settings.ts';

/** Queues and tables have the names that the settings and the code give them, and the queues what the code relies on. */
export function findQueueProblems(plan: readonly PlannedResource[], code: Code): string[] {
  const planned = new Map(
    ofType(plan, 'Microsoft.ServiceBus/namespaces/queues').map(queue => [ownName(queue), queue.properties ?? {}]),
  );
  const settings = Object.entries(plannedSettings(plan)).filter(([name]) => name.endsWith('_QUEUE'));
  const unnamed = settings
    .filter(([, queue]) => !planned.has(queue))
    .map(([name, queue]) => `The setting ${name} names the queue ${queue}, which is not made`);
  const unused = [...planned.keys()]
    .filter(queue => !settings.some(([, value]) => value === queue))
    .map(queue => `The queue ${queue} is made, and no setting names it`);
  const different = code.queues.flatMap(({ name, properties }) =>
    Object.entries(properties)
      .map(([property, value]) => ({ property, value, given: planned.get(name)?.[camelCase(property)] }))
      .filter(({ value, given }) => given !== value)
      .map(({ property, value, given }) => `${property} of the queue ${name} is ${given}, and ${value} locally`),
  );
  return [...unnamed, ...unused, ...different, ...findTableProblems(plan, code)];
}

function findTableProblems(plan: readonly PlannedResource[], { tableNames }: Code): string[] {
  const planned = ofType(plan, 'Microsoft.Storage/storageAccounts/tableServices/tables').map(ownName);
  return [
    ...tableNames.filter(name => !planned.includes(name)).map(name => `The table ${name} is used and not made`),
    ...planned.filter(name => !tableNames.includes(name)).map(name => `The table ${name} is made and not used`),
  ];
}

function camelCase(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}
