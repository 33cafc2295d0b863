import { graphContactSchema, readContact } from '../../../shared/graph/graphContact.ts';
import { category, hasHistory, mapping, openSourceFolder, readEnd, readHistory } from '../../end-to-end/congress.ts';
import { contentsOf } from '../../world/contactRows.ts';
import { createWorld, listOf, type World } from './world.ts';

const targetCount = 2;

const list = listOf({
  destination: { folder: 'Members of Congress', category },
  mapping,
  // Years pass in minutes, so no number of removals may be held.
  safeguards: { maxRemovalShare: 1 },
});

/** The way that a driver of Graph takes changes of the source. */
function sourceOf({ source, sourceFolder }: World) {
  const contactOf = (body: unknown) => readContact(graphContactSchema.parse(body));
  return {
    batch: async (requests: readonly { method: string; url: string; body?: unknown }[]) =>
      requests.map(({ method, url, body }) => {
        const id = url.split('/').at(-1) ?? '';
        if (method === 'POST') return { id: source.add(sourceFolder, contactOf(body)) };
        if (method === 'DELETE') source.remove(id);
        else source.edit(id, contactOf(body));
        return { id };
      }),
  };
}

const testHistory = hasHistory() ? test : test.skip;

testHistory('four years of the Congress arrive in two mailboxes, change by change, each written once', async () => {
  const world = createWorld(list);
  const targets = world.addTargets(targetCount);
  const source = openSourceFolder(sourceOf(world), world.sourceId, world.sourceFolder);
  const { start, changeSets } = readHistory();

  const steps = [{ date: 'the start', changed: start }, ...changeSets];
  for (const [index, { date, changed }] of steps.entries()) {
    const { created, updated, deleted } = await source.apply(changed);
    await world.sync();
    const run = await world.latestRun();
    const writes = { created: created * targetCount, updated: updated * targetCount, deleted: deleted * targetCount };
    expect({ date, contacts: run?.contacts, problems: run?.problems }).toEqual({
      date,
      contacts: { ...writes, failed: 0 },
      problems: [],
    });
    // In turn: what is wrong in a mailbox stays wrong until its turn comes.
    const mailbox = world.graph.mailbox(targets[index % targetCount] ?? '');
    const folder = mailbox.findFolder([list.destination.folder])?.id ?? '';
    const contents = contentsOf(mailbox.contactsIn(folder).map(({ contact }) => contact));
    expect({ date, contents }).toEqual({ date, contents: source.expectedContents() });
  }
  expect(source.contents()).toEqual(readEnd());
});
