import type { ListView } from '../../../../shared/api/lists.ts';
import type { ContactList } from '../../../../shared/settings/contactList.ts';
import { failure } from '../../../memory/graphFaults.ts';
import { createWorld, hour, listOf, type World } from '../world.ts';

const week = 7 * 24 * hour;

let world: World;
let targets: string[];

beforeEach(() => {
  world = createWorld();
  world.addContacts(1);
  targets = world.addTargets(4);
});

function setTargets(changes: Readonly<Record<string, unknown>>): ContactList {
  const list = listOf({ targets: changes });
  world.setLists(list);
  return list;
}

async function shown(list: ContactList): Promise<ListView | undefined> {
  return world.openApp({ lists: [list] }).readList('staff');
}

async function rowsAndLogs(): Promise<string> {
  const outcome = await world.sync();
  const rows = await Promise.all([world.tables.sources.query('staff'), world.tables.runs.queryAcross('summary', 100)]);
  const problems = outcome.problems.map(({ code, detail }) => ({ code, detail }));
  // What names lead to is kept by name, in a row that nobody is shown.
  const [source, runs] = rows;
  return JSON.stringify([problems, runs, source.filter(({ rowKey }) => rowKey !== 'targets')]);
}

function served(): number {
  return targets.filter(target => world.targetNames(target) !== undefined).length;
}

describe('a name among others that leads to nobody', () => {
  test.each([
    ['mailboxes', 'targets.mailboxes[1]', { mailboxes: ['target1@contoso.com', 'nobody@contoso.com'] }],
    ['groups', 'targets.groups[1]', { groups: ['all@contoso.com', 'nobody@contoso.com'] }],
    [
      'excluded groups',
      'targets.exclude.groups[0]',
      { groups: ['all@contoso.com'], exclude: { groups: ['nobody@contoso.com'] } },
    ],
  ])('(of %s) is an error of the list, named to admins and in no row or log', async (_, path, changes) => {
    const list = setTargets(changes);
    const kept = await rowsAndLogs();
    expect(kept).toContain(path);
    expect(kept).not.toContain('nobody@contoso.com');
    const named = { detail: expect.stringContaining(`${path} ("nobody@contoso.com")`) };
    expect(await shown(list)).toMatchObject({ state: 'error', problem: named, problems: [named] });
    expect((await world.latestRun())?.problems).toMatchObject([named]);
    expect((await world.previewList()).problems).toMatchObject([named]);
  });

  test('says that a dynamic distribution group cannot be read', async () => {
    const list = setTargets({ groups: ['dynamic@contoso.com'] });
    await world.sync();
    expect((await shown(list))?.problem?.detail).toContain('dynamic distribution group');
  });

  test('is an error no more once it leads somewhere, without waiting', async () => {
    const list = setTargets({ mailboxes: ['target1@contoso.com', 'late@contoso.com'] });
    await world.sync();
    const late = world.graph.addUser('late@contoso.com');
    await world.sync();
    expect(await shown(list)).toMatchObject({ state: 'ok', problems: [] });
    expect(world.targetNames(late)).toHaveLength(1);
  });

  test('is not named from other settings than those that it stood in', async () => {
    setTargets({ mailboxes: ['target1@contoso.com', 'nobody@contoso.com'] });
    await world.sync();
    setTargets({ mailboxes: ['target1@contoso.com', 'target2@contoso.com'] });
    expect((await world.latestRun())?.problems[0]?.detail).not.toContain('target2');
  });
});

test('what the directory does not answer is an error for as long', async () => {
  const list = setTargets({ groups: ['all@contoso.com'] });
  world.graph.fail({ on: { operation: 'groupMembers' }, answer: failure('accessDenied') });
  await world.sync();
  expect(await shown(list)).toMatchObject({ state: 'error', problem: { code: 'ErrorAccessDenied' } });
  await world.sync();
  expect(await shown(list)).toMatchObject({ state: 'ok' });
});

describe('a group is followed by its id', () => {
  let list: ContactList;
  let group: string;

  beforeEach(async () => {
    list = setTargets({ groups: ['all@contoso.com'] });
    group = world.graph.setGroup('all@contoso.com', targets);
    await world.sync();
  });

  test('when its name leads nowhere any more: that is an error, and its members go on to come and go', async () => {
    world.graph.renameGroup(group, 'everyone@contoso.com');
    await world.clock.advance(week);
    for (let run = 0; run < 2; run += 1) {
      expect((await world.sync()).problems).toMatchObject([{ code: 'UnknownTargetGroup' }]);
    }
    expect(await shown(list)).toMatchObject({ state: 'error', problem: { detail: expect.stringContaining(group) } });
    world.graph.setGroup('everyone@contoso.com', targets.slice(1));
    await world.sync();
    expect(served()).toBe(3);
  });

  test('when its name leads to another group, by whose members nobody is touched until the settings say which is meant', async () => {
    world.graph.renameGroup(group, 'everyone@contoso.com');
    const stranger = world.graph.addUser('stranger@contoso.com');
    const other = world.graph.setGroup('all@contoso.com', [...targets.slice(2), stranger]);
    await world.clock.advance(week);
    expect((await world.sync()).problems).toMatchObject([{ code: 'TargetGroupReplaced' }]);
    expect([served(), world.targetNames(stranger)]).toEqual([4, undefined]);
    setTargets({ groups: [other] });
    expect((await world.sync()).problems).toEqual([]);
    expect([served(), world.targetNames(stranger)?.length]).toEqual([2, 1]);
  });

  test('when it is gone and another was made under its name: nobody leaves, nobody joins', async () => {
    world.graph.removeGroup(group);
    const stranger = world.graph.addUser('stranger@contoso.com');
    const again = world.graph.setGroup('all@contoso.com', [...targets, stranger]);
    for (let run = 0; run < 2; run += 1) {
      expect((await world.sync()).problems).toMatchObject([{ code: 'TargetGroupReplaced' }]);
    }
    expect([served(), world.targetNames(stranger)]).toEqual([4, undefined]);
    setTargets({ groups: [again] });
    expect((await world.sync()).problems).toEqual([]);
    expect([served(), world.targetNames(stranger)?.length]).toEqual([4, 1]);
  });

  test('when its name leads to it again, that is the end of the error', async () => {
    world.graph.renameGroup(group, 'everyone@contoso.com');
    await world.clock.advance(week);
    await world.sync();
    world.graph.renameGroup(group, 'all@contoso.com');
    expect((await world.sync()).problems).toEqual([]);
    world.takeCalls();
    await world.run();
    expect(world.takeCalls().map(({ operation }) => operation)).toEqual(['readChanges', 'groupMembers']);
  });
});

test('a mailbox whose address leads nowhere any more goes on to be served, and is named', async () => {
  const list = setTargets({ mailboxes: ['target1@contoso.com'] });
  await world.sync();
  world.graph.renameUser(targets[0] ?? '', 'other@contoso.com');
  await world.clock.advance(week);
  world.addContacts(1, 'New');
  expect((await world.sync()).problems).toMatchObject([{ code: 'UnknownTargetMailbox' }]);
  expect(world.targetNames(targets[0] ?? '')).toHaveLength(2);
  expect(await shown(list)).toMatchObject({ state: 'error' });
});
