import { withStoredLists } from '../../../shared/settings/storedLists.ts';
import { listOf, parse } from './sampleSettings.ts';

const database = { kind: 'postgres', host: 'db.contoso.com', database: 'crm', user: 'reader' };
const ways = parse({
  CONTACT_LISTS: '[]',
  CONSOLE_SOURCES: 'Directory@contoso.com, press@contoso.com',
  CONNECTIONS: JSON.stringify({ crm: { ...database, console: true }, hr: database }),
});

function read(...entries: object[]) {
  const stored = entries.map((entry, index) => ({
    id: `list-${index}`,
    entry: { readable: { ...listOf({ destination: { folder: `Folder ${index}` }, ...entry }), id: `list-${index}` } },
  }));
  const { lists, refusedLists } = withStoredLists(ways, stored, ways);
  return { run: lists.map(({ id }) => id), refused: refusedLists.map(({ faults }) => faults.join()) };
}

const query = (connection: string) => ({ kind: 'sql', connection, query: 'select 1', key: 'id' });

test('a stored list reads what is open to it: mailboxes, connections, files and the directory', () => {
  const sources = [
    { mailbox: 'DIRECTORY@contoso.com', folders: ['Staff'] },
    query('crm'),
    { kind: 'csv', blob: 'press.csv' },
    { kind: 'directory' },
  ];
  expect(read(...sources.map(source => ({ source })))).toEqual({
    run: ['list-0', 'list-1', 'list-2', 'list-3'],
    refused: [],
  });
});

test('one of several sources that is not open refuses the list, and says which', () => {
  const several = (other: object) => ({
    source: undefined,
    sources: [
      { name: 'first', kind: 'directory' },
      { name: 'second', ...other },
    ],
  });
  const { run, refused } = read(several(query('hr')), several({ mailbox: 'ceo@contoso.com', folders: ['Friends'] }));
  expect(run).toEqual([]);
  expect(refused).toEqual([
    'sources.1.connection: "hr" is not open to lists that are not in CONTACT_LISTS: give it "console": true in CONNECTIONS',
    'sources.1.mailbox: is none of CONSOLE_SOURCES, and a list that is not in CONTACT_LISTS reads no other: add it there',
  ]);
});

test('of two stored lists that write the same into one mailbox the second is refused', () => {
  const same = { destination: { folder: 'People' } };
  expect(read(same, same)).toMatchObject({
    run: ['list-0'],
    refused: [expect.stringContaining('the list "list-0" writes the same source folder')],
  });
});

test('no list runs beyond the thousandth', () => {
  const inCode = { ...ways, lists: Array.from({ length: 1000 }, () => parse().lists).flat() };
  const [refused] = withStoredLists(
    inCode,
    [{ id: 'press', entry: { readable: listOf({ id: 'press' }) } }],
    ways,
  ).refusedLists;
  expect(refused?.faults).toEqual(['there are 1000 lists: at most 1000 can be run']);
});
