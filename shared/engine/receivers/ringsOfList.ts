import { ringOf } from '../../domain/rollout.ts';
import type { RolloutSettings } from '../../settings/rollout.ts';
import type { Rings } from '../rollouts/index.ts';
import { isFor, type ReadMembers, type RuleSources, readMembers } from './ruleReaders.ts';

interface ReadRing extends ReadMembers {
  readonly share: number;
}

export function readRings({ rings }: RolloutSettings, sources: RuleSources): Promise<ReadRing[]> {
  return Promise.all(
    rings.map(async ({ share = 0, ...members }, index) => ({
      ...(await readMembers(`rollout.rings[${index}]`, members, sources)),
      share,
    })),
  );
}

/** Who is missing from a ring's group in a way that proves nothing is in that ring still. */
export function ringsBy(rings: readonly ReadRing[]): Rings {
  const members = rings.map(ring => ({ share: ring.share, isMember: (id: string) => isFor(ring, id, true) === true }));
  const isKnown = ({ groups, named }: ReadRing) => !named.has(undefined) && groups.every(({ hasMember }) => hasMember);
  return { of: mailboxId => ringOf(mailboxId, members), known: rings.every(isKnown) };
}
