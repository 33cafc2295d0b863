import type { AddressInfo } from 'node:net';
import fastify, { type FastifyReply } from 'fastify';
import { z } from 'zod';

export interface KeyVaultOptions {
  readonly tls: { readonly key: string; readonly cert: string };
  /** Values by name. */
  readonly secrets: Readonly<Record<string, string>>;
  acceptsToken(token: string): boolean;
}

export interface KeyVault {
  readonly port: number;
  close(): Promise<void>;
}

/** What tokens for a key vault are issued for. */
export const keyVaultResource = 'https://vault.azure.net';

/** Clients ask without a token first, and learn from this where to get one. */
const challenge = `Bearer authorization="https://login.microsoftonline.com/contoso", resource="${keyVaultResource}"`;
const paramsSchema = z.object({ name: z.string() });

/** A key vault with secrets to read. https://learn.microsoft.com/rest/api/keyvault/secrets/get-secret/get-secret */
export async function startKeyVault({ tls, secrets, acceptsToken }: KeyVaultOptions): Promise<KeyVault> {
  const server = fastify({ https: tls, forceCloseConnections: true, routerOptions: { ignoreTrailingSlash: true } });

  server.get('/secrets/:name', async (request, reply) => {
    const [, token] = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '') ?? [];
    if (token === undefined || !acceptsToken(token)) {
      reply.header('WWW-Authenticate', challenge);
      return refuse(reply, 401, 'Unauthorized', 'Request is missing a Bearer or PoP token, or it is not valid.');
    }
    const { name } = paramsSchema.parse(request.params);
    const value = Object.hasOwn(secrets, name) ? secrets[name] : undefined;
    if (value === undefined)
      return refuse(reply, 404, 'SecretNotFound', `There is no secret ${name} in this key vault.`);
    return { value, id: `https://${request.host}/secrets/${name}/1`, attributes: { enabled: true } };
  });

  await server.listen({ host: '127.0.0.1', port: 0 });
  const { port } = server.server.address() as AddressInfo;
  return { port, close: () => server.close() };
}

function refuse(reply: FastifyReply, status: number, code: string, message: string): FastifyReply {
  return reply.code(status).send({ error: { code, message } });
}
