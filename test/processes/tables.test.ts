import { TableClient, type TableEntity } from '@azure/data-tables';
import { openStaff, type Staff } from '../behaviour/staff.ts';
import { startTablesProxy, type TablesFault, type TablesProxy } from '../world/tablesProxy.ts';
import type { Host } from '../world/world.ts';

const mostInTransaction = 100;

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

// Tables that are busy or fail once are the adapter's matter (test/shared/store/tables), so once is enough for them.
describe.each(rows)('a write of %s', (_, matches, skip) => {
  test.each(faults.slice(0, 2))('to a table (%s) %s loses and doubles nothing', async fault => {
    tables.fail(matches, fault, { times: 1, skip });

    await staff.arrive(host, mailbox);

    await staff.queuesAreEmpty();
    expect(tables.struck()).toBe(1);
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

/** As an admin's tool opens it, apart from the product's own adapter. */
function openTable(name: string): TableClient {
  const { TABLES_CONNECTION = '' } = staff.world.settings();
  return TableClient.fromConnectionString(TABLES_CONNECTION, name, { allowInsecureConnection: true });
}

async function rowsOf(table: TableClient): Promise<TableEntity[]> {
  const rows: TableEntity[] = [];
  for await (const { etag: _, timestamp: __, partitionKey = '', rowKey = '', ...row } of table.listEntities()) {
    rows.push({ ...row, partitionKey, rowKey });
  }
  return rows;
}

async function change(table: TableClient, action: 'create' | 'delete', rows: readonly TableEntity[]): Promise<void> {
  for (const partition of Map.groupBy(rows, ({ partitionKey }) => partitionKey).values()) {
    for (let start = 0; start < partition.length; start += mostInTransaction) {
      await table.submitTransaction(partition.slice(start, start + mostInTransaction).map(row => [action, row]));
    }
  }
}

describe('rows that somebody damaged', () => {
  interface ListsView {
    readonly lists: readonly { state: string; problems: readonly { code: string; detail: string }[] }[];
  }

  async function readLists(): Promise<ListsView['lists']> {
    const answer = await host.call('GET', '/api/lists');
    expect(answer.status).toBe(200);
    return ((await answer.json()) as ListsView).lists;
  }

  beforeEach(() => staff.arrive(host, mailbox));

  test.each<[string, string, unknown]>([
    ['a date', 'state', new Date(0)],
    ['a GUID', 'position', { type: 'Guid', value: '2395b2ce-e000-4311-bfe9-38b6808b0f26' }],
    ['bytes', 'sentAt', new Uint8Array([1, 2])],
  ])('in the progress of a mailbox (%s): it alone is failed, until it is looked at', async (_, property, value) => {
    await staff.queuesAreEmpty();
    await openTable('Progress').updateEntity({ partitionKey: 'staff', rowKey: mailbox, [property]: value }, 'Merge');
    const answer = await host.call('GET', `/api/mailboxes/${mailbox}`);
    expect(await answer.json()).toMatchObject({ lists: [{ state: 'failed', problem: { code: 'DamagedRow' } }] });
    await staff.arrive(host, mailbox);
    // The progress is reported after the run.
    await staff.queuesAreEmpty();
    expect(await readLists()).toMatchObject([{ state: 'ok', mailboxes: { failed: 0 } }]);
    await staff.expectMirror(host, mailbox);
  });

  test('of a list and its contacts: they are named and never quoted, and read anew', async () => {
    const table = openTable('Sources');
    const [contact = ''] = staff.sourceIds;
    for (const [rowKey, property] of [
      ['checkpoint', 'details'],
      [`contact:${contact}`, 'contact'],
    ] as const) {
      const row = await table.getEntity<Record<string, string>>('staff', rowKey);
      const broken = { partitionKey: 'staff', rowKey, [property]: String(row[property]).slice(0, -2) };
      await table.updateEntity(broken, 'Merge');
    }
    const title = await staff.changeSource();
    expect(await readLists()).toMatchObject([
      {
        state: 'error',
        problems: [{ code: 'DamagedRow', detail: expect.stringContaining('row key checkpoint: the property details') }],
      },
    ]);
    await staff.arrive(host, mailbox);
    await staff.expectMirror(host, mailbox);
    expect(await readLists()).toMatchObject([{ state: 'ok', problems: [] }]);
    expect(host.errors()).not.toMatch(new RegExp(`${title}|Contact 0|Clerk|JSON`));
  });

  test('and put back from an older copy: nothing is doubled or lost', async () => {
    const copies = await Promise.all(
      ['Sources', 'Mailboxes', 'Progress'].map(async name => {
        return [name, await rowsOf(openTable(name))] as const;
      }),
    );
    const added = await staff.addToSource({ displayName: 'Contact added meanwhile' });
    await staff.changeSource(5);
    await staff.arrive(host, mailbox);
    for (const [name, rows] of copies) {
      const table = openTable(name);
      await change(table, 'delete', await rowsOf(table));
      await change(table, 'create', rows);
    }
    await staff.changeSource(2);
    await staff.arrive(host, mailbox);
    await staff.arrive(host, mailbox);
    await staff.expectMirror(host, mailbox);
    await staff.removeFromSource(added);
    await staff.arrive(host, mailbox);
    await staff.expectMirror(host, mailbox);
  });
});
