import type { AddressInfo } from 'node:net';
import fastify from 'fastify';
import { z } from 'zod';

export interface ManagedIdentityOptions {
  /** A free port if absent. */
  readonly port?: number;
  /** The value that callers must send in `X-IDENTITY-HEADER`; their environment has it as `IDENTITY_HEADER`. */
  readonly header: string;
  /** Client id of the app's only identity; tokens are given to any if absent. */
  readonly clientId?: string;
  /**
   * A token for a resource (`https://graph.microsoft.com`); `clientId` names a user-assigned identity. Lifetime in
   * seconds.
   */
  issueToken(resource: string, clientId: string | undefined): { access_token: string; expires_in: number };
  /** What `GET /statistics` answers, `GET /statistics/at-rest` waits for and `DELETE /statistics` sets back. */
  readonly statistics?: { read(): unknown; reset(): void; rest(): Promise<void> };
}

export interface ManagedIdentityEndpoint {
  /** The value for `IDENTITY_ENDPOINT`. */
  readonly url: string;
  readonly statisticsUrl: string;
  close(): Promise<void>;
}

const querySchema = z.object({
  resource: z.string().min(1),
  'api-version': z.literal('2019-08-01'),
  client_id: z.string().optional(),
});

/**
 * The token endpoint that App Service and Functions give an app with a managed identity
 * (https://learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference), and the figures of
 * the local services.
 */
export async function startManagedIdentityEndpoint(options: ManagedIdentityOptions): Promise<ManagedIdentityEndpoint> {
  const server = fastify({ forceCloseConnections: true });

  server.get('/msi/token', async (request, reply) => {
    if (request.headers['x-identity-header'] !== options.header) {
      return reply.code(401).send({ statusCode: 401, message: 'X-IDENTITY-HEADER is missing or wrong.' });
    }
    const query = querySchema.safeParse(request.query);
    if (!query.success) return reply.code(400).send({ statusCode: 400, message: z.prettifyError(query.error) });
    const { resource, client_id: clientId } = query.data;
    if (options.clientId !== undefined && clientId !== options.clientId) {
      return reply.code(400).send({ statusCode: 400, message: 'The app has no managed identity of this client id.' });
    }
    const token = options.issueToken(resource, clientId);
    return {
      access_token: token.access_token,
      expires_on: String(Math.floor(Date.now() / 1000) + token.expires_in),
      resource,
      token_type: 'Bearer',
      client_id: clientId ?? '',
    };
  });

  const { statistics } = options;
  if (statistics) {
    server.get('/statistics', async () => statistics.read());
    server.get('/statistics/at-rest', async (_request, reply) => {
      await statistics.rest();
      return reply.code(204).send();
    });
    server.delete('/statistics', async (_request, reply) => {
      statistics.reset();
      return reply.code(204).send();
    });
  }

  await server.listen({ host: '127.0.0.1', port: options.port ?? 0 });
  const { port } = server.server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;
  return { url: `${origin}/msi/token`, statisticsUrl: `${origin}/statistics`, close: () => server.close() };
}
