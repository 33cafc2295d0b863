import { isDeepStrictEqual } from 'node:util';
import { createCaptureAsker } from '../../../shared/engine/subscriptions/askForCapture.ts';
import { createSubscribedLists } from '../../../shared/engine/subscriptions/subscribedLists.ts';
import type { Properties, Tables } from '../../../shared/ports/tableStorage.ts';
import { openProgress } from '../../../shared/store/progress.ts';
import { openRuns } from '../../../shared/store/runs.ts';
import { openSubscriptionRows } from '../../../shared/store/subscriptions.ts';
import { createWorld, hour, listOf, type World } from './world.ts';

const staff = listOf();
const partners = listOf({
  id: 'partners',
  source: { mailbox: 'directory@contoso.com', folders: ['Partners'] },
  destination: { folder: 'Partners', category: null },
});

interface Tenant {
  readonly world: World;
  readonly targets: readonly string[];
  readonly contacts: readonly string[];
}

/** Two lists in some mailboxes, all in line. */
async function live(mailboxes = 2): Promise<Tenant> {
  const world = createWorld(staff, partners);
  const targets = world.addTargets(mailboxes);
  const contacts = world.addContacts(4);
  world.addContacts(2, 'Partner', world.source.addFolder('Partners'));
  await world.sync();
  edit({ world, targets, contacts }, 0, 'Engines');
  await world.sync();
  return { world, targets, contacts };
}

function edit({ world, contacts }: Tenant, index: number, department: string): void {
  const id = contacts[index] ?? '';
  world.source.edit(id, { ...world.source.contact(id).contact, department });
}

type Damage = readonly [property: string, what: 'missing' | 'of another type' | 'broken JSON'];

