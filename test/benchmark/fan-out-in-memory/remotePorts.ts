import type { ChildProcess } from 'node:child_process';
import { RowConflict } from '../../../shared/ports/tableStorage.ts';

/** Ports over the channel between a process and its child, so that what lies behind them takes the child no memory. */
interface Call {
  readonly id: number;
  readonly port: string;
  readonly method: string;
  readonly args: readonly unknown[];
}

/** A long list comes in parts, as the services give it in pages. */
type Answer =
  | { readonly id: number; readonly kind: 'value'; readonly value: unknown }
  | { readonly id: number; readonly kind: 'part' | 'lastPart'; readonly items: readonly unknown[] }
  | { readonly id: number; readonly kind: 'error'; readonly name: string; readonly message: string };

const itemsPerPart = 1000;

/** Answers the calls of a child. `answer` does what a port's method does. */
export function servePorts(
  child: ChildProcess,
  answer: (port: string, method: string, args: readonly unknown[]) => Promise<unknown>,
): void {
  child.on('message', async ({ id, port, method, args }: Call) => {
    try {
      for (const each of toAnswers(id, await answer(port, method, args))) child.send(each);
    } catch (error) {
      const { name, message } = error instanceof Error ? error : new Error(String(error));
      child.send({ id, kind: 'error', name, message } satisfies Answer);
    }
  });
}

function toAnswers(id: number, value: unknown): Answer[] {
  if (!Array.isArray(value)) return [{ id, kind: 'value', value }];
  const answers: Answer[] = [];
  for (let start = 0; start === 0 || start < value.length; start += itemsPerPart) {
    const kind = start + itemsPerPart < value.length ? 'part' : 'lastPart';
    answers.push({ id, kind, items: value.slice(start, start + itemsPerPart) });
  }
  return answers;
}

/** In the child: opens ports of its parent by their names. */
export function connectToParent(): <Port extends object>(name: string, own?: Partial<Port>) => Port {
  const pending = new Map<number, { items: unknown[]; end(value: unknown): void; fail(error: Error): void }>();
  let calls = 0;
  process.on('message', (answer: Answer) => {
    const call = pending.get(answer.id);
    if (!call) return;
    if ('items' in answer) for (const item of answer.items) call.items.push(item);
    if (answer.kind === 'part') return;
    pending.delete(answer.id);
    if (answer.kind === 'error') call.fail(revive(answer));
    else call.end(answer.kind === 'value' ? answer.value : call.items);
  });
  return (port, own = {}) =>
    new Proxy(own, {
      get: (target, method: string) =>
        Reflect.get(target, method) ?? ((...args: unknown[]) => call({ id: ++calls, port, method, args })),
    }) as never;

  function call(request: Call): Promise<unknown> {
    return new Promise((end, fail) => {
      pending.set(request.id, { items: [], end, fail });
      process.send?.(request);
    });
  }
}

function revive({ name, message }: { name: string; message: string }): Error {
  return name === 'RowConflict' ? new RowConflict(message) : Object.assign(new Error(message), { name });
}
