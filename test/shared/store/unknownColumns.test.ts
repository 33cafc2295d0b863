import { openListPartition } from '../../../shared/store/listPartition.ts';
import { openMailboxPartition } from '../../../shared/store/mailboxes.ts';
import { ledgerOperation } from '../../../shared/store/mailboxRows.ts';
import { rewriteCheckpoint } from '../../memory/rewriteCheckpoint.ts';
import { createWorld, hour } from '../engine/world.ts';

/** A newer version's, of each type that a column may have. */
const added = { priority: 'high', weight: 7, isPinned: true };
/** As it may come into what is packed as JSON. */
const member = { region: 'north' };

test('columns that a newer version added survive a run that writes the rows again', async () => {
  const world = createWorld();
  const [mailbox = ''] = world.addTargets(1);
  const [contact = ''] = world.addContacts(2);
  await world.sync();
  const places = [
    ['sources', 'staff', 'checkpoint'],
    ['sources', 'staff', `contact:${contact}`],
    ['mailboxes', mailbox, 'lease'],
    ['mailboxes', mailbox, 'list:staff'],
    ['mailboxes', mailbox, `contact:staff:${contact}`],
    ['progress', 'staff', mailbox],
  ] as const;
  for (const [table, partition, rowKey] of places) {
    await world.tables[table].write(partition, [{ kind: 'merge', rowKey, properties: added }]);
  }
  const rowsNow = () =>
    Promise.all(places.map(async ([table, partition, rowKey]) => world.tables[table].get(partition, rowKey)));
  const before = await rowsNow();

  world.restart();
  world.source.edit(contact, { displayName: 'Contact 1', department: 'Engines' });
  await world.clock.advance(hour);
  await world.sync();

  for (const [index, row] of (await rowsNow()).entries()) {
    expect([places[index], row?.properties]).toEqual([places[index], expect.objectContaining(added)]);
    expect(row?.etag).not.toBe(before[index]?.etag);
  }
  expect(world.target(mailbox)).toMatchObject({ 'Contact 1': { department: 'Engines' } });
});

test('what a version does not know inside of a column survives, too', async () => {
  const world = createWorld();
  world.addTargets(1);
  world.addContacts(1);
  await world.sync();
  const source = openListPartition(world.tables.sources, 'staff');
  const targets = await source.readTargets();
  if (!targets) throw new Error('The list was not run');
  await rewriteCheckpoint(world.tables, 'staff', checkpoint => ({ ...checkpoint, ...member }));
  await source.storeTargets({ ...targets.targets, ...member }, [], targets);

  world.addContacts(1, 'New');
  world.addTargets(2);
  await world.clock.advance(hour);
  await world.sync();

  expect((await source.readCheckpoint())?.checkpoint).toMatchObject(member);
  expect((await source.readTargets())?.targets).toMatchObject(member);
});

test('a column of this version that a row loses does not come back with the others', async () => {
  const { tables } = createWorld();
  const mailbox = openMailboxPartition(tables.mailboxes, 'mailbox');
  const trouble = {
    kind: 'refused',
    code: 'ErrorInvalidRequest',
    detail: 'businessPhones',
    retryAt: 5,
    attempts: 2,
  } as const;
  const entry = { sourceKey: 'k', state: 'written', contactId: 'c', fields: {}, version: '1.a' } as const;
  await tables.mailboxes.write('mailbox', [ledgerOperation('staff', { ...entry, trouble })]);
  await tables.mailboxes.write('mailbox', [{ kind: 'merge', rowKey: 'contact:staff:k', properties: added }]);
  await mailbox.readLedger('staff');

  const lease = mailbox.imagineLease(await mailbox.readState(), false);
  await lease.commit({ listId: 'staff', ledger: [{ kind: 'put', entry, at: 5 }] });

  expect(await mailbox.readLedger('staff')).toEqual([entry]);
  expect((await tables.mailboxes.get('mailbox', 'contact:staff:k'))?.properties).toMatchObject(added);
});
