import { listView } from '../../../../shared/api/lists.ts';
import type { AppSettings } from '../../../../shared/app.ts';
import { failure } from '../../../memory/graphFaults.ts';
import { createWorld, listOf, type World } from '../world.ts';

const staff = listOf({ name: 'Company staff' });
const pausedStaff = { ...staff, enabled: false };
const clientState = { read: async () => 'secret', matches: async () => true };
const webhooks = { url: 'https://contacts.contoso.com', clientState };
let world: World;

beforeEach(() => {
  world = createWorld(staff);
});

async function showStaff(settings: Partial<AppSettings> = {}) {
  const app = world.openApp(settings, { webhooks });
  const [listed] = await app.readLists();
  const { kept, ...one } = listView.parse(await app.readList('staff'));
  expect(one).toEqual(listed);
  return { ...one, kept };
}

function decide(decision: 'approve' | 'reject', removals: number, kind?: 'kept') {
  return world.app.decideHold('staff', { kind, decision, removals });
}

test('a list that was never captured has nothing', async () => {
  expect(await showStaff()).toMatchObject({
    ...{ id: 'staff', name: 'Company staff', state: 'ok', head: 0, capturedAt: null, contacts: 0, hold: null, kept: 0 },
    mailboxes: { current: 0, behind: 0, waiting: 0, failed: 0, skipped: 0, leaving: 0 },
  });
});

test('a list shows what is worth knowing of its settings, and of no other list', async () => {
  const note = { code: 'RefusedSoon' as const, detail: 'destination.category: "A, B" holds a comma' };
  const notes = [
    { list: 'staff', ...note },
    { list: 'board', code: 'DefaultFolder' as const, detail: 'destination.folder: "contacts" is the default folder' },
    { code: 'UnknownSetting' as const, detail: 'WEBHOOK_URI is no setting of the app' },
  ];
  expect((await showStaff({ notes })).notes).toEqual([note]);
  expect(await showStaff({ lists: [pausedStaff], notes })).toMatchObject({
    state: 'paused',
    notes: [note],
    sources: [{ kind: 'contactFolder' }],
  });
});

test('a list that runs shows its head, its contacts and where its mailboxes are', async () => {
  world.addContacts(4);
  const [waiting = '', failed = '', gone = ''] = world.addTargets(5);
  world.graph.setEnabled(world.graph.addUser('unrelated@contoso.com'), false);
  world.graph.mailbox(waiting).failure = failure('mailboxMoving');
  world.graph.mailbox(failed).failure = failure('accessDenied');
  world.graph.mailbox(gone).failure = failure('noMailbox');
  await world.run();
  await world.deliver();
  await world.openApp({}, { webhooks }).renewSubscriptions({});
  expect(await showStaff()).toMatchObject({
    ...{ state: 'ok', head: 4, contacts: 4, capturedAt: new Date(world.clock.now()).toISOString() },
    mailboxes: { current: 2, behind: 0, waiting: 1, failed: 1, skipped: 1, leaving: 0 },
    changeNotifications: { state: 'active', expiresAt: expect.any(String) },
  });
});

describe('a contact that Graph refuses', () => {
  async function refuseIn(count: number, of: number): Promise<string> {
    world.addContacts(4);
    const [contact] = world.source.contactsIn(world.sourceFolder);
    const answer = { kind: 'refused' as const, code: 'ErrorInvalidProperty', detail: '' };
    for (const mailbox of world.addTargets(of).slice(0, count)) {
      world.graph.fail({ on: { mailbox, displayName: contact?.contact.displayName }, answer });
    }
    await world.sync();
    return contact?.id ?? '';
  }

  test('in most mailboxes is said once, of the list and of the run', async () => {
    const contact = await refuseIn(3, 5);
    const detail = `Graph refused the contact ${contact} (in 3 of 5 mailboxes)`;
    const problem = { code: 'ErrorInvalidProperty', detail };
    expect(await showStaff()).toMatchObject({ state: 'ok', problem, mailboxes: { current: 5 } });
    expect((await world.latestRun())?.problems).toEqual([{ list: 'staff', ...problem }]);
  });

  test.each([
    [3, 6],
    [2, 2],
  ])('in %i of %i mailboxes is said of those', async (count, of) => {
    const contact = await refuseIn(count, of);
    expect(await showStaff()).not.toHaveProperty('problem');
    const problems = (await world.latestRun())?.problems;
    expect(problems).toMatchObject(
      Array(count).fill({ mailbox: expect.any(String), detail: `Graph refused the contact ${contact}` }),
    );
  });
});

test('mailboxes that are on their way count as behind', async () => {
  world.addContacts(1);
  world.addTargets(3);
  await world.run();
  expect((await showStaff()).mailboxes).toMatchObject({ current: 0, behind: 3 });
});

test('a source that cannot be read is an error, with the reason', async () => {
  world.addContacts(1);
  await world.sync();
  world.source.failure = failure('accessDenied');
  await world.sync();
  expect(await showStaff()).toMatchObject({ state: 'error', problem: { code: 'ErrorAccessDenied' }, contacts: 1 });
});

