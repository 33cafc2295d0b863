import { RowConflict, type RowOperation } from '../../../../shared/ports/tableStorage.ts';
import { createWorld, type World } from '../world.ts';

let world: World;
let target: string;

beforeEach(async () => {
  world = createWorld();
  world.addContacts(3);
  [target = ''] = world.addTargets(1);
  await world.sync();
});

test('a mailbox that is compared as a whole and in line is written when its lease is taken and when that ends', async () => {
  const write = jest.spyOn(world.tables.mailboxes, 'write');
  await world.resync(target, 'full');
  await world.drain();
  expect(write.mock.calls.map(([, rows]) => rows.map(({ rowKey }) => rowKey))).toEqual([
    ['lease'],
    ['list:staff', 'lease'],
  ]);
});

test('how a contact ended in a mailbox is kept in the transaction that takes it out of the ledger', async () => {
  world.source.remove([...world.source.contacts.keys()].at(-1) ?? '');
  const write = jest.spyOn(world.tables.mailboxes, 'write');
  await world.sync();
  const kinds = write.mock.calls.map(([, rows]) => rows.map(({ rowKey }) => rowKey.replace(/:.*/, '')));
  expect(kinds).toEqual([['lease'], ['ended', 'contact', 'list', 'lease']]);
});

test('a handler that is faster than the note of what was sent has no report refused', async () => {
  const { progress } = world.tables;
  const { write, get } = progress;
  const noted: [string, readonly RowOperation[]][] = [];
  const refused: unknown[] = [];
  progress.write = async (...change) => {
    if (change[1].some(row => row.kind === 'merge' && 'sentAt' in row.properties)) {
      noted.push(change);
      return [];
    }
    return write(...change).catch(error => {
      refused.push(error instanceof RowConflict ? change : error);
      throw error;
    });
  };
  progress.get = async (...place) => {
    const row = await get(...place);
    for (const change of noted.splice(0)) await write(...change);
    return row;
  };
  world.addContacts(1, 'Newcomer');
  await world.sync();

  expect(world.targetNames(target)).toContain('Newcomer 1');
  expect(await world.app.readMailbox(target)).toMatchObject({ lists: [{ state: 'current' }] });
  expect(refused).toEqual([]);
});
