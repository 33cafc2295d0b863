/** What a test or benchmark needs and Graph has no API for, under `/_simulator`. No token needed. */
import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { AccessTokens } from './accessTokens.ts';
import { controlledWorld, readControl } from './controlRequests.ts';
import type { Counters } from './counters.ts';
import { type Faults, faultRuleSchema } from './faults.ts';
import { registerMailboxControls } from './mailboxControls.ts';
import { registerTenantControls } from './tenantControls.ts';
import type { Worlds } from './worlds.ts';

export type ControlParts = {
  worlds: Worlds;
  tokens: AccessTokens;
  counters: Counters;
  faults: Faults;
  setLatency: (milliseconds: number) => void;
};

const tokenSchema = z.object({ app: z.string().default('default') });
const latencySchema = z.strictObject({ milliseconds: z.number().min(0) });
const clockSchema = z.strictObject({ advanceSeconds: z.number() });
const newTenantSchema = z.strictObject({ id: z.guid().optional() });

export function registerControls(app: FastifyInstance, parts: ControlParts): void {
  const { worlds, tokens, counters, faults } = parts;
  const root = '/_simulator';

  app.get(`${root}/token`, request => {
    const { tenant } = controlledWorld(worlds, request);
    return tokens.issue({ app: tokenSchema.parse(request.query).app, tenantId: tenant.id });
  });
  app.post(`${root}/tenants`, request => {
    const { id = randomUUID() } = readControl(newTenantSchema, request);
    return { tenantId: worlds.add(id).tenant.id };
  });
  app.get(`${root}/counters`, () => counters.values());
  app.delete(`${root}/counters`, () => done(() => counters.reset()));
  app.post(`${root}/latency`, request =>
    done(() => parts.setLatency(readControl(latencySchema, request).milliseconds)),
  );
  app.post(`${root}/faults`, request => done(() => faults.add(readControl(faultRuleSchema, request))));
  app.delete(`${root}/faults`, () => done(() => faults.clear()));
  app.post(`${root}/clock`, request =>
    done(() => worlds.first.advanceClock(readControl(clockSchema, request).advanceSeconds * 1000)),
  );
  registerTenantControls(app, worlds);
  registerMailboxControls(app, worlds);
}

/** Does it and answers with an empty object. */
function done(effect: () => void): Record<string, never> {
  effect();
  return {};
}
