import type { Proof } from '../../../../shared/api/proof.ts';
import { openLocalSecrets } from '../../../../shared/key-vault/secrets.ts';
import { createWorld, hour, listOf, type World } from '../world.ts';

const day = 24 * hour;
const address = 'Grace@Partner.example';
let world: World;
let targets: string[];
let grace: string;

beforeEach(async () => {
  world = createWorld();
  world.addContacts(3);
  grace = addGrace();
  targets = world.addTargets(2);
  await world.sync();
});

function addGrace(): string {
  return world.source.add(world.sourceFolder, { displayName: 'Grace', emailAddresses: [{ address, name: 'Grace' }] });
}

/** The mailboxes in the order in which they came to be targets. */
async function prove(contact = address): Promise<Proof> {
  const proof = await proofOf(world.app, contact);
  const numberOf = ({ id }: { readonly id: string }) => Number(id.slice('user-'.length));
  return { ...proof, mailboxes: proof.mailboxes.toSorted((one, other) => numberOf(one) - numberOf(other)) };
}

async function proofOf(app: World['app'], contact: string): Promise<Proof> {
  const answer = await app.proveRemoval({ id: 'staff', list: world.lists[0] }, contact);
  if (answer.kind === 'unknown') throw new Error('nobody is known by that');
  return answer.proof;
}

async function states(contact?: string): Promise<string[]> {
  return (await prove(contact)).mailboxes.map(({ state, because = '' }) => `${state} ${because}`.trim());
}

test('of a person whom the source has it says so, by address in any case and by key', async () => {
  const proof = await prove('grace@partner.EXAMPLE');
  expect(proof).toMatchObject({
    list: 'staff',
    verified: false,
    contacts: [{ sourceKey: grace, inSource: true }],
    totals: { mailboxes: 2, there: 2, removed: 0, neverThere: 0 },
    mailboxes: targets.map(id => ({ id, state: 'there', because: 'inSource' })),
  });
  expect(await prove(grace)).toEqual(proof);
});

test('of a person who was removed it says since when, and where they never were', async () => {
  await world.clock.advance(hour);
  world.source.remove(grace);
  await world.sync();
  const removedAt = new Date(world.clock.now()).toISOString();
  world.graph.setGroup('all@contoso.com', [...targets, world.graph.addUser('late@contoso.com')]);
  await world.clock.advance(hour);
  await world.sync();

  const proof = await prove();
  expect(proof.contacts).toEqual([{ sourceKey: grace, inSource: false, removedAt }]);
  expect(proof.mailboxes).toMatchObject([
    { id: targets[0], state: 'removed', because: 'removed', at: removedAt },
    { id: targets[1], state: 'removed', because: 'removed', at: removedAt },
    { state: 'neverThere' },
  ]);
  expect(proof.totals).toMatchObject({ mailboxes: 3, removed: 2, neverThere: 1 });
  expect((await prove(grace)).mailboxes).toEqual(proof.mailboxes);
});

test('who may not see the person never had them, or has them no more since a rule says so', async () => {
  const [first = '', second = ''] = targets;
  const proofWith = async (visibility?: object) => {
    world.setLists(listOf(visibility ? { visibility: [visibility] } : {}));
    await world.clock.advance(hour);
    await world.sync();
    return states();
  };
  expect(await proofWith()).toEqual(['there inSource', 'there inSource']);
  const board = { when: { field: 'displayName', in: ['Grace'] }, to: { mailboxes: ['target1@contoso.com'] } };
  expect(await proofWith(board)).toEqual(['there inSource', 'removed removed']);
  const late = world.graph.addUser('late@contoso.com');
  world.graph.setGroup('all@contoso.com', [first, second, late]);
  expect(await proofWith(board)).toEqual(['there inSource', 'removed removed', 'neverThere']);
  expect(await proofWith()).toEqual(['there inSource', 'there inSource', 'there inSource']);
});

test('it finds who was removed long ago by an address that no row names, also one that the person had before', async () => {
  world.source.edit(grace, { displayName: 'Grace', emailAddresses: [{ address: 'g@new.example' }] });
  await world.sync();
  world.source.remove(grace);
  await world.sync();
  expect(await world.app.tendTombstones()).toEqual({ entered: 1, forgotten: 0 });
  for (const { rowKey } of await world.tables.sources.query('staff', { from: 'change:', to: 'change;' }))
    await world.tables.sources.write('staff', [{ kind: 'delete', rowKey }]);

  for (const contact of [address, 'g@new.example', grace]) {
    expect(await states(contact)).toEqual(['removed removed', 'removed removed']);
  }
  expect((await prove()).contacts).toMatchObject([
    { sourceKey: grace, inSource: false, removedAt: expect.any(String) },
  ]);
  const stored = JSON.stringify([...(await world.tables.tombstones.query('staff'))]);
  expect(stored.toLowerCase()).not.toMatch(/@|grace|example/);
});

test('what is entered costs nothing when nothing changed', async () => {
  world.source.remove(grace);
  await world.sync();
  await world.app.tendTombstones();
  const write = jest.spyOn(world.tables.tombstones, 'write');
  expect(await world.app.tendTombstones()).toEqual({ entered: 0, forgotten: 0 });
  expect(write).not.toHaveBeenCalled();
});

