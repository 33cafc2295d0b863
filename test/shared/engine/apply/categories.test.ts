import { crash } from '../../../memory/graphFaults.ts';
import { createWorld, listOf, type World } from '../world.ts';

type List = ReturnType<typeof listOf>;

let world: World;
let target: string;
let ids: string[];

beforeEach(async () => {
  world = createWorld(withCategory('Company'));
  [target = ''] = world.addTargets(1);
  ids = world.addContacts(3);
  setSource(0, 'VIP', 'Board');
  await world.sync();
  world.takeCalls();
});

function withCategory(category: string | null, changes: object = {}): List {
  return listOf({ destination: { folder: 'Company', category }, ...changes });
}

function setSource(index: number, ...categories: string[]): void {
  const id = ids[index] ?? '';
  const { categories: _, ...contact } = world.source.contact(id).contact;
  world.source.edit(id, categories.length > 0 ? { ...contact, categories } : contact);
}

/** The user sets the categories of a contact in the mailbox. */
function setTarget(number: number, ...categories: string[]): void {
  const mailbox = world.graph.mailbox(target);
  const id = world.targetId(target, `Contact ${number}`);
  mailbox.edit(id, { ...mailbox.contact(id).contact, categories });
}

function categoriesOf(number: number): readonly string[] | undefined {
  return world.target(target)?.[`Contact ${number}`]?.categories;
}

function operations(): string[] {
  const reads = ['getFolder', 'isDeleted'];
  return world.takeCalls(target).flatMap(({ operation }) => (reads.includes(operation) ? [] : [operation]));
}

/** As an earlier version left them. */
async function forgetCategoryNames(): Promise<void> {
  const { mailboxes } = world.tables;
  for (const { rowKey, properties } of await mailboxes.query(target, { from: 'contact:', to: 'contact;' })) {
    const { categories: _, ...others } = properties;
    await mailboxes.write(target, [{ kind: 'replace', rowKey, properties: others }]);
  }
}

describe.each(['by name', 'by their fingerprint alone, as an earlier version left them'])(
  'of categories that are known %s',
  how => {
    beforeEach(async () => {
      if (how !== 'by name') await forgetCategoryNames();
    });

    test("other settings exchange the list's, and the user's stay", async () => {
      setTarget(1, 'Mine', 'VIP', 'Board', 'Company');
      setTarget(2, 'Company', 'Mine');
      world.setLists(withCategory('Firm'));
      await world.sync();
      expect(categoriesOf(1)).toEqual(['Mine', 'VIP', 'Board', 'Firm']);
      expect(categoriesOf(2)).toEqual(['Mine', 'Firm']);
      expect(categoriesOf(3)).toEqual(['Firm']);
      world.setLists(withCategory(null));
      await world.sync();
      expect([1, 2, 3].map(categoriesOf)).toEqual([['Mine', 'VIP', 'Board'], ['Mine'], undefined]);
    });

    test("the source's come and go, and the user's stay", async () => {
      setTarget(1, 'VIP', 'Board', 'Company', 'Mine');
      setSource(0, 'Board', 'Partner');
      await world.sync();
      expect(categoriesOf(1)).toEqual(['Board', 'Company', 'Mine', 'Partner']);
      setSource(0);
      await world.sync();
      expect(categoriesOf(1)).toEqual(['Company', 'Mine']);
    });
  },
);

test('what the user took away of what was written stays away while it is the same at the source', async () => {
  setTarget(1, 'Board', 'Mine');
  setSource(0, 'VIP', 'Board', 'Partner');
  await world.sync();
  expect(categoriesOf(1)).toEqual(['Board', 'Mine', 'Partner']);
});

test("are in the source's order where nothing is the user's", async () => {
  setSource(0, 'Partner', 'VIP');
  await world.sync();
  expect(categoriesOf(1)).toEqual(['Partner', 'VIP', 'Company']);
});

test('names compare without case, as Outlook compares them', async () => {
  setTarget(1, 'vip', 'BOARD', 'company', 'Mine');
  setSource(0, 'Vip', 'Partner');
  await world.sync();
  expect(categoriesOf(1)).toEqual(['vip', 'company', 'Mine', 'Partner']);
});

test('are read just before they change, and at no other time', async () => {
  const id = ids[0] ?? '';
  world.source.edit(id, { ...world.source.contact(id).contact, department: 'Engines' });
  await world.sync();
  expect(operations()).toEqual(['patch']);
  world.setLists(withCategory('Firm'));
  await world.sync();
  expect(operations()).toEqual([...Array(3).fill('readCategories'), ...Array(3).fill('patch')]);
});

