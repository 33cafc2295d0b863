import type { AppIdentity } from '../../ports/connectionProbes.ts';
import type { ContactList } from '../../settings/contactList.ts';
import type { RefusedList } from '../../settings/settings.ts';
import { adviseOnQueues, adviseOnTables, adviseOnToken, adviseOnWebhook } from './connectionAdvice.ts';
import {
  advised,
  type ConnectionServices,
  type ConnectionStep,
  StepFailed,
  type StepResult,
  tryStep,
} from './connectionSteps.ts';
import { testSource } from './testSource.ts';
import { testTargets } from './testTargets.ts';

/**
 * Tests step by step whether the app reaches what a list needs, and says what to do where it does not. Nothing is
 * written to a mailbox. What does not depend on each other is tried side by side.
 */
export async function testConnection(
  list: ContactList | RefusedList,
  services: ConnectionServices,
): Promise<ConnectionStep[]> {
  const { clock, graphProbe } = services;
  const settings = await tryStep('settings', [], clock, async () => readSettings(list));
  const token = await tryStep('token', [], clock, async () => {
    const value = await advised(() => graphProbe.getToken(), { probe: adviseOnToken });
    return { value, detail: describeIdentity(value) };
  });
  const results = await Promise.all([
    'source' in list ? testSource(list, token, services) : [],
    'source' in list ? testTargets(list, token, services) : [],
    testServices(token.value ?? {}, services),
  ]);
  return [settings, token, ...results.flat()].map(({ step }) => step);
}

function readSettings(list: ContactList | RefusedList): { detail: string; value: undefined } {
  if ('faults' in list) {
    throw new StepFailed({ detail: `The list is refused: ${list.faults.join('; ')}`, remedy: 'Mend CONTACT_LISTS' });
  }
  const paused = 'The list is paused: nothing is captured, written or cleaned up until it is enabled';
  return { detail: list.enabled ? 'The list has no fault' : paused, value: undefined };
}

function testServices(
  identity: AppIdentity,
  { clock, probeTables, probeQueues, webhook }: ConnectionServices,
): Promise<StepResult<void>[]> {
  return Promise.all([
    tryStep('Table Storage', [], clock, async () => {
      const value = await advised(probeTables, { probe: failure => adviseOnTables(failure, identity) });
      return { value, detail: 'The app may read and write' };
    }),
    tryStep('Service Bus', [], clock, async () => {
      const value = await advised(probeQueues, { probe: failure => adviseOnQueues(failure, identity) });
      return { value, detail: 'The app may send to its queues and receive from them' };
    }),
    tryStep('webhook address', [], clock, async () => {
      if (!webhook) return { value: undefined, detail: 'WEBHOOK_URL is not set: the schedule alone finds changes' };
      const value = await advised(webhook.probe, { probe: failure => adviseOnWebhook(failure, webhook.url) });
      return { value, detail: `The app answers at ${webhook.url}, as seen from the app itself` };
    }),
  ]);
}

function describeIdentity({ applicationId, roles = [] }: AppIdentity): string {
  if (applicationId === undefined) return 'There is one';
  const consented = roles.length === 0 ? 'no permission' : roles.join(', ');
  return `There is one for the application ${applicationId}; the tenant has consented to ${consented}`;
}
