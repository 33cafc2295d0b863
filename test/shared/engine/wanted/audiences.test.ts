import { audienceOf } from '../../../../shared/domain/audience.ts';
import { createJournalReader } from '../../../../shared/engine/wanted/wantedContacts.ts';
import { withinAudience } from '../../../../shared/engine/wanted/withinAudience.ts';
import type { ContactList } from '../../../../shared/settings/contactList.ts';
import { createWorld, listOf, type World } from '../world.ts';

const groupOf = (index: number) => `group${index}@contoso.com`;
const places = Array.from({ length: 10 }, (_, index) => `Place ${index}`);
const rules = places.map((place, index) => ({
  when: { field: 'officeLocation', in: [place] },
  to: { groups: [groupOf(index)] },
}));
const restricted = () => listOf({ visibility: rules });

/** As many mailboxes in each of ten groups, and a contact for each group. */
function createPlaces(list: ContactList, mailboxesEach: number): { world: World; targets: string[] } {
  const world = createWorld(list);
  const targets = world.addTargets(10 * mailboxesEach);
  for (const [index, place] of places.entries()) {
    world.graph.setGroup(
      groupOf(index),
      targets.filter((_, number) => number % 10 === index),
    );
    world.source.add(world.sourceFolder, { displayName: place, officeLocation: place });
  }
  world.addContacts(1);
  return { world, targets };
}

/** What one change of one contact costs the tables over 1,000 mailboxes, and which readings of the list. */
async function costOfOneChange(list: ContactList) {
  const { world, targets } = createPlaces(list, 100);
  await world.run();
  const firstReadings = jest.spyOn(world.tables.sources, 'query');
  await world.drain();
  const first = firstReadings.mock.calls.map(rangeOf);
  jest.restoreAllMocks();
  const [contact] = world.source.contactsIn(world.sourceFolder);
  world.source.edit(contact?.id ?? '', { displayName: 'Place 0', officeLocation: 'Place 0', department: 'Changed' });
  await world.run();
  const { sources, mailboxes, progress, runs } = world.tables;
  const spies = [sources, mailboxes, progress, runs].flatMap(table =>
    (['get', 'query', 'pick', 'write'] as const).map(method => jest.spyOn(table, method)),
  );
  const readings = jest.spyOn(sources, 'query');
  await world.drain();
  const ranges = readings.mock.calls.map(rangeOf);
  const requests = spies.reduce((sum, { mock }) => sum + mock.calls.length, 0);
  jest.restoreAllMocks();
  expect(targets.filter(id => world.target(id)?.['Place 0']?.department === 'Changed')).toHaveLength(
    list.visibility ? 100 : 1000,
  );
  return {
    requests,
    journal: ranges.filter(from => from.startsWith('change:')).length,
    snapshots: [first, ranges].map(all => all.filter(from => from.startsWith('contact:')).length),
  };
}

function rangeOf([, range]: Parameters<World['tables']['sources']['query']>): string {
  return range && 'from' in range ? String(range.from) : '';
}

test('over 1,000 mailboxes ten audiences read the list and then its change once, which costs the tables no more than without', async () => {
  const without = await costOfOneChange(listOf());
  const withTen = await costOfOneChange(restricted());
  expect(withTen.requests).toBeLessThanOrEqual(without.requests);
  expect([withTen.journal, withTen.snapshots]).toEqual([1, [1, 0]]);
});

