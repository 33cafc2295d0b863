import { GraphFailure, type GraphFailureKind } from '../../shared/ports/contactMailbox.ts';
import type { NewSubscription, Subscriptions } from '../../shared/ports/subscriptions.ts';

export interface MemorySubscriptions extends Subscriptions {
  /** The live ones by id. */
  readonly live: Map<string, NewSubscription>;
  /** Method by method, since the last time. */
  takeCalls(): string[];
  /** The next calls of that method fail; with `done`, after the work. */
  fail(method: keyof Subscriptions, kind: GraphFailureKind, options?: { done?: boolean; times?: number }): void;
}

/** Graph's subscriptions in memory: they end at their time, and are listed by whoever made them. */
export function createMemorySubscriptions(clock: { now(): number }): MemorySubscriptions {
  const all = new Map<string, NewSubscription>();
  const calls: string[] = [];
  const faults: { method: string; kind: GraphFailureKind; done: boolean; left: number }[] = [];
  let ids = 0;

  function live(): Map<string, NewSubscription> {
    for (const [id, { expiresAt }] of all) if (expiresAt <= clock.now()) all.delete(id);
    return all;
  }

  async function meet<Result>(method: string, work: () => Result): Promise<Result> {
    calls.push(method);
    const fault = faults.find(each => each.method === method && each.left > 0);
    if (!fault) return work();
    fault.left -= 1;
    if (fault.done) work();
    throw new GraphFailure(fault.kind, {
      status: fault.kind === 'unavailable' ? 503 : 400,
      code: `Test_${fault.kind}`,
    });
  }

  return {
    get live() {
      return live();
    },
    takeCalls: () => calls.splice(0),
    fail(method, kind, { done = false, times = 1 } = {}) {
      faults.push({ method, kind, done, left: times });
    },
    create: subscription =>
      meet('create', () => {
        const id = `subscription-${++ids}`;
        all.set(id, subscription);
        return { id, expiresAt: subscription.expiresAt };
      }),
    renew: (id, expiresAt) =>
      meet('renew', () => {
        const found = live().get(id);
        if (!found) return undefined;
        all.set(id, { ...found, expiresAt });
        return { id, expiresAt };
      }),
    remove: id => meet('remove', () => void all.delete(id)),
    listOwn: () =>
      meet('listOwn', () =>
        [...live()].map(([id, { expiresAt, notificationUrl }]) => ({ id, expiresAt, notificationUrl })),
      ),
  };
}
