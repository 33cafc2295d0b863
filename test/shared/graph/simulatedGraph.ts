import { createGraphClient, type GraphClient } from '../../../shared/graph/client.ts';
import { startGraphSimulator } from '../../local/graph-simulator/index.ts';

export interface SimulatedGraph {
  readonly client: GraphClient;
  /** Milliseconds of each wait that the client asked for; none is waited. */
  readonly waits: number[];
  /** Graph's own API, as whoever keeps the tenant would use it. */
  graph(method: string, path: string, body?: unknown): Promise<unknown>;
  /** The simulator's controls, below `/_simulator`. */
  control(method: string, path: string, body?: unknown): Promise<unknown>;
  /** A mailbox of its own for one test: its user's id. */
  newMailbox(): Promise<string>;
  close(): Promise<void>;
}

/** The Graph simulator over a socket, and a client of it that waits in no time. */
export async function simulateGraph(): Promise<SimulatedGraph> {
  const simulator = await startGraphSimulator();
  const waits: number[] = [];
  let mailboxes = 0;

  const client = createGraphClient({
    endpoint: simulator.url,
    credential: {
      getToken: async () => ({
        token: simulator.issueToken('sync').access_token,
        expiresOnTimestamp: Date.now() + 3_600_000,
      }),
    },
    timeoutMilliseconds: 5_000,
    clock: {
      now: Date.now,
      wait: async milliseconds => {
        waits.push(milliseconds);
      },
    },
    random: () => 0.5,
  });

  async function call(method: string, url: string, body: unknown): Promise<unknown> {
    const response = await fetch(url, {
      method,
      headers: {
        Authorization: `Bearer ${simulator.issueToken('tenant').access_token}`,
        'Content-Type': 'application/json',
        Prefer: 'IdType="ImmutableId"',
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }

  return {
    client,
    waits,
    graph: (method, path, body) => call(method, `${simulator.url}/v1.0${path}`, body),
    control: (method, path, body) => call(method, `${simulator.url}/_simulator${path}`, body),
    async newMailbox() {
      mailboxes += 1;
      const made = await call('POST', `${simulator.url}/_simulator/mailboxes`, {
        count: 1,
        prefix: `box${mailboxes}-`,
      });
      return (made as { mailboxes: { id: string }[] }).mailboxes[0]?.id ?? '';
    },
    close: () => simulator.close(),
  };
}