describe('a full reconcile that undoes what users did', () => {
  const revert = withCategory('Company', { userEdits: 'revert' });

  async function reconcile(): Promise<void> {
    world.setLists(revert);
    await world.resync(undefined, 'full');
    await world.drain();
  }

  test("takes a user's own category for no drift", async () => {
    setTarget(1, 'Mine', 'VIP', 'Board', 'Company');
    await reconcile();
    expect(operations()).toEqual(['listStamped']);
    expect((await world.latestRun())?.repaired).toMatchObject({ drifted: 0 });
  });

  test.each([false, true])('puts back what is missing of ours beside it (earlier rows: %s)', async earlier => {
    if (earlier) await forgetCategoryNames();
    setTarget(1, 'Mine', 'Board');
    await reconcile();
    expect(categoriesOf(1)).toEqual(['Mine', 'Board', 'VIP', 'Company']);
    world.takeCalls();
    await reconcile();
    expect(operations()).toEqual(['listStamped']);
  });
});

test("content in doubt is written again beside the user's categories", async () => {
  setTarget(1, 'VIP', 'Board', 'Company', 'Mine');
  setSource(0, 'VIP');
  world.graph.fail({ on: { operation: 'patch' }, committed: true, meanwhile: crash });
  await world.run();
  await world.deliver();
  setTarget(1, 'VIP', 'Company', 'Mine', 'Mine too');
  world.restart();
  await world.drain();
  expect(categoriesOf(1)).toEqual(['VIP', 'Company', 'Mine', 'Mine too']);
  setSource(0);
  await world.sync();
  expect(categoriesOf(1)).toEqual(['Company', 'Mine', 'Mine too']);
});

test('content in doubt leaves a category alone that the user gives while it is written again', async () => {
  setSource(0, 'VIP');
  world.graph.fail({ on: { operation: 'patch' }, committed: true, meanwhile: crash });
  await world.run();
  await world.deliver();
  world.restart();
  let given = false;
  world.graph.fail({
    on: { operation: 'patch', displayName: 'Contact 1' },
    meanwhile: async () => {
      setTarget(1, 'VIP', 'Company', 'Mine');
      given = true;
    },
  });
  await world.drain();
  expect(given).toBe(true);
  expect(categoriesOf(1)).toEqual(['VIP', 'Company', 'Mine']);
  setSource(0);
  await world.sync();
  expect(categoriesOf(1)).toEqual(['Company', 'Mine']);
});

test('a patch that Graph failed at after it was done: what it wrote goes when the source takes it back', async () => {
  setTarget(1, 'VIP', 'Board', 'Company', 'Mine');
  setSource(0, 'VIP', 'Partner');
  setSource(1, 'VIP');
  world.graph.fail({
    on: { operation: 'patch', displayName: 'Contact 1' },
    committed: true,
    answer: { status: 500, code: 'ErrorItemSave' },
    times: 3,
  });
  await world.sync();
  expect(categoriesOf(1)).toEqual(['VIP', 'Company', 'Mine', 'Partner']);
  expect(await world.progress(target)).toMatchObject({ state: 'current', failed: 1 });
  setSource(0, 'VIP', 'Board');
  await world.sync();
  expect(categoriesOf(1)).toEqual(['VIP', 'Company', 'Mine', 'Board']);
});

test('a contact whose categories cannot be read holds up no other', async () => {
  const broken = { status: 500, code: 'ErrorItemCorrupt' };
  const on = { operation: 'readCategories', displayName: 'Contact 1' };
  world.graph.fail({ on, answer: broken, times: Number.POSITIVE_INFINITY });
  world.setLists(withCategory('Firm'));
  await world.sync();
  expect([2, 3].map(categoriesOf)).toEqual([['Firm'], ['Firm']]);
  expect(await world.progress(target)).toMatchObject({ state: 'current', failed: 1 });
  expect(categoriesOf(1)).toEqual(['VIP', 'Board', 'Company']);
});

test('a contact that the user deleted for good is found out by the reading, and comes back with all of them', async () => {
  world.graph.mailbox(target).contacts.delete(world.targetId(target, 'Contact 1'));
  setSource(0, 'Partner');
  await world.sync();
  expect(categoriesOf(1)).toEqual(['Partner', 'Company']);
});
