import { expectOutcome } from './benchmarkCase.ts';
import type { TestBed } from './testBed.ts';

/** Ten batches a mailbox. */
export const changedContacts = 200;

/** Gives the first contacts of the source another title. */
export async function changeMany({ source, world }: TestBed, jobTitle: string): Promise<void> {
  const changed = source.contacts.slice(0, changedContacts);
  await world.graph.batch(
    changed.map(({ id }) => ({
      method: 'PATCH',
      url: `/users/${source.mailboxId}/contacts/${id}`,
      body: { jobTitle },
    })),
  );
}

/** @throws unless every target holds every contact once, and those changed ones with their title */
export async function expectChanges({ targets, source, readTargets }: TestBed, jobTitle: string): Promise<void> {
  for (const target of await readTargets('jobTitle')) {
    expectOutcome('Contacts in a target', target.length, source.contacts.length);
    const changed = target.filter(contact => contact.jobTitle === jobTitle).length;
    expectOutcome(`Changed contacts in one of ${targets.length} targets`, changed, changedContacts);
  }
}
