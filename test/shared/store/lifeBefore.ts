import type { GraphFailure } from '../../../shared/ports/contactMailbox.ts';
import type { World } from '../engine/world.ts';

/** What a world of any version can do. */
type AnyWorld = Pick<World, 'addContacts' | 'addTargets' | 'sync' | 'run' | 'deliver'> & {
  readonly source: Pick<World['source'], 'edit' | 'remove'>;
  readonly graph: Pick<World['graph'], 'addUser' | 'setGroup' | 'fail'> & {
    mailbox(id: string): { failure: GraphFailure | undefined };
  };
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

/**
 * The process died in the second batch of each mailbox: one gets a changed department of every contact (its first batch
 * is Contact 1 to 20), one is new and gets the contacts (all but Contact 2 to 6, in the order of their ids). Of a second
 * batch two contacts are in the mailbox, and not in the ledger. Resolves with the mailboxes.
 */
export async function dieInRun(world: AnyWorld, crash: () => Promise<never>): Promise<string[]> {
  const { source, graph, addContacts, addTargets, sync, run, deliver } = world;
  const contacts = addContacts(25);
  const [patched = ''] = addTargets(1);
  await sync();
  contacts.forEach((id, index) => {
    source.edit(id, { displayName: `Contact ${index + 1}`, department: 'Engines' });
  });
  const filled = graph.addUser('target2@contoso.com');
  graph.setGroup('all@contoso.com', [patched, filled]);
  graph.fail({ on: { operation: 'patch', displayName: 'Contact 23' }, meanwhile: crash });
  graph.fail({ on: { operation: 'create', displayName: 'Contact 4' }, meanwhile: crash });
  await run();
  await deliver();
  return [patched, filled];
}
