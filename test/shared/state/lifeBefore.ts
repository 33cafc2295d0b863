import type { GraphFailure } from '../../../shared/ports/contactMailbox.ts';
import type { World } from '../workflows/world.ts';

/** What a world of any version can do. */
type AnyWorld = Pick<World, 'addContacts' | 'addTargets' | 'sync'> & {
  readonly source: Pick<World['source'], 'edit' | 'remove'>;
  readonly graph: { mailbox(id: string): { failure: GraphFailure | undefined } };
};

/** No removal goes without a decision. */
export const cautious = { safeguards: { maxRemovalShare: 0, maxRemovals: 0 } };

/**
 * What happened before the upgrade: one mailbox is up to date, one could not be written to and is behind by a change,
 * and a removal waits for a decision. Resolves with the mailboxes.
 */
export async function liveBefore(
  { source, graph, sync, addContacts, addTargets }: AnyWorld,
  refusal: GraphFailure,
): Promise<string[]> {
  const [first = '', second = '', third = ''] = addContacts(3);
  const targets = addTargets(2);
  await sync();
  source.edit(first, { displayName: 'Contact 1', department: 'Engines' });
  await sync();
  graph.mailbox(targets[1] ?? '').failure = refusal;
  source.edit(second, { displayName: 'Contact 2', department: 'Boilers' });
  source.remove(third);
  await sync();
  return targets;
}
