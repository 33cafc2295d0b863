import { HttpRequest, InvocationContext } from '@azure/functions';
import * as z from 'zod';
import { answerWebhook, type Received, type WebhookServices } from '../../../functions/http/webhook.ts';
import { openClientState } from '../../../shared/key-vault/clientState.ts';
import { createTestClock, type TestClock } from '../../memory/clock.ts';

const itemSchema = z.object({ lifecycleEvent: z.string() });
type Item = z.infer<typeof itemSchema>;

let clock: TestClock;
let log: string[];
let services: WebhookServices;

beforeEach(() => {
  clock = createTestClock(1_700_000_000_000);
  log = [];
  services = {
    clock,
    clientState: openClientState(async () => 'secret', clock),
    subscribedLists: { listOf: id => (id === 'ours' ? 'staff' : undefined), readAgain: async () => {} },
  };
});

function answer(value: unknown, enqueue: (received: readonly Received<Item>[]) => Promise<void>) {
  const request = new HttpRequest({
    method: 'POST',
    url: 'https://contoso.com/api/lifecycle',
    body: { string: JSON.stringify({ value }) },
  });
  const context = new InvocationContext({
    functionName: 'lifecycle',
    logHandler: (level, ...args) => log.push([level, ...args.map(arg => JSON.stringify(arg))].join(' ')),
  });
  return answerWebhook(request, context, itemSchema, services, enqueue);
}

const genuine = { subscriptionId: 'ours', clientState: 'secret', lifecycleEvent: 'missed', tenantId: 'any' };

const received = { list: 'staff', item: { lifecycleEvent: 'missed' } };

test('what is genuine is enqueued together, and the rest counted', async () => {
  const enqueued: unknown[] = [];
  const value = [genuine, { ...genuine, clientState: 'x' }, { ...genuine, subscriptionId: 'theirs' }, {}, genuine];
  const { status } = await answer(value, async received => void enqueued.push(received));
  expect([status, enqueued.flat()]).toEqual([202, [received, received]]);
  expect(log).toEqual(['warning "Notifications were dropped" {"unreadable":1,"forged":1,"unknown":1}']);
});

test('Graph is asked to send again what could not be enqueued', async () => {
  const { status, body } = await answer([genuine], () => Promise.reject(new Error('the queue of mina@contoso.com')));
  expect([status, String(body)]).toEqual([503, expect.not.stringContaining('contoso')]);
  expect(log).toEqual([expect.stringMatching(/^error .*"error":"Error"/)]);
});

test('Graph is asked to send again what is not enqueued within its three seconds', async () => {
  const answering = answer([genuine], () => new Promise(() => {}));
  while (clock.waiting === 0) await new Promise(resolve => setImmediate(resolve));
  await clock.advance(3_000);
  expect(await answering).toMatchObject({ status: 503 });
});

test('Graph is asked to send again while the secret cannot be read', async () => {
  services = { ...services, clientState: openClientState(() => Promise.reject(new Error('no vault')), clock) };
  expect(await answer([genuine], async () => {})).toMatchObject({ status: 503 });
});

test('what is ours is enqueued although the subscriptions beside it cannot be looked up, and Graph sends again', async () => {
  const { listOf } = services.subscribedLists;
  services = { ...services, subscribedLists: { listOf, readAgain: () => Promise.reject(new Error('no tables')) } };
  const enqueued: unknown[] = [];
  const value = [{ ...genuine, subscriptionId: 'made a moment ago' }, genuine];
  const { status } = await answer(value, async each => void enqueued.push(...each));
  expect([status, enqueued]).toEqual([503, [received]]);
});

test('a body of more notifications than Graph sends is refused', async () => {
  expect(await answer(Array(2_001).fill({}), async () => {})).toMatchObject({ status: 400 });
});
