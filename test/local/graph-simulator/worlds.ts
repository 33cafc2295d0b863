/** The tenants of a simulator, each with a directory, mailboxes and notifications of its own under one clock. */
import type { Delays } from './delays.ts';
import { createNotifier } from './notifications.ts';
import { createTenant, type Tenant } from './tenant.ts';
import { defaultContactBehaviour, defaultDeltaBehaviour, type World } from './world.ts';

export type Worlds = {
  /** The tenant that is there from the start, and the only one that a state file keeps. */
  first: World;
  find: (tenantId: string) => World | undefined;
  add: (tenantId: string) => World;
  close: () => void;
};

export type WorldParts = Pick<World, 'now' | 'advanceClock' | 'random'> & { delays: Delays };

export function createWorlds(kept: Pick<World, 'tenant' | 'deltaExpiry'>, parts: WorldParts): Worlds {
  const { delays, ...shared } = parts;
  const worlds = new Map<string, World>();

  function open(tenant: Tenant, deltaExpiry: World['deltaExpiry']): World {
    const world: World = {
      tenant,
      deltaExpiry,
      ...shared,
      notifier: createNotifier(tenant, delays, parts.now),
      deltaBehaviour: { ...defaultDeltaBehaviour },
      contactBehaviour: { ...defaultContactBehaviour },
      missingUserPhoto: 'ImageNotFound',
    };
    worlds.set(tenant.id, world);
    return world;
  }

  return {
    first: open(kept.tenant, kept.deltaExpiry),
    find: tenantId => worlds.get(tenantId.toLowerCase()),
    add: tenantId => open(createTenant(tenantId.toLowerCase()), { epoch: 0, code: 'SyncStateNotFound' }),
    close: () => {
      for (const { notifier } of worlds.values()) notifier.close();
    },
  };
}
