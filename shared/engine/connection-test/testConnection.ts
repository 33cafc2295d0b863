import {
  adviseOnQueues,
  adviseOnTables,
  adviseOnToken,
  adviseOnWebhook,
} from '../../connection-steps/connectionAdvice.ts';
import { advised, type Found, StepFailed, tryStep } from '../../connection-steps/connectionSteps.ts';
import type { AppIdentity } from '../../ports/connectionProbes.ts';
import type { ConnectionStep, StepResult } from '../../ports/connectionStep.ts';
import type { ContactList } from '../../settings/contactList.ts';
import type { RefusedList } from '../../settings/parseContactLists.ts';
import { describeNextTimes, findScheduleFault } from '../../settings/schedule.ts';
import { testContactSource } from '../../sources/index.ts';
import type { ConnectionServices } from './connectionServices.ts';
import { testNotices } from './testNotices.ts';
import { testPhotoStorage } from './testPhotoStorage.ts';
import { testTargets } from './testTargets.ts';

/**
 * Tests step by step whether the app reaches what a list needs, and says what to do where it does not. Nothing is
 * written to a mailbox. What does not depend on each other is tried side by side.
 */
export async function testConnection(
  list: ContactList | RefusedList,
  services: ConnectionServices,
): Promise<ConnectionStep[]> {
  const { clock, probes } = services;
  const settings = await tryStep('settings', [], clock, async () => readSettings(list, services));
  const schedules = await testSchedules(services);
  const token = await tryStep('token', [], clock, async () => {
    const value = await advised(() => probes.graph.getToken(), { probe: adviseOnToken });
    return { value, detail: describeIdentity(value) };
  });
  const results = await Promise.all([
    'sources' in list ? testSources(list, token, services) : [],
    'sources' in list ? testTargets(list, token, services) : [],
    testServices(token.value ?? {}, services),
    testNotices(token.value ?? {}, services),
    'sources' in list && list.photos ? testPhotoStorage(token.value ?? {}, services) : [],
  ]);
  return [settings, ...schedules, token, ...results.flat()].map(({ step }) => step);
}

function readSettings(list: ContactList | RefusedList, { settingsNotes }: ConnectionServices): Found<undefined> {
  if ('faults' in list) {
    throw new StepFailed({
      detail: `The list is refused: ${list.faults.join('; ')}`,
      remedy: 'Mend the settings of the list',
    });
  }
  const paused = 'The list is paused: nothing is captured, written or cleaned up until it is enabled';
  const notes = settingsNotes.filter(note => note.list === list.id);
  const detail = [list.enabled ? 'The list has no fault' : paused, ...notes.map(note => note.detail)].join('; ');
  if (!notes.some(({ code }) => code === 'RefusedSoon')) return { value: undefined, detail };
  return {
    value: undefined,
    detail,
    remedy: 'Mend the settings of the list: the next version refuses the list for it',
  };
}

/** The timers follow the schedules in UTC, whatever the time zone of the admin. */
function testSchedules({ clock, schedules }: ConnectionServices): Promise<StepResult<undefined>[]> {
  return Promise.all(
    Object.entries(schedules).map(([name, schedule]) =>
      tryStep(name, [], clock, async () => {
        const times = `Comes next at (UTC): ${describeNextTimes(schedule, clock.now())}`;
        const fault = findScheduleFault(schedule);
        if (fault) throw new StepFailed({ detail: `${fault.problem}. ${times}`, remedy: `Correct ${name}` });
        return { value: undefined, detail: times };
      }),
    ),
  );
}

/** Of several sources each step begins with the name of its own. */
async function testSources(
  { sources }: ContactList,
  token: StepResult<AppIdentity>,
  { sourceAdapters }: ConnectionServices,
): Promise<StepResult<unknown>[]> {
  const results = await Promise.all(sources.map(source => testContactSource(source, token, sourceAdapters)));
  if (sources.length === 1) return results.flat();
  return results.flatMap((steps, index) =>
    steps.map(({ step, value }) => ({ value, step: { ...step, name: `${sources[index]?.name}: ${step.name}` } })),
  );
}

function testServices(
  identity: AppIdentity,
  { clock, probes, webhooks }: ConnectionServices,
): Promise<StepResult<void>[]> {
  return Promise.all([
    tryStep('Table Storage', [], clock, async () => {
      const value = await advised(probes.tables, { probe: failure => adviseOnTables(failure, identity) });
      return { value, detail: 'The app may read and write' };
    }),
    tryStep('Service Bus', [], clock, async () => {
      const value = await advised(probes.queues, { probe: failure => adviseOnQueues(failure, identity) });
      return { value, detail: 'The app may send to its queues and receive from them' };
    }),
    tryStep('webhook address', [], clock, async () => {
      if (!webhooks) return { value: undefined, detail: 'WEBHOOK_URL is not set: the schedule alone finds changes' };
      const value = await advised(() => probes.webhook(webhooks.url), {
        probe: failure => adviseOnWebhook(failure, webhooks.url),
      });
      return { value, detail: `The app answers at ${webhooks.url}, as seen from the app itself` };
    }),
  ]);
}

function describeIdentity({ applicationId, roles = [] }: AppIdentity): string {
  if (applicationId === undefined) return 'There is one';
  const consented = roles.length === 0 ? 'no permission' : roles.join(', ');
  return `There is one for the application ${applicationId}; the tenant has consented to ${consented}`;
}