/** Each property damaged in each way; a version of the schema is nothing that is read. */
function damagesOf(properties: Properties): Damage[] {
  const named = Object.entries(properties).filter(([property]) => property !== 'schemaVersion');
  return named.flatMap(([property, value]): Damage[] => {
    const isJson = typeof value === 'string' && /^[[{]/.test(value);
    return [
      [property, 'missing'],
      [property, 'of another type'],
      ...(isJson ? [[property, 'broken JSON'] as const] : []),
    ];
  });
}

function damaged(properties: Properties, [property, what]: Damage): Properties {
  const { [property]: value, ...others } = properties;
  if (what === 'missing') return others;
  if (what === 'broken JSON') return { ...others, [property]: String(value).slice(0, -2) };
  return { ...others, [property]: typeof value === 'string' ? 5 : 'x' };
}

type Place = readonly [table: keyof Tables, partition: string, row: string];

async function readRow({ world }: Tenant, [table, partition, rowKey]: Place): Promise<Properties> {
  const row = await world.tables[table].get(partition, rowKey);
  if (!row) throw new Error(`There is no row ${rowKey}`);
  return row.properties;
}

async function damage(tenant: Tenant, place: Place, how: Damage): Promise<void> {
  const [table, partition, rowKey] = place;
  const properties = damaged(await readRow(tenant, place), how);
  await tenant.world.tables[table].write(partition, [{ kind: 'replace', rowKey, properties }]);
  tenant.world.restart();
}

interface Told {
  readonly code: string;
  readonly detail: string;
}

/** All that an admin is told: of the lists, of their mailboxes, and of the latest run. */
async function told({ world }: Tenant): Promise<Told[]> {
  const app = world.openApp({ lists: [staff, partners] });
  const lists = await app.readLists();
  await Promise.all(lists.map(({ id }) => app.readList(id ?? '')));
  const progress = openProgress(world.tables.progress);
  const mailboxes = await Promise.all(lists.map(({ id }) => progress.readAll(id ?? '')));
  const run = await world.latestRun();
  return [
    ...lists.flatMap(({ problems }) => problems),
    ...mailboxes.flat().flatMap(({ problem }) => problem ?? []),
    ...(run ? [...run.problems, ...run.notes] : []),
  ];
}

/** What is wrong of a tenant whose lists should be in its mailboxes as the source has them. */
async function faultsOf({ world, targets }: Tenant, lists = [staff, partners]): Promise<string[]> {
  const faults: string[] = [];
  for (const { id, sources, destination } of lists) {
    const [path = ''] = sources.flatMap(source => (source.kind === 'contactFolder' ? source.folders : []));
    const folder = world.source.findFolder([path])?.id ?? '';
    const wanted = world.source.contactsIn(folder).map(({ contact }) => [contact.displayName, contact]);
    for (const target of targets) {
      const held = world.target(target, destination.folder);
      if (!isDeepStrictEqual(held, Object.fromEntries(wanted))) faults.push(`${id} in ${target}`);
      const { state } = (await world.progress(target, id)) ?? {};
      if (state !== 'current') faults.push(`${id} in ${target} is ${state}`);
    }
  }
  return [...faults, ...world.handlerErrors.map(error => `a handler threw ${error}`)];
}

function changeTheSource(tenant: Tenant): void {
  edit(tenant, 0, 'Boilers');
  edit(tenant, 1, 'Cranes');
  tenant.world.source.remove(tenant.contacts[2] ?? '');
  tenant.world.addContacts(1, 'New');
  tenant.world.addContacts(1, 'New partner', tenant.world.source.findFolder(['Partners'])?.id);
}

interface DamagedPlace {
  readonly place: Place;
  readonly how: Damage;
}

/** What is not as it should be after rows were damaged and the source changed; empty when all is well. */
async function faultsAfter(tenant: Tenant, places: readonly DamagedPlace[]): Promise<string[]> {
  const { world } = tenant;
  for (const { place, how } of places) await damage(tenant, place, how);
  const heard = await told(tenant);
  changeTheSource(tenant);
  await world.sync();
  heard.push(...(await told(tenant)));
  const faults = (await faultsOf(tenant, [partners])).map(fault => `at once: ${fault}`);
  for (let runs = 0; runs < 2; runs++) {
    await world.clock.advance(hour);
    await world.sync();
  }
  faults.push(...(await faultsOf(tenant)));
  const after = await told(tenant);
  if (after.length > 0) faults.push(`in the end an admin is told ${JSON.stringify(after)}`);
  if (/Contact \d|Sales|Engines|Boilers|Cranes/.test(JSON.stringify(heard))) faults.push('a contact is told of');
  return [
    ...faults,
    ...places.filter(each => !isNamed(each, heard)).map(({ place }) => `${place.join(' ')} is not named`),
  ];
}

/** A column that is missing may be of an older version. */
function isNamed(
  { place: [, partition, rowKey], how: [property, what] }: DamagedPlace,
  heard: readonly Told[],
): boolean {
  const place = `partition key ${partition}, row key ${rowKey}: the property ${property} `;
  return what === 'missing' || heard.some(({ code, detail }) => code === 'DamagedRow' && detail.includes(place));
}

test.each<[string, (tenant: Tenant) => Place]>([
  ['a list', () => ['sources', 'staff', 'checkpoint']],
  ['a contact of the snapshot', ({ contacts }) => ['sources', 'staff', `contact:${contacts[0]}`]],
])('a damaged row of %s is named, holds up no other list and is written anew', async (_, placeIn) => {
  const properties = await readRow(...(await live().then(tenant => [tenant, placeIn(tenant)] as const)));
  for (const how of damagesOf(properties)) {
    const tenant = await live();
    expect([how, await faultsAfter(tenant, [{ place: placeIn(tenant), how }])]).toEqual([how, []]);
  }
});

test.each<[string, (mailbox: string, contacts: readonly string[]) => Place]>([
  ['the lease', mailbox => ['mailboxes', mailbox, 'lease']],
  ['a list', mailbox => ['mailboxes', mailbox, 'list:staff']],
  ['a contact', (mailbox, contacts) => ['mailboxes', mailbox, `contact:staff:${contacts[0]}`]],
  ['the progress', mailbox => ['progress', 'staff', mailbox]],
])('a damaged row of %s in a mailbox is named, holds up no other mailbox and is written anew', async (_, placeOf) => {
  const one = await live(1);
  const damages = damagesOf(await readRow(one, placeOf(one.targets[0] ?? '', one.contacts)));
  const tenant = await live(damages.length + 1);
  const places = damages
    // When a row came to say what it says is only told to who asks for an explanation.
    .filter(([property]) => property !== 'at')
    .map((how, index) => ({ how, place: placeOf(tenant.targets[index] ?? '', tenant.contacts) }));
  expect(await faultsAfter(tenant, places)).toEqual([]);
});

describe('a damaged row that no capture meets', () => {
  let tenant: Tenant;

  beforeEach(async () => {
    tenant = await live();
  });

  /** Both lists' states as `GET /lists` shows them. */
  async function states(): Promise<string[]> {
    const lists = await tenant.world.openApp({ lists: [staff, partners] }).readLists();
    return lists.map(({ state, problem }) => `${state} ${problem?.code ?? ''}`.trim());
  }

  async function catchUp(): Promise<void> {
    await tenant.world.clock.advance(hour);
    await tenant.world.sync();
  }

  test('of the snapshot is shown on the list once a mailbox compares with it, and no contact goes', async () => {
    const { world, targets } = tenant;
    await damage(tenant, ['sources', 'staff', `contact:${tenant.contacts[3]}`], ['contact', 'broken JSON']);
    await world.resync(targets[0], 'full');
    await world.drain();
    expect(await states()).toEqual(['error DamagedRow', 'ok']);
    expect(await world.progress(targets[0] ?? '')).toMatchObject({ state: 'failed', problem: { code: 'DamagedRow' } });
    expect(world.targetNames(targets[0] ?? '')).toHaveLength(4);
    await catchUp();
    await catchUp();
    expect(await states()).toEqual(['ok', 'ok']);
    expect(await faultsOf(tenant)).toEqual([]);
  });

  test('of the journal has its readers take the snapshot, and goes', async () => {
    const { world, targets } = tenant;
    edit(tenant, 1, 'Cranes');
    await world.run();
    const rowKey = `change:${String(await world.head()).padStart(12, '0')}`;
    await damage(tenant, ['sources', 'staff', rowKey], ['contact', 'missing']);
    await world.drain();
    expect(world.target(targets[0] ?? '')).toMatchObject({ 'Contact 2': { department: 'Cranes' } });
    expect(await states()).toEqual(['error DamagedRow', 'ok']);
    await catchUp();
    await catchUp();
    expect(await states()).toEqual(['ok', 'ok']);
    expect(await world.tables.sources.get('staff', rowKey)).toBeUndefined();
    expect(await faultsOf(tenant)).toEqual([]);
  });

  test.each<[string, () => Promise<unknown>]>([
    ['search', () => tenant.world.app.searchContacts('staff', { text: '', from: 0, limit: 1 })],
    ['explanation', () => tenant.world.explain(tenant.targets[0] ?? '', tenant.contacts[3] ?? '')],
    ['explanation by name', () => tenant.world.explain(tenant.targets[0] ?? '', 'Contact 1')],
    ['decision', () => tenant.world.decide({ decision: 'approve', removals: 1 })],
  ])('of the snapshot is shown on the list once a %s meets it, and is mended', async (_, ask) => {
    await damage(tenant, ['sources', 'staff', `contact:${tenant.contacts[3]}`], ['contact', 'broken JSON']);
    await expect(ask()).rejects.toMatchObject({ name: 'DamagedRow' });
    expect(await states()).toEqual(['error DamagedRow', 'ok']);
    await catchUp();
    await catchUp();
    expect(await states()).toEqual(['ok', 'ok']);
    await ask();
    expect(await faultsOf(tenant)).toEqual([]);
  });

  test('of the snapshot is shown on the list once a preview meets it, which goes on as a run does', async () => {
    await damage(tenant, ['sources', 'staff', `contact:${tenant.contacts[3]}`], ['contact', 'broken JSON']);
    edit(tenant, 0, 'Boilers');
    expect(await tenant.world.previewMailbox(tenant.targets[0] ?? '')).toMatchObject({ patches: 1, deletes: 0 });
    expect(await states()).toEqual(['error DamagedRow', 'ok']);
    await catchUp();
    await catchUp();
    expect(await states()).toEqual(['ok', 'ok']);
    expect(await faultsOf(tenant)).toEqual([]);
  });

  test('of the journal keeps no other contact from being explained, and is shown on the list', async () => {
    const { world, targets } = tenant;
    const rowKey = `change:${String(await world.head()).padStart(12, '0')}`;
    await damage(tenant, ['sources', 'staff', rowKey], ['contact', 'missing']);
    expect(await world.explain(targets[0] ?? '', 'Contact 2')).toMatchObject({ contacts: [{ state: 'present' }] });
    expect(await states()).toEqual(['error DamagedRow', 'ok']);
    await catchUp();
    await catchUp();
    expect(await states()).toEqual(['ok', 'ok']);
    expect(await world.tables.sources.get('staff', rowKey)).toBeUndefined();
  });

  test('of a contact that the source lost stays and is shown, since nothing tells whether it was to be kept', async () => {
    const { world, targets } = tenant;
    await damage(tenant, ['sources', 'staff', `contact:${tenant.contacts[2]}`], ['kept', 'of another type']);
    world.source.remove(tenant.contacts[2] ?? '');
    await catchUp();
    await catchUp();
    expect(await states()).toEqual(['error DamagedRow', 'ok']);
    expect(world.targetNames(targets[0] ?? '')).toHaveLength(4);
  });

  test.each<[string, Place, Damage]>([
    ['its targets', ['sources', 'staff', 'targets'], ['targets', 'broken JSON']],
    ['the members of a group', ['sources', 'staff', 'members:'], ['members', 'of another type']],
  ])(
    'of what a list knows of %s keeps everybody until a full resync is asked for',
    async (_, [table, list, prefix], how) => {
      const { world, targets } = tenant;
      const rows = await world.tables[table].query(list);
      const rowKey = rows.find(row => row.rowKey.startsWith(prefix))?.rowKey ?? '';
      await damage(tenant, [table, list, rowKey], how);
      // A group is only compared with what is known of it when its members change.
      const [first = '', second = ''] = targets;
      const newcomer = world.graph.addUser('newcomer@contoso.com');
      world.graph.setGroup('all@contoso.com', [first, second, newcomer]);
      await catchUp();
      expect(await states()).toEqual(['error DamagedRow', 'ok']);
      expect((await world.latestRun())?.problems).toMatchObject([{ list: 'staff', code: 'DamagedRow' }]);
      expect(world.targetNames(first)).toHaveLength(4);
      await world.resync(undefined, 'full');
      await world.drain();
      expect(await states()).toEqual(['ok', 'ok']);
      expect(world.targetNames(newcomer)).toHaveLength(4);
    },
  );
});

test.each<[string, Place, Damage]>([
  ['rollout', ['sources', 'staff', 'rollout'], ['rollout', 'broken JSON']],
  ['checkpoint', ['sources', 'staff', 'checkpoint'], ['details', 'broken JSON']],
])('a damaged %s of a list keeps the nightly work from no other list', async (_, place, how) => {
  const world = createWorld(listOf({ rollout: { rings: [{ groups: ['all@contoso.com'] }] } }), partners);
  world.addTargets(1);
  world.addContacts(2);
  world.addContacts(3, 'Partner', world.source.addFolder('Partners'));
  await world.sync();
  await damage({ world, targets: [], contacts: [] }, place, how);
  await world.clock.advance(31 * 24 * hour);
  await world.app.tendTombstones();
  await world.app.forgetChanges();
  await world.app.keepDays();
  expect(await world.app.forgetPhotos()).toBe(0);
  expect(await world.tables.sources.query('partners', { from: 'change:', to: 'change;' })).toEqual([]);
});

test('a mailbox that was cleared stays cleared when its progress is damaged', async () => {
  const tenant = await live();
  const { world } = tenant;
  const [mailbox = ''] = tenant.targets;
  await world.clear(mailbox);
  await world.drain();
  await damage(tenant, ['progress', 'staff', mailbox], ['wanted', 'of another type']);
  for (let runs = 0; runs < 2; runs++) {
    await world.clock.advance(hour);
    await world.sync();
  }
  expect(world.targetNames(mailbox)).toBeUndefined();
  expect(await world.progress(mailbox)).toMatchObject({ wanted: 'cleared', state: 'cleared' });
});

test('a vanished list whose policy is damaged is shown, and its mailboxes stay as they are', async () => {
  const tenant = await live();
  const { world, targets } = tenant;
  world.setLists(partners);
  await damage(tenant, ['sources', 'staff', 'checkpoint'], ['details', 'broken JSON']);
  await world.clock.advance(hour);
  await world.sync();
  const lists = await world.openApp({ lists: [partners] }).readLists();
  expect(lists).toMatchObject([
    { id: 'partners', state: 'ok' },
    { id: 'staff', state: 'error' },
  ]);
  expect((await world.latestRun())?.problems).toMatchObject([{ list: 'staff', code: 'DamagedRow' }]);
  expect(world.targetNames(targets[0] ?? '')).toHaveLength(4);
});

test('the damaged id of the installation has every mailbox wait, and marks nothing with another', async () => {
  const tenant = await live();
  const { world, targets } = tenant;
  await damage(tenant, ['sources', '$installation', 'id'], ['id', 'of another type']);
  edit(tenant, 1, 'Cranes');
  await world.sync();
  expect(await world.progress(targets[0] ?? '')).toMatchObject({ state: 'failed', problem: { code: 'DamagedRow' } });
  expect(world.handlerErrors).toEqual([]);
});

test('damaged rows of a list and of its subscription hold up no notification', async () => {
  const tenant = await live();
  const { clock, tables, openListPartition, queues } = tenant.world;
  const rowsOf = (listId: string) => openSubscriptionRows(tables.sources, listId);
  const folder = {
    mailboxId: 'user',
    url: 'https://app',
    clientState: 'print',
    createdAt: 1,
    expiresAt: clock.now() + hour,
  };
  for (const { id } of [staff, partners])
    await rowsOf(id).put({ folderId: `folder/${id}`, id: `of ${id}`, ...folder }, undefined);
  const [{ rowKey = '' } = {}] = await tables.sources.query('staff', { from: 'subscription:', to: 'subscription;' });
  await damage(tenant, ['sources', 'staff', rowKey], ['expiresAt', 'missing']);
  await damage(tenant, ['sources', 'staff', 'checkpoint'], ['details', 'broken JSON']);

  const known = createSubscribedLists({
    clock,
    readLists: async () => ({ lists: [staff, partners] }),
    openSubscriptionRows: rowsOf,
  });
  await tenant.world.drive(known.readAgain());
  expect(['of staff', 'of partners'].map(known.listOf)).toEqual(['staff', 'partners']);
  const [read] = await rowsOf('staff').readAll();
  expect(read?.subscription).toMatchObject({ folderId: 'folder/staff', url: '', problem: { code: 'DamagedRow' } });
  const { captureQueue } = queues;
  await createCaptureAsker({ clock, newId: () => '00000001', openListPartition, captureQueue })('staff');
  expect(captureQueue.size).toBe(1);
});

test('a damaged row of a run is named, and the other runs are as they were', async () => {
  const tenant = await live();
  const { world, targets } = tenant;
  const runs = openRuns(world.tables.runs);
  const [latest, before] = await runs.readLatest(2);
  await damage(tenant, ['runs', latest?.id ?? '', 'summary'], ['summary', 'broken JSON']);
  await damage(tenant, ['runs', before?.id ?? '', `mailbox:${targets[0]}`], ['state', 'missing']);
  const views = await Promise.all([latest, before].map(run => world.runView(run?.id ?? '')));
  expect(views).toMatchObject([
    {
      state: 'finished',
      startedAt: new Date(latest?.startedAt ?? 0).toISOString(),
      problems: [{ code: 'DamagedRow' }],
    },
    { mailboxes: { total: 2, done: 1, failed: 1 }, problems: [{ code: 'DamagedRow', mailbox: targets[0] }] },
  ]);
});

describe.each<[string, Properties]>([
  ['broken JSON', { tally: '{' }],
  ['of another type', { tally: 5 }],
  ['missing', {}],
  ['a list', { tally: '[]' }],
  ['of names without numbers', { tally: '{"targets":"x"}' }],
  ['less than nothing', { tally: '{"targets":-5,"failed":-5,"sent":-5}' }],
  ['of an unreadable time', { tally: '{}', latest: 'x' }],
])('totals that are %s', (_, { tally, ...others }) => {
  async function damageTotals({ world }: Tenant, table: 'progress' | 'runs', partition: string): Promise<void> {
    const rows = (await world.tables[table].query(partition)).filter(({ rowKey }) => /^\$?total:/.test(rowKey));
    expect(rows).not.toEqual([]);
    for (const { rowKey, properties } of rows) {
      const { tally: _tally, ...rest } = properties;
      const damagedProperties = { ...rest, ...others, ...(tally === undefined ? {} : { tally }) };
      await world.tables[table].write(partition, [{ kind: 'replace', rowKey, properties: damagedProperties }]);
    }
    world.restart();
  }

  test('of a list are those of its rows, hold up nothing, and are counted anew by the next run', async () => {
    const tenant = await live();
    const { world } = tenant;
    await damageTotals(tenant, 'progress', 'staff');
    const lists = () => world.openApp({ lists: [staff, partners] }).readLists();
    expect(await lists()).toMatchObject([{ state: 'ok', mailboxes: { current: 2, failed: 0 } }, { state: 'ok' }]);
    changeTheSource(tenant);
    await world.sync();
    expect(await faultsOf(tenant)).toEqual([]);
    expect((await world.latestRun())?.problems).toEqual([]);
    expect(await lists()).toMatchObject([{ state: 'ok', mailboxes: { current: 2, failed: 0 } }, { state: 'ok' }]);
    expect(await openProgress(world.tables.progress).readTotals('staff')).toMatchObject({ targets: 2 });
  });

  test('of a list are no matter to the report of a mailbox', async () => {
    const tenant = await live();
    const { world } = tenant;
    changeTheSource(tenant);
    await world.run();
    await damageTotals(tenant, 'progress', 'staff');
    await world.drain();
    expect(await faultsOf(tenant)).toEqual([]);
  });

  test('of a run are those of its rows, and no matter to the report of a mailbox', async () => {
    const tenant = await live();
    const { world } = tenant;
    changeTheSource(tenant);
    await world.run();
    const [run] = await openRuns(world.tables.runs).readLatest(1);
    await damageTotals(tenant, 'runs', run?.id ?? '');
    expect(await openRuns(world.tables.runs).readTotals(run?.id ?? '')).toBeUndefined();
    await world.drain();
    expect(await faultsOf(tenant)).toEqual([]);
    expect(await world.runView(run?.id ?? '')).toMatchObject({
      state: 'finished',
      mailboxes: { total: 2, done: 2, failed: 0 },
      problems: [],
    });
  });
});
