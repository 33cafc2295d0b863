import type { Clock } from '../../shared/ports/clock.ts';
import type { MessageQueue } from '../../shared/ports/messageQueue.ts';
import { eachTable, type Table, type Tables } from '../../shared/ports/tableStorage.ts';
import { crashPoint, doNow, effect, type Host, never } from './host.ts';

const lateMessage = 420_000;

/** The tables as one process sees them: other handlers run between any two requests. */
export function scheduledTables(host: Host, tables: Tables): Tables {
  return eachTable(name => scheduledTable(host, name, tables[name]));
}

function scheduledTable(host: Host, name: string, table: Table): Table {
  return {
    get: (partition, row) => effect(host, 'tableRead', `${name} get ${row}`, () => table.get(partition, row)),
    query: (partition, range, select) =>
      effect(host, 'tableRead', `${name} query ${range?.from ?? ''}`, () => table.query(partition, range, select)),
    pick: (partition, rows, ranges) =>
      effect(host, 'tableRead', `${name} pick ${rows.join(' ')}`, () => table.pick(partition, rows, ranges)),
    queryAcross: (row, limit, after) =>
      effect(host, 'tableRead', `${name} across ${row}`, () => table.queryAcross(row, limit, after)),
    write: (partition, operations) =>
      effect(host, 'tableWrite', `${name} write ${operations.map(({ rowKey }) => rowKey).join(' ')}`, () =>
        table.write(partition, operations),
      ),
  };
}

/** A queue whose messages may be refused, sent without an answer, or arrive late. */
export function scheduledQueue<Body>(
  host: Host,
  queue: MessageQueue<Body>,
  inspect: (body: Body) => void,
): MessageQueue<Body> {
  return {
    send: async messages => {
      if (messages.length === 0) return;
      await effect(host, 'send', `send ${messages.map(({ id }) => id).join(' ')}`, fault => {
        for (const { body } of messages) inspect(body);
        const now = host.stage.timeline.now();
        const sent = messages.map(message => ({
          ...message,
          ...(fault === 'late' ? { notBefore: (message.notBefore ?? now) + lateMessage } : {}),
        }));
        return queue.send(sent);
      });
    },
  };
}

export function scheduledClock(host: Host): Clock {
  const { timeline } = host.stage;
  return {
    now: timeline.now,
    async wait(milliseconds) {
      await timeline.wait(milliseconds);
      await host.turn('wakes up');
    },
  };
}

/** Each call of a port waits for its turn. */
export function inTurns<Port extends object>(host: Host, name: string, port: Port): Port {
  return new Proxy(port, {
    get(target, key, receiver) {
      const value: unknown = Reflect.get(target, key, receiver);
      if (typeof value !== 'function') return value;
      return async (...parameters: unknown[]) => {
        await host.turn(`${name} ${String(key)}`);
        const crash = await crashPoint(host);
        const answer: unknown = await doNow(host.stage, () => value.apply(target, parameters));
        if (!crash) return answer;
        host.die(crash.inFlight);
        return never;
      };
    },
  });
}
