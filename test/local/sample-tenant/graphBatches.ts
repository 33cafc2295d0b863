import { z } from 'zod';

export interface BatchRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** Below the version. */
  readonly url: string;
  /** Text in base64 where its type is not JSON. */
  readonly body?: unknown;
  readonly contentType?: string;
}

/** Sends requests and resolves with their bodies, in the order of the requests. Rejects with the first that fails. */
export type SendBatches = <Body>(requests: readonly BatchRequest[], schema: z.ZodType<Body>) => Promise<Body[]>;

const mostRequests = 20;

const tokenSchema = z.object({ access_token: z.string() });
const answerSchema = z.object({
  responses: z.array(z.object({ id: z.string(), status: z.number(), body: z.unknown().optional() })),
});

/**
 * A client of a Graph simulator, under a name of its own so that it does not count as the app.
 *
 * @param tenantId the first tenant unless given
 */
export async function connectToSimulator(graphUrl: string, app: string, tenantId?: string): Promise<SendBatches> {
  const query = new URLSearchParams({ app, ...(tenantId && { tenant: tenantId }) });
  const answer = await fetch(`${graphUrl}/_simulator/token?${query}`);
  const { access_token: token } = tokenSchema.parse(await answer.json());

  async function sendBatch(requests: readonly BatchRequest[]): Promise<unknown[]> {
    const steps = requests.map(({ contentType = 'application/json', ...request }, index) => ({
      ...request,
      id: String(index),
      headers: { 'Content-Type': contentType },
    }));
    const response = await fetch(`${graphUrl}/v1.0/$batch`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ requests: steps }),
    });
    if (!response.ok) throw new Error(`The Graph simulator answers a batch with ${response.status}`);
    const byId = new Map(answerSchema.parse(await response.json()).responses.map(each => [each.id, each]));
    return requests.map((request, index) => {
      const { status, body } = byId.get(String(index)) ?? { status: 0, body: undefined };
      if (status >= 200 && status < 300) return body;
      throw new Error(`The Graph simulator answers ${request.method} ${request.url} with ${status}`);
    });
  }

  return async (requests, schema) => {
    const bodies: unknown[] = [];
    for (let start = 0; start < requests.length; start += mostRequests) {
      bodies.push(...(await sendBatch(requests.slice(start, start + mostRequests))));
    }
    return bodies.map(body => schema.parse(body));
  };
}
