/** A simulator with a clock of the test's own, and a client for it over real HTTP. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type GraphSimulator, type GraphSimulatorOptions, startGraphSimulator } from './index.ts';

export const stampId = 'String {2395b2ce-e000-4311-bfe9-38b6808b0f26} Name ContactFolderSyncKey';
export const immutable = { Prefer: 'IdType="ImmutableId"' };

/** Bodies are of many shapes; a test looks at the few members it is about. */
// biome-ignore lint/suspicious/noExplicitAny: see above
export type Body = any;
export type Answer = { status: number; headers: Headers; body: Body };
export type CallOptions = { app?: string; headers?: Record<string, string> };

export type TestTenant = {
  simulator: GraphSimulator;
  /** Path of a first mailbox, `/users/{id}`. */
  ada: string;
  advance: (milliseconds: number) => void;
  /** A request to Graph: a path below the version, or an absolute link. */
  graph: (method: string, path: string, body?: unknown, options?: CallOptions) => Promise<Answer>;
  control: (method: string, path: string, body?: unknown) => Promise<Answer>;
  batch: (requests: object[]) => Promise<Map<string, Answer>>;
  newContact: (body?: object, folder?: string) => Promise<Body>;
  newFolder: (displayName: string) => Promise<Body>;
  close: () => Promise<void>;
};

export async function startTestTenant(options: GraphSimulatorOptions = {}): Promise<TestTenant> {
  let time = Date.parse('2026-11-01T08:00:00Z');
  const simulator = await startGraphSimulator({ now: () => time, ...options });

  async function graph(method: string, path: string, body?: unknown, { app = 'test', headers = {} }: CallOptions = {}) {
    const token = simulator.issueToken(app).access_token;
    const url = path.startsWith('http') ? path : `${simulator.url}/v1.0${path}`;
    return send(method, url, body, { Authorization: `Bearer ${token}`, ...headers });
  }

  async function batch(requests: object[]) {
    const answer = await graph('POST', '/$batch', { requests });
    if (answer.status !== 200) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
    const responses: (Answer & { id: string })[] = answer.body.responses;
    return new Map(responses.map(response => [response.id, { ...response, headers: new Headers(response.headers) }]));
  }

  // Refused where a state file has the user already.
  await graph('POST', '/users', { displayName: 'Ada', userPrincipalName: 'ada@contoso.example' });
  const ada = `/users/${(await graph('GET', '/users/ada@contoso.example')).body.id}`;
  return {
    simulator,
    ada,
    advance: milliseconds => {
      time += milliseconds;
    },
    graph,
    control: (method, path, body) => send(method, `${simulator.url}/_simulator${path}`, body, {}),
    batch,
    newContact: async (body = { givenName: 'Grace', surname: 'Hopper' }, folder = 'contacts') => {
      return (await graph('POST', `${ada}/contactFolders/${folder}/contacts`, body, { headers: immutable })).body;
    },
    newFolder: async displayName => (await graph('POST', `${ada}/contactFolders`, { displayName })).body,
    close: () => simulator.close(),
  };
}

/** Runs a test on a tenant in a file; `restart` gives it to a new simulator. */
export async function withKeptTenant(
  test: (tenant: TestTenant, restart: () => Promise<TestTenant>) => Promise<void>,
): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'graph-simulator-'));
  const stateFile = join(directory, 'tenant.jsonl');
  let tenant = await startTestTenant({ stateFile });
  try {
    await test(tenant, async () => {
      await tenant.close();
      tenant = await startTestTenant({ stateFile });
      return tenant;
    });
  } finally {
    await tenant.close();
    await rm(directory, { recursive: true });
  }
}

async function send(method: string, url: string, body: unknown, headers: Record<string, string>): Promise<Answer> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(url, {
    method,
    headers: body === undefined ? headers : { 'Content-Type': 'application/json', ...headers },
    ...(text === undefined ? {} : { body: text }),
  });
  const answer = await response.text();
  const json = response.headers.get('content-type')?.startsWith('application/json') && answer !== '';
  return { status: response.status, headers: response.headers, body: json ? JSON.parse(answer) : answer };
}
