import { startTablesProxy, type TablesFault, type TablesProxy } from '../world/tablesProxy.ts';
import type { Host } from '../world/world.ts';
import { openStaff, type Staff } from './staff.ts';

let staff: Staff;
let host: Host;
let tables: TablesProxy;
let mailbox: string;
let mailboxes = 0;

beforeAll(async () => {
  staff = await openStaff({
    lockSeconds: 3,
    settings: { LEASE_SECONDS: '2', GRAPH_TIMEOUT_SECONDS: '1', GRAPH_GRACE_SECONDS: '0.5' },
  });
  const { TABLES_CONNECTION = '' } = staff.world.settings();
  const port = Number(/TableEndpoint=http:\/\/127\.0\.0\.1:(\d+)/.exec(TABLES_CONNECTION)?.[1]);
  tables = await startTablesProxy(port);
  host = await staff.world.startHost({ TABLES_CONNECTION: TABLES_CONNECTION.replace(`:${port}`, `:${tables.port}`) });
});

beforeEach(async () => {
  mailbox = await staff.newMailbox(`stored${++mailboxes}`);
});

afterEach(() => tables?.restore());
afterAll(async () => {
  await staff?.stop();
  await tables?.close();
});

/** A write of such a row, alone or in a transaction. */
function writeOf(table: string, row: string): RegExp {
  return new RegExp(`(PUT|MERGE|PATCH|POST) .*${table}.*${row}`, 's');
}

const rows: [string, RegExp, number][] = [
  ['the lease of a mailbox', writeOf('Mailboxes', 'lease'), 0],
  ['the first ledger rows', writeOf('Mailboxes', 'contact:staff'), 0],
  ['later ledger rows', writeOf('Mailboxes', 'contact:staff'), 1],
  ['the last rows and the checkpoint', writeOf('Mailboxes', 'list:staff'), 1],
  ['a run', writeOf('Runs', 'mailbox'), 1],
  ['the progress', writeOf('Progress', 'sequence'), 0],
];
const faults: [TablesFault, string][] = [
  ['loseAnswer', 'that times out after the service did it'],
  ['conflict', 'that answers 412'],
  ['busy', 'that answers 503 once'],
  ['refuse', 'that fails once'],
];

describe.each(rows)('a write of %s', (_, matches, skip) => {
  test.each(faults)('to a table (%s) %s loses and doubles nothing', async fault => {
    tables.fail(matches, fault, { times: 1, skip });

    await staff.arrive(host, mailbox);

    expect(tables.struck()).toBe(1);
    await staff.queuesAreEmpty();
    await staff.expectMirror(host, mailbox);
    await staff.changeSource(3);
    await staff.arrive(host, mailbox);
    await staff.expectMirror(host, mailbox);
  });
});

test.each(faults)('a write of the journal to a table (%s) %s loses and doubles nothing', async fault => {
  await staff.arrive(host, mailbox);
  await staff.changeSource();
  tables.fail(writeOf('Sources', 'change:'), fault, { times: 1 });

  await staff.arrive(host, mailbox);

  expect(tables.struck()).toBe(1);
  await staff.expectMirror(host, mailbox);
});

test('tables that are busy for a while are waited for', async () => {
  tables.fail(/(Mailboxes|Progress|Sources|Runs)/, 'busy', { times: 2 });

  expect((await staff.arrive(host, mailbox)).problems).toEqual([]);

  await staff.expectMirror(host, mailbox);
});
