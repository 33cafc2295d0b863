import { failure } from '../../../memory/graphFaults.ts';
import { createWorld, hour, listOf, type World } from '../world.ts';

const all = 'all@contoso.com';
const withChoice = (choice: 'none' | 'optOut' | 'optIn', changes: object = {}) => listOf({ choice, ...changes });

let world: World;
let [ada, ben] = ['', ''];

async function start(list = withChoice('optOut')): Promise<void> {
  world = createWorld(list);
  [ada = '', ben = ''] = world.addTargets(2);
  world.addContacts(2);
  await world.sync();
}

/** What somebody decides, and what comes of it without a schedule. */
async function choose(mailboxId: string, choice: 'on' | 'off'): Promise<void> {
  const [list] = world.lists;
  expect(list && (await world.app.choose(list, mailboxId, choice))).toBeUndefined();
  await world.drain();
}

function counts(): (number | undefined)[] {
  return [ada, ben].map(id => world.targetNames(id)?.length);
}

async function own(mailboxId: string) {
  return (await world.app.readOwnLists(mailboxId)).map(({ id, choice, on, state, contacts }) => {
    return { id, choice, on, state, contacts };
  });
}

test('who switches a list off is no target: it is cleaned up at once, alone, and comes back when it is switched on', async () => {
  await start();
  await choose(ada, 'off');
  expect(counts()).toEqual([undefined, 2]);
  expect((await world.sync()).sent).toBe(0);
  expect(await world.app.readList('staff')).toMatchObject({ choice: 'optOut', choices: { on: 0, off: 1 } });
  await choose(ada, 'on');
  expect(counts()).toEqual([2, 2]);
});

test('who switched a list off is cleaned up although the account is disabled before that is done, or was before', async () => {
  await start();
  world.graph.mailbox(ada).failure = failure('accessDenied');
  await choose(ada, 'off');
  world.graph.setEnabled(ada, false);
  await world.sync();
  world.graph.mailbox(ada).failure = undefined;
  await world.clock.advance(25 * hour);
  await world.sync();
  expect(counts()).toEqual([undefined, 2]);

  world.graph.setEnabled(ben, false);
  await world.sync();
  await world.app.choose(world.lists[0] as ReturnType<typeof listOf>, ben, 'off');
  await world.drain();
  expect(counts()).toEqual([undefined, undefined]);
});

test('what was chosen outlives leaving the group and joining it again', async () => {
  await start();
  await choose(ada, 'off');
  world.graph.setGroup(all, [ben]);
  await world.sync();
  world.graph.setGroup(all, [ada, ben]);
  await world.sync();
  expect(counts()).toEqual([undefined, 2]);
});

test('who is to switch a list on gets it only then, and is offered it before', async () => {
  await start(withChoice('optIn'));
  expect(counts()).toEqual([undefined, undefined]);
  expect(await own(ada)).toEqual([{ id: 'staff', choice: 'optIn', on: false, state: null, contacts: 0 }]);
  await choose(ada, 'on');
  expect(counts()).toEqual([2, undefined]);
  expect(await own(ada)).toEqual([{ id: 'staff', choice: 'optIn', on: true, state: 'current', contacts: 2 }]);
});

test('all may switch it off at once: nobody is asked, and nobody who leaves otherwise is held for it', async () => {
  await start(withChoice('optOut', { safeguards: { maxRemovalShare: 0, maxRemovals: 0 } }));
  await choose(ada, 'off');
  await choose(ben, 'off');
  expect(counts()).toEqual([undefined, undefined]);
  expect(await world.openListPartition('staff').readLeavingHold()).toBeUndefined();
});

test('users who lose a list because they have to switch it on from now on wait for a decision like any who leave', async () => {
  await start(withChoice('none', { safeguards: { maxRemovalShare: 0, maxRemovals: 0 } }));
  world.setLists(withChoice('optIn', { safeguards: { maxRemovalShare: 0, maxRemovals: 0 } }));
  await world.sync();
  expect(counts()).toEqual([2, 2]);
  expect((await world.openListPartition('staff').readLeavingHold())?.hold).toMatchObject({ removals: 2 });
});

