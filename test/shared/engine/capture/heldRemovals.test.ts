import type { HoldDecision } from '../../../../shared/domain/hold.ts';
import { decisionOn } from '../../../../shared/domain/sourceChanges.ts';
import { rewriteCheckpoint } from '../../../memory/rewriteCheckpoint.ts';
import { createWorld, hour, listOf, minute, type World } from '../world.ts';

let world: World;
let ids: string[];

/** 20 contacts, of which 4 may go without asking. */
const list = listOf({ safeguards: { maxRemovalShare: 0.2, maxRemovals: 3 } });

beforeEach(async () => {
  world = createWorld(list);
  ids = world.addContacts(20);
  await world.capture();
});

function remove(from: number, to: number): void {
  for (const id of ids.slice(from, to)) world.source.remove(id);
}

/** Removals that were journaled, and those that wait. */
async function removals(): Promise<{ journaled: number; pending: number; kept: number }> {
  const source = world.openListPartition('staff');
  const journal = (await source.readJournal(0, (await world.head()) ?? 0)) ?? [];
  const snapshot = await source.readSnapshot();
  return {
    journaled: journal.filter(({ contact }) => contact === null).length,
    pending: snapshot.filter(row => decisionOn(row) === 'held').length,
    kept: snapshot.filter(row => decisionOn(row) === 'rejected').length,
  };
}

async function hold() {
  return (await world.openListPartition('staff').readCheckpoint())?.checkpoint.hold;
}

function decide(decision: 'approve' | 'reject', number: number, kind?: HoldDecision['kind']) {
  return world.decide({ kind, decision, removals: number });
}

test('few removals go at once', async () => {
  remove(0, 4);
  await world.capture();
  expect(await removals()).toEqual({ journaled: 4, pending: 0, kept: 0 });
  expect(await hold()).toBeUndefined();
});

test('many removals wait, and are shown; edits and additions go on', async () => {
  remove(0, 5);
  world.addContacts(1, 'New');
  world.source.edit(ids[10] ?? '', { displayName: 'Edited' });
  const { problems } = await world.capture();
  expect(problems).toMatchObject([{ code: 'TooManyRemovals' }]);
  expect(await removals()).toEqual({ journaled: 0, pending: 5, kept: 0 });
  expect(await hold()).toMatchObject({ reason: 'TooManyRemovals', removals: 5, of: 20, decision: 'open' });
  expect(await world.head()).toBe(22);
});

test('an empty source waits, however few contacts it had', async () => {
  remove(0, 4);
  await world.capture();
  await world.clock.advance(hour);
  remove(4, 20);
  expect((await world.capture()).problems).toMatchObject([{ code: 'SourceUnexpectedlyEmpty' }]);
  expect(await removals()).toMatchObject({ pending: 16 });
});

test('a source whose contacts are all new is not empty', async () => {
  world = createWorld(list);
  const two = world.addContacts(2);
  await world.capture();
  for (const id of two) world.source.remove(id);
  world.addContacts(2, 'New');
  expect(await world.capture()).toMatchObject({ problems: [], head: 6 });
});

test('removals of the last hour are added up, and no others', async () => {
  remove(0, 3);
  await world.capture();
  remove(3, 6);
  await world.capture();
  expect(await removals()).toEqual({ journaled: 3, pending: 3, kept: 0 });
  await world.clock.advance(hour);
  await world.capture();
  expect(await removals()).toEqual({ journaled: 6, pending: 0, kept: 0 });
});

test('a source that recovers releases the hold by itself', async () => {
  remove(0, 5);
  await world.capture();
  for (const id of ids.slice(0, 5)) world.source.move(id, world.sourceFolder);
  await world.capture();
  expect(await removals()).toEqual({ journaled: 0, pending: 0, kept: 0 });
  expect(await hold()).toBeUndefined();
  expect(await world.head()).toBe(20);
});

test('a source that recovers in part releases what is within the limits', async () => {
  remove(0, 6);
  await world.capture();
  for (const id of ids.slice(0, 3)) world.source.move(id, world.sourceFolder);
  await world.capture();
  expect(await removals()).toEqual({ journaled: 3, pending: 0, kept: 0 });
});

test('more removals meanwhile make a new number, which alone can be decided', async () => {
  remove(0, 5);
  await world.capture();
  remove(5, 7);
  await world.capture();
  expect(await hold()).toMatchObject({ removals: 7 });
  expect(await decide('approve', 5)).toEqual({ kind: 'otherNumber', shown: 7 });
  expect(await decide('approve', 7)).toEqual({ kind: 'decided' });
});

