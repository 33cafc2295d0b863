import { ServiceBusClient } from '@azure/service-bus';
import { openStaff, type Staff, staffList } from '../behaviour/staff.ts';
import { contentOf } from '../world/contactRows.ts';
import { type Host, until } from '../world/world.ts';

/** Within the time that a host waits for an answer, and long enough to be killed meanwhile. */
const held = { delayMilliseconds: 1800 };

let staff: Staff;
let hosts: Host[];

beforeAll(async () => {
  staff = await openStaff({ lockSeconds: 2 });
});

beforeEach(() => {
  hosts = [];
});

afterEach(async () => {
  await Promise.all(hosts.map(host => host.kill()));
  await staff?.graph.control('POST', '/latency', { milliseconds: 0 });
  await staff?.stopFailing();
});
afterAll(() => staff?.stop());

async function startHost(): Promise<Host> {
  const host = await staff.world.startHost();
  hosts.push(host);
  return host;
}

async function waitForWrites(mailbox: string, count: number): Promise<void> {
  await until(async () => ((await staff.counts(mailbox)).writes >= count ? true : undefined));
}

async function startRun(host: Host, body: Record<string, unknown> = {}): Promise<string> {
  const answer = await host.call('POST', '/api/resync', body);
  return ((await answer.json()) as { runId: string }).runId;
}

/** A message as a run would send it, for a mailbox that has none on its way. */
async function sendMessages(mailbox: string, likeThatOf: string, ids: readonly string[]): Promise<void> {
  const head = (await staff.progressOf(likeThatOf))?.position;
  const client = new ServiceBusClient(staff.world.settings().ServiceBusConnection ?? '');
  const sender = client.createSender(staff.world.settings().SYNC_QUEUE ?? '');
  const run = '8204638041081-284e2eb0';
  await sender.sendMessages(
    ids.map((id, index) => ({
      messageId: `${id}-${index}`,
      body: { kind: 'syncMailbox', id, run, mailbox, lists: [{ list: 'staff', head }], attempt: 0 },
    })),
  );
  await client.close();
}

test('kill -9 while folders are made, contacts created, patched and deleted: all is finished by another host', async () => {
  const leaving = await staff.addToSource({ displayName: 'Leaving' });
  const first = await startHost();
  const [patched, deleted] = [await staff.newMailbox('patched'), await staff.newMailbox('deleted')];
  await staff.arrive(first, patched);
  await staff.arrive(first, deleted);
  const [folder, created, later] = [
    await staff.newMailbox('folder'),
    await staff.newMailbox('created'),
    await staff.newMailbox('later'),
  ];
  await staff.changeSource();
  await staff.removeFromSource(leaving);
  await staff.resetCounts();
  const create = { method: 'POST', path: '/contactFolders/.+/contacts$' };
  await staff.fail({ method: 'POST', path: '/contactFolders$', mailbox: folder }, held);
  await staff.fail({ ...create, mailbox: created, skip: 7 }, held);
  await staff.fail({ ...create, mailbox: later, skip: 33 }, held);
  await staff.fail({ method: 'PATCH', path: '/contacts/', mailbox: patched, skip: 12 }, held);
  await staff.fail({ method: 'DELETE', path: '/contacts/', mailbox: deleted }, held);

  const run = await startRun(first);
  for (const [mailbox, writes] of [
    [created, 7],
    [later, 33],
    [patched, 12],
  ] as const) {
    await waitForWrites(mailbox, writes);
  }
  await first.kill();
  await staff.stopFailing();
  const second = await startHost();

  expect(await second.waitForRun(run)).toMatchObject({ mailboxes: { done: 5, failed: 0 }, problems: [] });
  for (const mailbox of [folder, created, later, patched, deleted]) await staff.expectMirror(second, mailbox);
}, 90_000);

test('kill -9 while the source is read: the run goes on with another host', async () => {
  const mailbox = await staff.newMailbox('unread');
  const first = await startHost();
  await staff.resetCounts();
  await staff.fail({ path: '/contacts/delta', times: 1 }, held);
  const run = await startRun(first, { mailbox });
  await until(async () => ((await staff.counts(staff.directory)).requests > 0 ? true : undefined));
  await first.kill();
  const second = await startHost();

  expect(await second.waitForRun(run)).toMatchObject({ contacts: { created: staff.contactCount }, problems: [] });

  await staff.expectMirror(second, mailbox);
}, 60_000);

test('the same message twice and at once, and again when it is done, writes everything once', async () => {
  const [one] = await Promise.all([startHost(), startHost()]);
  const known = await staff.newMailbox('known');
  await staff.arrive(one, known);
  const mailbox = await staff.newMailbox('twice');
  await staff.resetCounts();

  await sendMessages(mailbox, known, ['same', 'same', 'same', 'other']);
  await staff.queuesAreEmpty();

  const allWrites = staff.contactCount + 1;
  expect((await staff.counts(mailbox)).writes).toBe(allWrites);
  await sendMessages(mailbox, known, ['late', 'late']);
  await staff.queuesAreEmpty();
  expect((await staff.counts(mailbox)).writes).toBe(allWrites);
  // The messages were nobody's: the fan-out has yet to learn of this mailbox.
  await staff.arrive(one, mailbox);
  await staff.expectMirror(one, mailbox);
}, 60_000);