test('what leaves the contacts of who leaves does so here, too, until the person has them removed', async () => {
  await start(withChoice('optOut', { whenTargetLeaves: 'leave' }));
  await choose(ada, 'off');
  expect(counts()).toEqual([2, 2]);
  expect(await own(ada)).toMatchObject([{ on: false, state: 'kept', contacts: 2 }]);
  const [list] = world.lists;
  await world.app.clearOwn(list as NonNullable<typeof list>, ada);
  await world.drain();
  await world.sync();
  expect(counts()).toEqual([undefined, 2]);
  await choose(ada, 'on');
  expect(counts()).toEqual([2, 2]);
});

test('a choice waits where the list asks nobody, and a list of nobody to choose is not theirs', async () => {
  await start();
  await choose(ada, 'off');
  world.setLists(withChoice('none'));
  await world.sync();
  expect(counts()).toEqual([2, 2]);
  const [list] = world.lists as [ReturnType<typeof listOf>];
  expect(await world.app.choose(list, ada, 'off')).toBe('notTheirs');
  expect(await world.app.clearOwn(list, ada)).toBe('notTheirs');
});

test('nobody outside the targets is offered a list, or can choose it', async () => {
  await start(withChoice('optIn'));
  const eve = world.graph.addUser('eve@contoso.com');
  const [list] = world.lists as [ReturnType<typeof listOf>];
  expect(await own(eve)).toEqual([]);
  expect(await world.app.choose(list, eve, 'on')).toBe('notOffered');
  world.exclude(ada);
  await world.sync();
  expect(await own(ada)).toEqual([]);
});

test('explain and preview say that the user switched it off', async () => {
  await start();
  await choose(ada, 'off');
  expect((await world.explain(ada, 'Contact 1')).contacts[0]).toMatchObject({
    present: false,
    state: 'notChosen',
    reason: 'the user switched the list off, or has not switched it on',
  });
  expect(await world.previewMailbox(ada)).toEqual({ kind: 'notChosen' });
  expect(await world.previewList()).toMatchObject({ creates: 0, deletes: 0 });
});

test('who switched a list off owns nothing of it', async () => {
  const owners = { from: 'userField1', unassigned: ['target2@contoso.com'] };
  await start(withChoice('optOut', { owners }));
  world.source.add(world.sourceFolder, { displayName: 'Customer', userField1: 'target1@contoso.com' });
  await world.sync();
  expect(counts()).toEqual([3, 2]);
  await choose(ada, 'off');
  await world.sync();
  expect(counts()).toEqual([undefined, 3]);
});

test.each([
  ['optOut', 'off'],
  ['optIn', 'on'],
] as const)(
  'a choice that cannot be read changes nobody (%s, %s before), and the list tells',
  async (policy, before) => {
    await start(withChoice(policy));
    await choose(ada, before);
    const [asBefore] = counts();
    await world.tables.choices.write('staff', [{ kind: 'replace', rowKey: ada, properties: { choice: 'maybe' } }]);
    await world.sync();
    expect(counts()[0]).toBe(asBefore);
    const isOn = before === 'on';
    expect(await own(ada)).toMatchObject([{ on: isOn }]);
    const problem = { list: 'staff', code: 'DamagedRow', detail: expect.stringContaining(`row key ${ada}`) };
    expect((await world.latestRun())?.problems).toMatchObject([problem]);
    await world.resync(ada);
    await world.drain();
    expect(counts()[0]).toBe(asBefore);
    await choose(ada, isOn ? 'off' : 'on');
    expect(counts()[0]).toBe(isOn ? undefined : 2);
    await world.sync();
    expect((await world.latestRun())?.problems).toEqual([]);
  },
);
