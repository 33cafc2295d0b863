import { failure } from '../../../memory/graphFaults.ts';
import { createWorld, listOf, type World } from '../world.ts';

const board = 'board@contoso.com';
const forBoard = { when: { field: 'department', in: ['Board'] }, to: { groups: [board] } };
const withRules = (...visibility: object[]) => listOf({ visibility });

let world: World;
let inside = '';
let outside = '';

/** Two mailboxes, of which one is in the group of the rule; two contacts, of which the rule is about one. */
beforeEach(async () => {
  world = createWorld(withRules(forBoard));
  const [first = '', second = ''] = world.addTargets(2);
  [inside, outside] = [first, second];
  world.graph.setGroup(board, [inside]);
  world.addContacts(1, 'Staff');
  add('Secret', 'Board');
  await world.sync();
});

function add(displayName: string, department: string): string {
  return world.source.add(world.sourceFolder, { displayName, department });
}

/** Half of a group may go at once without a decision. */
async function swapMembers(from: string, to: string): Promise<void> {
  world.graph.setGroup(board, [from, to]);
  await world.sync();
  world.graph.setGroup(board, [to]);
}

function names(mailboxId: string): string[] | undefined {
  return world.targetNames(mailboxId);
}

test('a contact that meets a rule goes only to those whom the rule is for', () => {
  expect([names(inside), names(outside)]).toEqual([['Secret', 'Staff 1'], ['Staff 1']]);
});

test('a contact that a rule begins to be about is gone from all other mailboxes in the same run, and comes back', async () => {
  const id = add('Plan', 'Sales');
  await world.sync();
  expect(names(outside)).toEqual(['Plan', 'Staff 1']);
  world.source.edit(id, { displayName: 'Plan', department: 'Board' });
  await world.sync();
  expect([names(inside), names(outside)]).toEqual([['Plan', 'Secret', 'Staff 1'], ['Staff 1']]);
  world.takeCalls();
  world.source.edit(id, { displayName: 'Plan', department: 'Sales' });
  await world.sync();
  expect(names(outside)).toEqual(['Plan', 'Staff 1']);
  // It was never there as far as the ledger should know: nothing is listed to find it.
  expect(world.takeCalls(outside).map(({ operation }) => operation)).toEqual(['create']);
});

test('who joins or leaves the group of a rule is planned anew, and nobody else', async () => {
  world.takeCalls();
  world.graph.setGroup(board, [inside, outside]);
  expect((await world.sync()).sent).toBe(1);
  expect(names(outside)).toEqual(['Secret', 'Staff 1']);
  expect(world.takeCalls(inside)).toEqual([]);
  world.graph.setGroup(board, [outside]);
  expect((await world.sync()).sent).toBe(1);
  expect([names(inside), names(outside)]).toEqual([['Staff 1'], ['Secret', 'Staff 1']]);
  expect((await world.sync()).sent).toBe(0);
});

test('explain names the rule and whom it is for', async () => {
  const [explained] = (await world.explain(outside, 'Secret')).contacts;
  expect(explained).toMatchObject({
    present: false,
    state: 'notForThisUser',
    reason: 'not for this user: rule 1 is for the group board@contoso.com',
  });
  expect((await world.explain(inside, 'Secret')).contacts).toMatchObject([{ present: true, state: 'present' }]);
  await swapMembers(inside, outside);
  expect((await world.explain(inside, 'Secret')).contacts).toMatchObject([{ present: true, state: 'notForThisUser' }]);
});

test('previews show each mailbox what it gets, and the totals of all', async () => {
  await swapMembers(inside, outside);
  const about = async (mailboxId: string) => {
    const preview = await world.previewMailbox(mailboxId);
    return 'operations' in preview ? preview.operations : [];
  };
  expect(await about(inside)).toMatchObject([{ action: 'delete', displayName: 'Secret', reason: 'not for this user' }]);
  add('Plan', 'Board');
  expect(await about(outside)).toMatchObject([{ action: 'create', displayName: 'Plan' }]);
  expect(await world.previewList()).toMatchObject({ creates: 1, patches: 0, deletes: 1, kept: 0 });
});

test('a contact that meets two rules is for those who are in both', async () => {
  const forSales = { when: { field: 'displayName', startsWith: 'Secret' }, to: { mailboxes: [outside] } };
  world.setLists(withRules(forBoard, forSales));
  await world.sync();
  expect([names(inside), names(outside)]).toEqual([['Staff 1'], ['Staff 1']]);
});

test('whom a rule is for may change without a word to other mailboxes', async () => {
  world.setLists(withRules({ ...forBoard, to: { groups: [board], mailboxes: [outside] } }));
  expect((await world.sync()).sent).toBe(1);
  expect(names(outside)).toEqual(['Secret', 'Staff 1']);
});