test('an owner of mailboxes that stalls past its leases’ expiry among its creates and its patches: another host goes on, and nothing is doubled or undone when it wakes', async () => {
  const [empty, filled] = [await staff.newMailbox('stalledEmpty'), await staff.newMailbox('stalledFilled')];
  const stalling = await startHost();
  await staff.arrive(stalling, filled);
  await staff.changeSource();
  await staff.resetCounts();
  await staff.graph.control('POST', '/latency', { milliseconds: 120 });
  const runs = await Promise.all([empty, filled].map(mailbox => startRun(stalling, { mailbox })));
  for (const mailbox of [empty, filled]) await waitForWrites(mailbox, 24);
  process.kill(stalling.pid, 'SIGSTOP');
  await staff.graph.control('POST', '/latency', { milliseconds: 0 });
  try {
    const other = await startHost();
    for (const run of runs) expect((await other.waitForRun(run)).contacts.failed).toBe(0);
    // The source moves on, and what the owner has yet to write is old.
    await staff.changeSource();
    for (const mailbox of [empty, filled]) await staff.arrive(other, mailbox);
  } finally {
    process.kill(stalling.pid, 'SIGCONT');
  }
  await staff.queuesAreEmpty();
  for (const mailbox of [empty, filled]) await staff.expectMirror(stalling, mailbox);
}, 90_000);

describe('folders that another tool filled', () => {
  const people = 30;
  /** What tools leave on a contact to know it again. */
  const marks = [
    () => ({ categories: ['Synced'] }),
    (index: number) => ({ fileAs: `2f1c7a0e-0000-4000-8000-${String(index).padStart(12, '0')}` }),
    () => ({}),
  ];
  const list = {
    ...staffList,
    id: 'customers',
    source: { ...staffList.source, folders: ['Customers'] },
    targets: { groups: ['synced@contoso.example'] },
    destination: { folder: 'Synced', category: null },
    existing: 'adoptInFolder',
  };

  function person(index: number): Record<string, unknown> {
    const displayName = `Person ${index}`;
    const address = `person${index}@contoso.example`;
    return { displayName, jobTitle: 'Buyer', emailAddresses: [{ name: displayName, address }] };
  }

  function add(mailbox: string, folder: string, contacts: readonly Record<string, unknown>[]) {
    const url = `/users/${mailbox}/contactFolders/${folder}/contacts`;
    return staff.graph.batch(contacts.map(body => ({ method: 'POST', url, body })));
  }

  test('are taken over in place although the host is killed among it: nobody made, nobody deleted', async () => {
    const { graph } = staff;
    const everybody = Array.from({ length: people }, (_, index) => person(index));
    await add(staff.directory, await graph.addFolder(staff.directory, 'Customers'), everybody);
    const mailboxes = await Promise.all(marks.map((_, index) => graph.addUser(`synced${index}`)));
    await graph.addGroup('synced', mailboxes);
    const folders = new Map<string, string>();
    const before = new Map<string, Map<string, unknown>>();
    for (const [index, mailbox] of mailboxes.entries()) {
      const folder = await graph.addFolder(mailbox, 'Synced');
      folders.set(mailbox, folder);
      const filled = everybody.map((contact, position) => ({
        ...contact,
        ...marks[index]?.(position),
        ...(position < 2 && { jobTitle: 'Visitor' }),
        personalNotes: `Note ${position}`,
      }));
      await add(mailbox, folder, [...filled, { displayName: 'Left behind' }]);
      const rows = await graph.readContacts(mailbox, folder);
      before.set(mailbox, new Map(rows.map(row => [String(row.id), contentOf(row)])));
    }
    await staff.resetCounts();
    const [broken = ''] = mailboxes;
    await staff.fail({ method: 'PATCH', path: '/contacts/', mailbox: broken, skip: 12 }, held);
    staff.world.configure({ CONTACT_LISTS: JSON.stringify([staffList, list]) });

    const first = await startHost();
    const run = await startRun(first);
    await waitForWrites(broken, 12);
    await first.kill();
    await staff.stopFailing();
    const second = await startHost();

    expect(await second.waitForRun(run)).toMatchObject({
      contacts: { created: 0, deleted: 0, failed: 0 },
      problems: [],
    });
    for (const mailbox of mailboxes) {
      const rows = await graph.readContacts(mailbox, folders.get(mailbox) ?? '');
      const expected = [...(before.get(mailbox) ?? [])].map(([id, content]) => [
        id,
        { ...(content as object), ...((content as { jobTitle?: string }).jobTitle && { jobTitle: 'Buyer' }) },
      ]);
      expect(new Map(rows.map(row => [String(row.id), contentOf(row)]))).toEqual(
        new Map(expected as [string, unknown][]),
      );
      expect(await staff.targetRows(mailbox, folders.get(mailbox))).toHaveLength(people);
    }
    await staff.resetCounts();
    await second.resync({}, list.id);
    const later = await Promise.all(mailboxes.map(mailbox => staff.counts(mailbox)));
    expect(later.map(({ writes }) => writes)).toEqual(mailboxes.map(() => 0));
  }, 60_000);
});