test('after 400 days nothing tells any more that a person was there', async () => {
  world.source.remove(grace);
  await world.sync();
  await world.app.tendTombstones();
  await world.clock.advance(399 * day);
  for (let night = 0; night < 30; night++) {
    if (night === 0) expect(await states(grace)).toEqual(['removed removed', 'removed removed']);
    await world.app.tendTombstones();
    await world.clock.advance(day);
  }
  const ended = await Promise.all(
    targets.map(id => world.tables.mailboxes.query(id, { from: 'ended:', to: 'ended;' })),
  );
  expect(ended).toEqual([[], []]);
  expect((await world.tables.tombstones.query('staff')).map(({ rowKey }) => rowKey)).toEqual(['indexed']);
});

test.each(['nobody@partner.example', 'no key of the list', 'Grace'])(
  'of what no contact of the list is, or was, known by there is no proof: %s',
  async contact => {
    const answer = await world.app.proveRemoval({ id: 'staff', list: world.lists[0] }, contact);
    expect(answer).toEqual({ kind: 'unknown', notes: [] });
  },
);

test('a contact that nothing but a mailbox remembers is proven by its key', async () => {
  world.setLists(listOf({ removals: 'keep' }));
  await world.sync();
  world.source.remove(grace);
  await world.sync();
  for (const { rowKey } of await world.tables.sources.query('staff', { from: 'change:', to: 'change;' }))
    await world.tables.sources.write('staff', [{ kind: 'delete', rowKey }]);
  expect(await states(grace)).toEqual(['there kept', 'there kept']);
});

test('a mailbox that was cleaned up still tells since when, and so does a list that is gone', async () => {
  await world.clear(targets[0] ?? '');
  await world.drain();
  expect(await states()).toEqual(['removed removed', 'there inSource']);

  world.setLists(listOf({ id: 'other', destination: { folder: 'Other' } }));
  await world.sync();
  await world.decide({ kind: 'mailboxes', decision: 'approve', removals: 1 });
  await world.sync();
  const answer = await world.app.proveRemoval({ id: 'staff' }, address);
  expect(answer).toMatchObject({ proof: { totals: { mailboxes: 2, removed: 2 } } });
  expect(await world.app.findStoredList('staff')).toMatchObject({ kind: 'vanished' });
});

test('a removal that waits, was rejected, is kept by policy or fails is named', async () => {
  const careful = listOf({ safeguards: { maxRemovals: 0, maxRemovalShare: 0 } });
  world.setLists(careful);
  await world.sync();
  world.source.remove(grace);
  await world.sync();
  expect(await states()).toEqual(['there held', 'there held']);
  await world.decide({ kind: 'contacts', decision: 'reject', removals: 1 });
  await world.sync();
  expect(await states()).toEqual(['there rejected', 'there rejected']);
});

test('a contact that the list keeps, and one that Exchange refuses to remove, is still there', async () => {
  world.setLists(listOf({ removals: 'keep' }));
  await world.sync();
  world.source.remove(grace);
  await world.sync();
  expect(await states()).toEqual(['there kept', 'there kept']);
});

test('a removal that Exchange refuses is a failure', async () => {
  const answer = { kind: 'refused', code: 'ErrorItemSave', detail: '' } as const;
  world.graph.fail({ on: { operation: 'delete', mailbox: targets[0] ?? '' }, answer, times: 100 });
  world.source.remove(grace);
  await world.sync();
  expect(await states()).toEqual(['there failed', 'removed removed']);
});

test('what the user deleted is told apart from what the list removed', async () => {
  const mailbox = world.graph.mailbox(targets[0] ?? '');
  mailbox.remove(world.targetId(targets[0] ?? '', 'Grace'));
  await world.resync(targets[0], 'full');
  await world.drain();
  expect(await states()).toEqual(['removed deletedByUser', 'there inSource']);
  await world.clock.advance(day);
  world.source.remove(grace);
  await world.sync();
  expect(await states()).toEqual(['removed deletedByUser', 'removed removed']);
});

test('where an earlier version removed contacts, nothing claims that they never were there', async () => {
  world.source.remove(grace);
  await world.sync();
  // As such a version leaves it: no mailbox says how a contact ended, and no checkpoint that it does.
  for (const id of targets) {
    for (const { rowKey } of await world.tables.mailboxes.query(id, { from: 'ended:', to: 'ended;' }))
      await world.tables.mailboxes.write(id, [{ kind: 'delete', rowKey }]);
  }
  const [row] = await world.tables.sources.query('staff', { from: 'checkpoint', to: 'checkpoint:' });
  const { endingsKeptAfter: _, ...details } = JSON.parse(String(row?.properties.details));
  await world.tables.sources.write('staff', [
    { kind: 'merge', rowKey: 'checkpoint', properties: { details: JSON.stringify(details) } },
  ]);
  expect(await states()).toEqual(['notRecorded', 'notRecorded']);
  await world.sync();
  expect(await states()).toEqual(['notRecorded', 'notRecorded']);

  const late = world.source.add(world.sourceFolder, { displayName: 'Late' });
  await world.sync();
  world.source.remove(late);
  await world.sync();
  world.graph.setGroup('all@contoso.com', [...targets, world.graph.addUser('late@contoso.com')]);
  await world.sync();
  expect(await states(late)).toEqual(['removed removed', 'removed removed', 'neverThere']);
});

test('without the secret of the index it says what cannot be found', async () => {
  const app = world.openApp({}, { readSecret: openLocalSecrets(new Map()) });
  const proof = await proofOf(app, address);
  expect(proof.totals.there).toBe(2);
  expect(proof.notes).toMatchObject([{ code: 'AddressIndexUnavailable' }]);
  expect(await app.tendTombstones()).toMatchObject({ entered: 0, problem: expect.stringContaining('address-index') });
});
