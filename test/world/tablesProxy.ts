import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * `refuse`: 400, which nobody repeats. `busy`: 503. `conflict`: 412, as if another had written the row. `loseAnswer`:
 * the service does the work and the connection is cut, which is to a client what a time-out is, but sooner.
 */
export type TablesFault = 'refuse' | 'busy' | 'conflict' | 'loseAnswer';

export interface TablesProxy {
  readonly port: number;
  /** Requests whose method, path and body together match befalls the fault; `skip` matching ones pass first. */
  fail(matches: RegExp, fault: TablesFault, options?: { times?: number; skip?: number }): void;
  /** How many requests a fault has befallen since the last `restore`. */
  struck(): number;
  restore(): void;
  close(): Promise<void>;
}

interface Rule {
  readonly matches: RegExp;
  readonly fault: TablesFault;
  skip: number;
  times: number;
}

const codes = {
  refuse: [400, 'InvalidInput'],
  busy: [503, 'ServerBusy'],
  conflict: [412, 'UpdateConditionNotSatisfied'],
};

/** Stands between a host and Table Storage on this machine, and fails what a test names. */
export async function startTablesProxy(targetPort: number): Promise<TablesProxy> {
  let rules: Rule[] = [];
  let struck = 0;

  function strike(text: string): TablesFault | undefined {
    const rule = rules.find(({ matches, times }) => times > 0 && matches.test(text));
    if (!rule) return undefined;
    if (rule.skip > 0) {
      rule.skip--;
      return undefined;
    }
    rule.times--;
    struck++;
    return rule.fault;
  }

  async function handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of incoming) parts.push(part as Buffer);
    const body = Buffer.concat(parts);
    const fault = strike(`${incoming.method} ${incoming.url}\n${body.toString()}`);
    if (fault === undefined || fault === 'loseAnswer') forward(incoming, body, outgoing, fault !== undefined);
    else refuse(outgoing, fault);
  }

  function forward(incoming: IncomingMessage, body: Buffer, outgoing: ServerResponse, cut: boolean): void {
    const { method, url: path, headers } = incoming;
    const forwarded = request({ host: '127.0.0.1', port: targetPort, method, path, headers }, answer => {
      if (cut) {
        answer.resume().on('end', () => incoming.socket.destroy());
        return;
      }
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    forwarded.on('error', () => incoming.socket.destroy());
    forwarded.end(body);
  }

  const server = createServer((incoming, outgoing) => {
    handle(incoming, outgoing).catch(() => incoming.socket.destroy());
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    fail(matches, fault, { times = Number.POSITIVE_INFINITY, skip = 0 } = {}) {
      rules.push({ matches, fault, times, skip });
    },
    struck: () => struck,
    restore() {
      rules = [];
      struck = 0;
    },
    async close() {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

function refuse(outgoing: ServerResponse, fault: keyof typeof codes): void {
  const [status, code] = codes[fault] as [number, string];
  const error = { 'odata.error': { code, message: { lang: 'en-US', value: 'A test asked for this.' } } };
  outgoing.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(error));
}
