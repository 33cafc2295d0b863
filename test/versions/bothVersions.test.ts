import { join } from 'node:path';
import { openStaff, type Staff, staffList } from '../behaviour/staff.ts';
import { type Host, until } from '../world/world.ts';
import { buildEarlierVersion, earlierVersion, hasEarlierVersion } from './earlierVersion.ts';

/** Within the time that a host waits for an answer, and long enough to be killed meanwhile. */
const held = { delayMilliseconds: 1800 };

/** The earlier version refuses a list with a setting that it does not know. */
const { privateContacts: _, ...listOfBoth } = staffList;

let earlierApp: string;
let staff: Staff;
let hosts: Host[];
let mailboxes = 0;

const versions = ['earlier', 'present'] as const;
type Version = (typeof versions)[number];

async function startHost(version: Version): Promise<Host> {
  const host = await staff.world.startHost({}, {}, version === 'earlier' ? earlierApp : undefined);
  hosts.push(host);
  return host;
}

function other(version: Version): Version {
  return version === 'earlier' ? 'present' : 'earlier';
}

/** The source changed in each way, and the mailbox follows. */
async function followChanges(host: Host, mailbox: string): Promise<void> {
  const added = await staff.addToSource({ displayName: `Added ${++mailboxes}` });
  await staff.changeSource();
  await staff.arrive(host, mailbox);
  await staff.expectMirror(host, mailbox);
  await staff.removeFromSource(added);
  await staff.changeSource(3);
  await staff.arrive(host, mailbox);
  await staff.expectMirror(host, mailbox);
}

if (!hasEarlierVersion()) {
  console.warn(
    `Not tested: ${earlierVersion} and this version. The history of this clone is too short: git fetch --unshallow`,
  );
}

(hasEarlierVersion() ? describe : describe.skip)(`${earlierVersion} and this version`, () => {
  beforeAll(async () => {
    earlierApp = join(buildEarlierVersion(), 'dist');
    staff = await openStaff({ lockSeconds: 2, settings: { CONTACT_LISTS: JSON.stringify([listOfBoth]) } });
  }, 600_000);

  beforeEach(() => {
    hosts = [];
  });

  afterEach(async () => {
    await Promise.all(hosts.map(host => host.kill()));
    await staff?.stopFailing();
  });
  afterAll(() => staff?.stop());

  test.each(versions)(
    'the %s version begins, the other one follows, and again: nothing is written twice or lost',
    async begins => {
      const mailbox = await staff.newMailbox(`turns${++mailboxes}`);
      for (const version of [begins, other(begins), begins, other(begins)]) {
        const host = await startHost(version);
        await staff.arrive(host, mailbox);
        // What the one left needs nothing of the other.
        await staff.expectMirror(host, mailbox);
        await followChanges(host, mailbox);
        await host.stop();
      }
    },
  );

  test.each(versions)('the %s version dies in the middle of a run, and the other one finishes it', async dies => {
    const mailbox = await staff.newMailbox(`dies${++mailboxes}`);
    const patched = await staff.newMailbox(`patched${++mailboxes}`);
    const first = await startHost(dies);
    await staff.arrive(first, patched);
    await staff.changeSource();
    await staff.resetCounts();
    await staff.fail({ method: 'POST', path: '/contactFolders/.+/contacts$', mailbox, skip: 7 }, held);
    await staff.fail({ method: 'PATCH', path: '/contacts/', mailbox: patched, skip: 12 }, held);
    await first.call('POST', '/api/resync', {});
    await until(async () => ((await staff.counts(mailbox)).writes >= 7 ? true : undefined));
    await until(async () => ((await staff.counts(patched)).writes >= 12 ? true : undefined));
    await first.kill();
    await staff.stopFailing();

    const second = await startHost(other(dies));
    for (const each of [mailbox, patched]) {
      await staff.arrive(second, each);
      await staff.expectMirror(second, each);
      await followChanges(second, each);
    }
  });

  test('both versions run beside each other on the same tables and queues', async () => {
    const both = await Promise.all(versions.map(startHost));
    const targets = [await staff.newMailbox(`beside${++mailboxes}`), await staff.newMailbox(`beside${++mailboxes}`)];
    for (let round = 0; round < 3; round++) {
      await staff.changeSource();
      await Promise.all(both.map(host => host.resync()));
      await staff.queuesAreEmpty();
    }
    for (const [index, target] of targets.entries()) {
      const host = both[index];
      if (!host) throw new Error('A host is missing');
      await staff.arrive(host, target);
      await staff.expectMirror(host, target);
    }
  });

  test('a mailbox that was cleared by the one is left alone by the other', async () => {
    const mailbox = await staff.newMailbox(`cleared${++mailboxes}`);
    for (const version of versions) {
      const host = await startHost(version);
      await staff.arrive(host, mailbox);
      await host.call('POST', `/api/lists/staff/mailboxes/${mailbox}/clear`);
      await staff.queuesAreEmpty();
      await host.stop();
      const next = await startHost(other(version));
      await staff.changeSource(1);
      await next.resync();
      expect(await staff.graph.findFolder(mailbox, 'Company')).toBeUndefined();
      await next.stop();
    }
  });
});