test('approved removals go with the next capture, and are not held against later ones', async () => {
  remove(0, 5);
  await world.capture();
  expect(await decide('approve', 5)).toEqual({ kind: 'decided' });
  expect(await removals()).toMatchObject({ pending: 5 });
  await world.capture();
  expect(await removals()).toEqual({ journaled: 5, pending: 0, kept: 0 });
  expect(await hold()).toBeUndefined();
  remove(5, 8);
  await world.capture();
  expect(await removals()).toEqual({ journaled: 8, pending: 0, kept: 0 });
});

test('approved removals do not go where the source has the contacts again by the next capture', async () => {
  remove(0, 5);
  await world.capture();
  await decide('approve', 5);
  expect(await removals()).toEqual({ journaled: 0, pending: 5, kept: 0 });
  for (const id of ids.slice(0, 2)) world.source.move(id, world.sourceFolder);
  await world.capture();
  expect(await removals()).toEqual({ journaled: 3, pending: 0, kept: 0 });
});

test('an approval lets go only what was shown', async () => {
  remove(0, 5);
  await world.capture();
  await decide('approve', 5);
  remove(5, 15);
  await world.capture();
  expect(await removals()).toEqual({ journaled: 5, pending: 10, kept: 0 });
  expect(await hold()).toMatchObject({ removals: 10, decision: 'open' });
});

test('rejected removals stay, also when the source is read from the start, until the source has them again', async () => {
  remove(0, 5);
  await world.capture();
  expect(await decide('reject', 5)).toEqual({ kind: 'decided' });
  await world.capture();
  world.source.killDeltaTokens();
  await world.capture();
  expect(await removals()).toEqual({ journaled: 0, pending: 0, kept: 5 });
  world.source.move(ids[0] ?? '', world.sourceFolder);
  await world.capture();
  expect(await removals()).toMatchObject({ kept: 4 });
});

test('rejected removals can be approved after all, by their number', async () => {
  remove(0, 5);
  await world.capture();
  await decide('reject', 5);
  expect(await decide('approve', 4, 'kept')).toEqual({ kind: 'otherNumber', shown: 5 });
  expect(await decide('approve', 5, 'kept')).toEqual({ kind: 'decided' });
  await world.capture();
  expect(await removals()).toEqual({ journaled: 5, pending: 0, kept: 0 });
});

test.each([undefined, 'contacts'] as const)(
  'an approval that comes after a rejection of the same number removes nothing, whatever its kind: %s',
  async kind => {
    remove(0, 5);
    await world.capture();
    expect(await decide('reject', 5)).toEqual({ kind: 'decided' });
    expect(await decide('approve', 5, kind)).toEqual({ kind: 'alreadyDecided', kept: 5 });
    await world.capture();
    expect(await decide('approve', 5, kind)).toEqual({ kind: 'alreadyDecided', kept: 5 });
    await world.capture();
    expect(await removals()).toEqual({ journaled: 0, pending: 0, kept: 5 });
  },
);

test('of two decisions at once one wins, and the other is told', async () => {
  remove(0, 5);
  await world.capture();
  const answers = await Promise.all([decide('approve', 5), decide('reject', 5)]);
  expect(answers.map(({ kind }) => kind).sort()).toEqual(['alreadyDecided', 'decided']);
  await world.capture();
  const approved = answers[0]?.kind === 'decided';
  expect(await removals()).toEqual({ journaled: approved ? 5 : 0, pending: 0, kept: approved ? 0 : 5 });
});

test('a decision waits for a capture, but not for one that a wrong clock began in the far future', async () => {
  remove(0, 5);
  await world.capture();
  await mark(world.clock.now() + minute);
  expect(await decide('approve', 5)).toEqual({ kind: 'busy' });
  await mark(world.clock.now() + 24 * hour);
  expect(await decide('approve', 5)).toEqual({ kind: 'decided' });

  async function mark(capturingUntil: number): Promise<void> {
    await rewriteCheckpoint(world.tables, 'staff', checkpoint => ({ ...checkpoint, capturingUntil }));
  }
});

test('what is kept cannot be removed while other removals wait', async () => {
  remove(0, 5);
  await world.capture();
  await decide('reject', 5);
  remove(5, 12);
  await world.capture();
  expect(await decide('approve', 5, 'kept')).toEqual({ kind: 'othersWait' });
  expect(await decide('approve', 7)).toEqual({ kind: 'decided' });
  await world.capture();
  expect(await removals()).toEqual({ journaled: 7, pending: 0, kept: 5 });
});

test('without a hold there is nothing to decide', async () => {
  expect(await decide('approve', 5)).toEqual({ kind: 'nothingHeld' });
  expect(await decide('reject', 5)).toEqual({ kind: 'nothingHeld' });
});

test('targets keep held contacts and lose approved ones', async () => {
  const [target = ''] = world.addTargets(1);
  await world.sync();
  remove(0, 5);
  await world.sync();
  expect(world.targetNames(target)).toHaveLength(20);
  await decide('approve', 5);
  await world.sync();
  expect(world.targetNames(target)).toHaveLength(15);
});