test('removals that wait hold the list, with the number to decide on, and none once it is decided', async () => {
  const ids = world.addContacts(30);
  world.addTargets(1);
  await world.sync();
  for (const id of ids.slice(0, 20)) world.source.remove(id);
  await world.sync();
  expect(await showStaff()).toMatchObject({
    ...{ state: 'held', kept: 0 },
    hold: { kind: 'contacts', reason: 'TooManyRemovals', removals: 20, of: 30, since: expect.any(String) },
  });
  await decide('reject', 20);
  expect(await showStaff()).toMatchObject({ state: 'ok', hold: null, kept: 20 });
  await decide('approve', 20, 'kept');
  expect(await showStaff()).toMatchObject({ state: 'ok', hold: null, kept: 0 });
  await world.sync();
  expect(await showStaff()).toMatchObject({ contacts: 10, kept: 0 });
});

test('mailboxes that would leave hold the list, which says who they are as long as they wait', async () => {
  world.addContacts(1);
  const targets = world.addTargets(30);
  await world.sync();
  world.graph.setGroup('all@contoso.com', targets.slice(0, 15));
  await world.sync();
  expect(await showStaff()).toMatchObject({
    ...{ state: 'held', mailboxes: { current: 30, leaving: 0 } },
    hold: { kind: 'mailboxes', reason: 'TooManyMailboxesLeaving', removals: 15, of: 30 },
  });
  expect(await readHeld()).toEqual(targets.slice(15).sort());
  const stored = jest.spyOn(world.tables.sources, 'write');
  await world.sync();
  expect(stored.mock.calls.flatMap(([, rows]) => rows).filter(({ rowKey }) => /^held|^leaving/.test(rowKey))).toEqual(
    [],
  );
  const [first = '', ...others] = targets;
  world.graph.setGroup('all@contoso.com', others.slice(0, 15));
  await world.sync();
  expect(await readHeld()).toEqual([first, ...others.slice(15)].sort());
  await decide('approve', 15);
  await world.run();
  expect(await showStaff()).toMatchObject({ state: 'ok', hold: null, mailboxes: { current: 15, leaving: 15 } });
  expect(await readHeld()).toEqual([]);
  expect(await world.openListPartition('staff').readHeldMailboxes()).toEqual([]);
});

/** Who would leave, page by page. */
async function readHeld(): Promise<string[]> {
  const ids: string[] = [];
  let from: string | undefined;
  do {
    const page: {
      mailboxes?: readonly { id: string; effect: string; contacts: number }[] | undefined;
      next?: string | undefined;
    } = await world.app.readHeldMailboxes('staff', { from, limit: 7 });
    for (const { id, effect, contacts } of page.mailboxes ?? []) {
      expect([effect, contacts]).toEqual(['leaves', 1]);
      ids.push(id);
    }
    from = page.next;
  } while (from !== undefined);
  return ids;
}

test('paused and refused lists say so, with what they have', async () => {
  world.addContacts(2);
  world.addTargets(1);
  await world.sync();
  const { problem, ...paused } = await showStaff({ lists: [pausedStaff] });
  expect(problem).toBeUndefined();
  expect(paused).toMatchObject({ state: 'paused', problems: [], contacts: 2, mailboxes: { current: 1 } });
  const refused = await showStaff({
    lists: [],
    refusedLists: [{ id: 'staff', faults: ['targets: name one', 'x: unknown'] }],
  });
  expect(refused).toMatchObject({
    ...{ name: 'staff', state: 'refused', contacts: 2, mailboxes: { current: 1 } },
    problem: { code: 'Refused', detail: expect.stringContaining('targets: name one; x: unknown') },
    changeNotifications: { state: 'off' },
  });
});

test('a refused list whose id cannot be used is shown without one', async () => {
  const refusedLists = [
    { id: 'Not / an id', faults: ['id: bad'] },
    { id: undefined, faults: ['id: missing'] },
  ];
  const app = world.openApp({ lists: [], refusedLists });
  const shown = await app.readLists();
  expect(shown.map(list => listView.parse(list))).toEqual(shown);
  expect(shown).toMatchObject([
    { id: null, name: 'Not / an id', state: 'refused' },
    { id: null, state: 'refused' },
  ]);
  expect(await app.readList('Not / an id')).toBeUndefined();
});

test('a list that is gone from the settings is shown until its mailboxes are cleaned up', async () => {
  world.addContacts(2);
  world.addTargets(20);
  await world.sync();
  const other = listOf({ id: 'other', destination: { folder: 'Other', category: null } });
  world.setLists(other);
  await world.sync();
  const showVanished = () => world.app.readList('staff');
  const notInSettings = { name: 'staff', problem: { code: 'NotInSettings' } };
  expect(await showVanished()).toMatchObject({
    ...notInSettings,
    ...{ state: 'held', hold: { kind: 'mailboxes', removals: 20 } },
  });
  await decide('approve', 20);
  await world.run();
  expect(await showVanished()).toMatchObject({ ...notInSettings, state: 'error', mailboxes: { leaving: 20 } });
  await world.drain();
  expect(await showVanished()).toBeUndefined();
});