test('one change with an owner for each mailbox costs the tables no more than without, and the journal is read once', async () => {
  const costWith = async (changes: Parameters<typeof listOf>[0]) => {
    const world = createWorld(listOf(changes));
    const targets = world.addTargets(40);
    const ids = targets.map((_, index) =>
      world.source.add(world.sourceFolder, { displayName: `Of ${index}`, manager: `target${index + 1}@contoso.com` }),
    );
    await world.sync();
    world.source.edit(ids[0] ?? '', { ...world.source.contact(ids[0] ?? '').contact, department: 'Changed' });
    await world.run();
    const { sources, mailboxes, progress, runs } = world.tables;
    const spies = [sources, mailboxes, progress, runs].flatMap(table =>
      (['get', 'query', 'pick', 'write'] as const).map(method => jest.spyOn(table, method)),
    );
    const readings = jest.spyOn(sources, 'query');
    await world.drain();
    const requests = spies.reduce((sum, { mock }) => sum + mock.calls.length, 0);
    const ranges = readings.mock.calls.map(rangeOf);
    jest.restoreAllMocks();
    const changed = targets.filter(id => world.target(id)?.['Of 0']?.department === 'Changed').length;
    return { requests, changed, journal: ranges.filter(from => from.startsWith('change:')).length };
  };
  const without = await costWith({});
  const withOwners = await costWith({ owners: { from: 'manager' } });
  expect([without.changed, withOwners.changed]).toEqual([40, 1]);
  expect(withOwners.requests).toBeLessThanOrEqual(without.requests);
  expect(withOwners.journal).toBe(1);
});

describe('no mailbox is shown what another sees', () => {
  let world: World;
  let targets: string[];

  beforeEach(async () => {
    ({ world, targets } = createPlaces(restricted(), 1));
    await world.sync();
  });

  const own = (index: number) => ['Contact 1', `Place ${index}`];

  test('in what is synced', () => {
    expect(targets.map(id => world.targetNames(id))).toEqual(targets.map((_, index) => own(index)));
  });

  test('by a reading of the journal that is kept for all, whoever asked first', async () => {
    const [list] = world.lists as [ContactList];
    const goal = { head: 11, epoch: 0, newest: 11 };
    const shared = createJournalReader(world.openListPartition);
    const audienceAt = (index: number) => audienceOf(list.visibility ?? [], rule => rule === list.visibility?.[index]);
    const keys = world.source.contactsIn(world.sourceFolder).map(({ id }) => id);
    const seenBy = async (index: number, start: 'snapshot' | { position: number; settings: string }) => {
      const reader = withinAudience(shared, { audience: audienceAt(index) });
      const wanted = [
        await reader.readContacts(list, keys, goal),
        (await reader.readWanted(list, start, goal)).changes,
      ];
      return wanted.map(changes =>
        changes.flatMap(change => (change.sight ? [] : (change.wanted?.contact.displayName ?? []))).sort(),
      );
    };
    for (const start of ['snapshot', { position: 0, settings: '' }] as const) {
      for (const index of [3, 0, 9, 3]) expect(await seenBy(index, start)).toEqual([own(index), own(index)]);
    }
  });

  test('by previews, side by side and one after the other', async () => {
    for (const { id, contact } of world.source.contactsIn(world.sourceFolder)) {
      if (contact.officeLocation) world.source.edit(id, { ...contact, department: 'Changed' });
    }
    const previews = await Promise.all(targets.map(id => world.previewMailbox(id)));
    for (const id of targets.slice(0, 2)) previews.push(await world.previewMailbox(id));
    const shown = previews.map(preview => ('operations' in preview ? preview.operations : []));
    expect(shown.map(operations => operations.map(({ displayName }) => displayName))).toEqual(
      previews.map((_, index) => [`Place ${index % 10}`]),
    );
    expect(await world.previewList()).toMatchObject({ creates: 0, patches: 10, deletes: 0 });
  });

  test('by explanations', async () => {
    const explained = await Promise.all(targets.map(id => world.explain(id, 'Place 4')));
    expect(explained.map(({ contacts }) => contacts[0]?.state)).toEqual(
      targets.map((_, index) => (index === 4 ? 'present' : 'notForThisUser')),
    );
  });

  test('by what a preview stored nowhere: the next run finds the audiences as they are', async () => {
    const [first = '', second = ''] = targets;
    world.graph.setGroup(groupOf(0), [first, second]);
    expect(await world.previewList()).toMatchObject({ creates: 1, deletes: 0 });
    expect((await world.progress(second))?.wantedAudience).toBe((await world.progress(second))?.audience);
    world.graph.setGroup(groupOf(0), [first]);
    expect((await world.sync()).sent).toBe(0);
    expect(world.targetNames(second)).toEqual(own(1));
  });
});
