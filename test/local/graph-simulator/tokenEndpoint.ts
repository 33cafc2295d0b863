/**
 * The token endpoint of every tenant: client credentials with a secret or with an assertion of a federated identity.
 * https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow
 */
import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import type { AccessTokens } from './accessTokens.ts';
import type { Application } from './tenant.ts';
import type { Worlds } from './worlds.ts';

const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const exchangeAudience = 'api://AzureADTokenExchange';
const assertionSchema = z.object({ iss: z.string(), sub: z.string(), aud: z.string(), exp: z.number().optional() });
const parametersSchema = z.object({ tenant: z.string() });

type Refusal = {
  status: 400 | 401;
  error: 'invalid_client' | 'invalid_request' | 'unauthorized_client';
  code: number;
  text: string;
};

export function registerTokenEndpoint(app: FastifyInstance, worlds: Worlds, tokens: AccessTokens): void {
  app.get('/:tenant/v2.0/.well-known/openid-configuration', (request, reply) => {
    const { tenant } = parametersSchema.parse(request.params);
    const origin = `${request.protocol}://${request.headers.host ?? ''}`;
    return reply.header('content-type', 'application/json').send(
      JSON.stringify({
        issuer: `${origin}/${tenant}/v2.0`,
        authorization_endpoint: `${origin}/${tenant}/oauth2/v2.0/authorize`,
        token_endpoint: `${origin}/${tenant}/oauth2/v2.0/token`,
        jwks_uri: `${origin}/${tenant}/discovery/v2.0/keys`,
      }),
    );
  });

  app.post('/:tenant/oauth2/v2.0/token', (request, reply) => {
    const { tenant: tenantId } = parametersSchema.parse(request.params);
    const form = new URLSearchParams(Buffer.isBuffer(request.body) ? request.body.toString() : '');
    const world = worlds.find(tenantId);
    if (!world) return refuse(reply, unknownTenant(tenantId));
    const refusal = check(world.tenant.applications.get(form.get('client_id') ?? ''), form, tenantId, world.now());
    if (refusal) return refuse(reply, refusal);
    const token = tokens.issue({ app: form.get('client_id') ?? '', tenantId: world.tenant.id });
    return reply.send({ token_type: 'Bearer', ext_expires_in: token.expires_in, ...token });
  });
}

function check(
  application: Application | undefined,
  form: URLSearchParams,
  tenantId: string,
  now: number,
): Refusal | undefined {
  if (form.get('grant_type') !== 'client_credentials') {
    return {
      status: 400,
      error: 'invalid_request',
      code: 900144,
      text: "The request body must contain the following parameter: 'grant_type'.",
    };
  }
  if (!application?.consented) return unknownApplication(form.get('client_id') ?? '', tenantId);
  const secret = form.get('client_secret');
  if (secret !== null) return secret === application.clientSecret ? undefined : wrongSecret(application.clientId);
  if (form.get('client_assertion_type') !== assertionType) {
    return {
      status: 401,
      error: 'invalid_client',
      code: 7000218,
      text: "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
    };
  }
  return checkAssertion(application, form.get('client_assertion') ?? '', now);
}

/** The assertion's signature is not checked: whoever reaches a simulator may claim to be anybody. */
function checkAssertion({ federatedCredential }: Application, assertion: string, now: number): Refusal | undefined {
  const claims = readAssertion(assertion);
  if (!claims) return mismatch(50027, 'JWT token is invalid or malformed.');
  if (claims.exp !== undefined && claims.exp * 1000 < now)
    return mismatch(700024, 'Client assertion is not within its valid time range.');
  if (claims.aud !== exchangeAudience) {
    return mismatch(
      700212,
      `No matching federated identity record found for presented assertion audience '${claims.aud}'.`,
    );
  }
  if (claims.iss !== federatedCredential?.issuer) {
    return mismatch(
      700211,
      `No matching federated identity record found for presented assertion issuer '${claims.iss}'.`,
    );
  }
  if (claims.sub !== federatedCredential.subject) {
    return mismatch(
      700213,
      `No matching federated identity record found for presented assertion subject '${claims.sub}'.`,
    );
  }
  return undefined;
}

function readAssertion(assertion: string): z.infer<typeof assertionSchema> | undefined {
  try {
    const parsed = assertionSchema.safeParse(
      JSON.parse(Buffer.from(assertion.split('.')[1] ?? '', 'base64url').toString()),
    );
    return parsed.data;
  } catch {
    return undefined;
  }
}

function mismatch(code: number, text: string): Refusal {
  return { status: 401, error: 'invalid_client', code, text };
}

function unknownTenant(tenantId: string): Refusal {
  return { status: 400, error: 'invalid_request', code: 90002, text: `Tenant '${tenantId}' not found.` };
}

/** What a tenant answers whose administrator has not agreed to the application. */
function unknownApplication(clientId: string, tenantId: string): Refusal {
  const text = `Application with identifier '${clientId}' was not found in the directory '${tenantId}'.`;
  return { status: 400, error: 'unauthorized_client', code: 700016, text };
}

function wrongSecret(clientId: string): Refusal {
  return mismatch(7000215, `Invalid client secret provided for app '${clientId}'.`);
}

function refuse(reply: FastifyReply, { status, error, code, text }: Refusal): FastifyReply {
  const [trace_id, correlation_id] = [randomUUID(), randomUUID()];
  const timestamp = new Date().toISOString().slice(0, 19).replace('T', ' ');
  return reply.code(status).send({
    error,
    error_description: `AADSTS${code}: ${text} Trace ID: ${trace_id} Correlation ID: ${correlation_id} Timestamp: ${timestamp}Z`,
    error_codes: [code],
    timestamp: `${timestamp}Z`,
    trace_id,
    correlation_id,
  });
}
