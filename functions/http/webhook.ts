import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import * as z from 'zod';
import { notNow, tooLargeBody, tooLongToken, unfitBody } from '../../shared/api/problems.ts';
import type { SubscribedLists } from '../../shared/engine/subscriptions/index.ts';
import type { ClientState } from '../../shared/ports/clientState.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import { answerProblems } from './answerProblems.ts';
import { readText } from './readBody.ts';

/** Graph sends some 500 bytes a notification, and many in one body. */
const mostBodyBytes = 1_000_000;
const longestValidationToken = 2_000;
/** Graph counts an answer after three seconds as none and sends again. */
const answerWithin = 2_500;

const webhookBody = z.object({ value: z.array(z.unknown()).max(2_000) });
const sender = z.object({ subscriptionId: z.string().min(1).max(128), clientState: z.string().max(128) });

export interface WebhookServices {
  readonly clock: Clock;
  readonly clientState: ClientState;
  readonly subscribedLists: SubscribedLists;
}

/** A part of a webhook's body that Graph has sent for a subscription of ours. */
export interface Received<Item> {
  readonly list: string;
  readonly item: Item;
}

/**
 * Answers a request of Graph: the echo that it asks for before it makes a subscription, or 202 once `enqueue` has put
 * on the queues what its notifications ask for. 503 makes Graph send them again. What is forged, unknown or unreadable
 * is dropped and counted; the answer does not tell.
 */
export function answerWebhook<Item>(
  request: HttpRequest,
  context: InvocationContext,
  itemSchema: z.ZodType<Item>,
  services: WebhookServices,
  enqueue: (received: readonly Received<Item>[]) => Promise<void>,
): Promise<HttpResponseInit> {
  return answerProblems(context, async () => {
    const token = request.query.get('validationToken');
    if (token !== null) return answerValidation(token);
    await takeNotifications(await readNotifications(request), context, itemSchema, services, enqueue);
    return { status: 202 };
  });
}

/** @throws ApiProblem */
async function readNotifications(request: HttpRequest): Promise<readonly unknown[]> {
  const text = await readText(request, mostBodyBytes);
  if (text === undefined) throw tooLargeBody(mostBodyBytes);
  const body = webhookBody.safeParse(parseJson(text));
  if (!body.success) throw unfitBody('Send notifications as Microsoft Graph does');
  return body.data.value;
}

/** @throws ApiProblem 503 where they are not on the queues in time */
async function takeNotifications<Item>(
  notifications: readonly unknown[],
  context: InvocationContext,
  itemSchema: z.ZodType<Item>,
  services: WebhookServices,
  enqueue: (received: readonly Received<Item>[]) => Promise<void>,
): Promise<void> {
  const handle = async () => {
    const genuine = await authenticate(notifications, itemSchema, services.clientState);
    const enqueued = await enqueueOurs(genuine.items, services.subscribedLists, enqueue);
    const dropped = { ...genuine.dropped, unknown: genuine.items.length - enqueued };
    if (enqueued < notifications.length) context.warn('Notifications were dropped', dropped);
  };
  try {
    const inTime = await Promise.race([handle().then(() => true), services.clock.wait(answerWithin).then(() => false)]);
    if (inTime) return;
    context.warn('Notifications were not enqueued in time: Graph sends them again');
  } catch (error) {
    context.error('Notifications could not be enqueued: Graph sends them again', {
      error: error instanceof Error ? error.name : typeof error,
    });
  }
  throw notNow();
}

/** https://learn.microsoft.com/graph/change-notifications-delivery-webhooks#notificationurl-validation */
function answerValidation(token: string): HttpResponseInit {
  if (token.length > longestValidationToken) throw tooLongToken();
  // As plain text that no browser takes for anything else: whoever calls chooses it.
  return {
    status: 200,
    headers: { 'Content-Type': 'text/plain; charset=utf-8', 'X-Content-Type-Options': 'nosniff' },
    body: token,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

interface Genuine<Item> {
  readonly subscriptionId: string;
  readonly item: Item;
}

async function authenticate<Item>(items: readonly unknown[], itemSchema: z.ZodType<Item>, clientState: ClientState) {
  const genuine: Genuine<Item>[] = [];
  const dropped = { unreadable: 0, forged: 0 };
  for (const item of items) {
    const from = sender.safeParse(item);
    const content = itemSchema.safeParse(item);
    if (!from.success || !content.success) dropped.unreadable++;
    else if (!(await clientState.matches(from.data.clientState))) dropped.forged++;
    else genuine.push({ subscriptionId: from.data.subscriptionId, item: content.data });
  }
  return { items: genuine, dropped };
}

/**
 * One reading of the rows looks up all that are not known, however many there are, and what is known does not wait for
 * it. Resolves with how many are ours.
 */
async function enqueueOurs<Item>(
  genuine: readonly Genuine<Item>[],
  lists: SubscribedLists,
  enqueue: (received: readonly Received<Item>[]) => Promise<void>,
): Promise<number> {
  const known = genuine.flatMap(each => withList(each, lists));
  const others = genuine.filter(({ subscriptionId }) => lists.listOf(subscriptionId) === undefined);
  const lookUp = async () => {
    if (others.length === 0) return [];
    await lists.readAgain();
    const found = others.flatMap(each => withList(each, lists));
    await enqueue(found);
    return found;
  };
  const [found] = await Promise.all([lookUp(), enqueue(known)]);
  return known.length + found.length;
}

function withList<Item>({ subscriptionId, item }: Genuine<Item>, lists: SubscribedLists): Received<Item>[] {
  const list = lists.listOf(subscriptionId);
  return list === undefined ? [] : [{ list, item }];
}
