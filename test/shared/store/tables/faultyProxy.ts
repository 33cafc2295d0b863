import { type ClientRequest, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** `cut` drops the connection unanswered; `commitAndCut` lets the service do the work first; `hang` never answers. */
export type Fault = 'cut' | 'commitAndCut' | 'hang' | 'serverBusy';

export interface FaultyProxy {
  readonly port: number;
  /** Method and path of each request since the last call. */
  takeRequests(): string[];
  /** What becomes of the next requests, one fault each. */
  fail(...faults: Fault[]): void;
  close(): Promise<void>;
}

/** Stands between an SDK and a service on this machine. */
export async function startFaultyProxy(targetPort: number): Promise<FaultyProxy> {
  let requests: string[] = [];
  let faults: Fault[] = [];

  function handle(incoming: IncomingMessage, outgoing: ServerResponse): void {
    requests.push(`${incoming.method} ${incoming.url?.split('?')[0]}`);
    const fault = faults.shift();
    if (fault === 'hang') return;
    if (fault === 'cut') incoming.socket.destroy();
    else if (fault === 'serverBusy') answerServerBusy(outgoing);
    else forward(incoming, outgoing, fault === 'commitAndCut');
  }

  function forward(incoming: IncomingMessage, outgoing: ServerResponse, cut: boolean): void {
    const { method, url: path, headers } = incoming;
    const forwarded: ClientRequest = request({
      host: '127.0.0.1',
      port: targetPort,
      method,
      path,
      headers,
      agent: false,
    });
    forwarded.on('response', answer => {
      if (cut) {
        answer.resume().on('end', () => incoming.socket.destroy());
        return;
      }
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    forwarded.on('error', () => incoming.socket.destroy());
    incoming.pipe(forwarded);
  }

  const server = createServer(handle);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    takeRequests() {
      const taken = requests;
      requests = [];
      return taken;
    },
    fail(...next) {
      faults = next;
    },
    async close() {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

function answerServerBusy(outgoing: ServerResponse): void {
  const error = { 'odata.error': { code: 'ServerBusy', message: { lang: 'en-US', value: 'The server is busy.' } } };
  outgoing.writeHead(503, { 'content-type': 'application/json' }).end(JSON.stringify(error));
}