test('a message of before does not bring back what is hidden since', async () => {
  world.graph.setGroup(board, [inside, outside]);
  await world.run();
  world.graph.setGroup(board, [inside]);
  await world.run();
  await world.drain();
  expect(names(outside)).toEqual(['Staff 1']);
});

test('what is hidden goes also where the list keeps what is removed, and what a user deleted stays deleted', async () => {
  world.setLists(listOf({ visibility: [forBoard], removals: 'keep' }));
  await world.sync();
  world.graph.mailbox(inside).remove(world.targetId(inside, 'Secret'));
  await world.resync(inside, 'full');
  await world.drain();
  await swapMembers(inside, outside);
  await world.sync();
  expect([names(inside), names(outside)]).toEqual([['Staff 1'], ['Secret', 'Staff 1']]);
  await swapMembers(outside, inside);
  await world.sync();
  expect([names(inside), names(outside)]).toEqual([['Staff 1'], ['Staff 1']]);
});

test('a contact that the user had before is given back', async () => {
  world.setLists(listOf({ visibility: [forBoard], existing: 'adoptAnywhere' }));
  const mailbox = world.graph.mailbox(outside);
  const emailAddresses = [{ address: 'plan@contoso.com' }];
  const own = mailbox.add(mailbox.defaultFolderId, { displayName: 'Mine', emailAddresses });
  const source = { displayName: 'Plan', department: 'Sales', emailAddresses };
  const id = world.source.add(world.sourceFolder, source);
  await world.resync(outside, 'full');
  await world.drain();
  expect(mailbox.contact(own).contact.displayName).toBe('Plan');
  world.source.edit(id, { ...source, department: 'Board' });
  await world.sync();
  expect(mailbox.contact(own).contact).toEqual({ displayName: 'Mine', emailAddresses });
});

test('a rule may be about a field that Graph has no name for', async () => {
  world.setLists(withRules({ when: { field: 'userField1', exists: true }, to: { groups: [board] } }));
  world.source.add(world.sourceFolder, { displayName: 'Marked', userField1: 'x' });
  await world.sync();
  expect([names(inside), names(outside)]).toEqual([
    ['Marked', 'Secret', 'Staff 1'],
    ['Secret', 'Staff 1'],
  ]);
});

describe('a rule for a group that cannot be read', () => {
  test('goes on with the last known members, who get what is new', async () => {
    world.graph.removeGroup(world.graph.setGroup(board, [inside]));
    add('Second secret', 'Board');
    const { problems } = await world.sync();
    expect(problems).toMatchObject([
      { code: 'UnknownTargetGroup', detail: expect.stringContaining('visibility[0].to.groups[0]') },
    ]);
    expect([names(inside), names(outside)]).toEqual([['Second secret', 'Secret', 'Staff 1'], ['Staff 1']]);
  });

  test('and that nobody knows yet shows nobody anything new, and leaves what is there', async () => {
    world.setLists(
      withRules(forBoard, { when: { field: 'displayName', startsWith: 'S' }, to: { groups: ['nobody@contoso.com'] } }),
    );
    add('Sesame', 'Sales');
    add('Other', 'Sales');
    const { problems } = await world.sync();
    expect(problems).toMatchObject([{ code: 'UnknownTargetGroup' }]);
    expect([names(inside), names(outside)]).toEqual([
      ['Other', 'Secret', 'Staff 1'],
      ['Other', 'Staff 1'],
    ]);
    world.graph.setGroup('nobody@contoso.com', [inside]);
    await world.sync();
    expect([names(inside), names(outside)]).toEqual([['Other', 'Secret', 'Sesame', 'Staff 1'], ['Other']]);
  });

  test('for a while loses nobody', async () => {
    world.graph.fail({ on: { operation: 'groupMembers' }, answer: failure('unavailable'), times: 2 });
    await world.sync();
    expect([names(inside), names(outside)]).toEqual([['Secret', 'Staff 1'], ['Staff 1']]);
  });
});

describe('a group of a rule that reads as empty', () => {
  beforeEach(async () => {
    world.graph.setGroup(board, []);
    await world.sync();
  });

  test('is held: its last members go on to see what they saw, and the hold names it', async () => {
    expect(names(inside)).toEqual(['Secret', 'Staff 1']);
    const { hold } = (await world.openListPartition('staff').readLeavingHold()) ?? {};
    expect(hold).toMatchObject({ removals: 1, of: 2 });
  });

  test('is let go by approval', async () => {
    await world.decide({ kind: 'mailboxes', decision: 'approve', removals: 1 });
    await world.sync();
    expect(names(inside)).toEqual(['Staff 1']);
    expect((await world.sync()).sent).toBe(0);
  });

  test('is kept by rejection', async () => {
    await world.decide({ kind: 'mailboxes', decision: 'reject', removals: 1 });
    await world.sync();
    await world.sync();
    expect(names(inside)).toEqual(['Secret', 'Staff 1']);
    expect(await world.openListPartition('staff').readLeavingHold()).toBeUndefined();
  });
});
