/**
 * Runs one list once, by ports of the parent process: `fanOutProcess.ts <list as JSON> <epoch milliseconds>`. Says what
 * that took and waits to be ended.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { runLists } from '../../../shared/engine/fan-out/runLists.ts';
import type { SyncMessage } from '../../../shared/engine/messages.ts';
import { createStageReader } from '../../../shared/engine/rollouts/index.ts';
import type { ContactMailbox } from '../../../shared/ports/contactMailbox.ts';
import type { Directory } from '../../../shared/ports/directory.ts';
import type { MessageQueue } from '../../../shared/ports/messageQueue.ts';
import type { Table } from '../../../shared/ports/tableStorage.ts';
import { noConnections } from '../../../shared/settings/connections.ts';
import type { ContactList } from '../../../shared/settings/contactList.ts';
import type { SourceAdapters } from '../../../shared/sources/index.ts';
import { openChoices } from '../../../shared/store/choices.ts';
import { openListIndex } from '../../../shared/store/listIndex.ts';
import { openListPartition } from '../../../shared/store/listPartition.ts';
import { openMailboxIndex } from '../../../shared/store/mailboxes.ts';
import { openProgress } from '../../../shared/store/progress.ts';
import { newRunId } from '../../../shared/store/runId.ts';
import { openRuns } from '../../../shared/store/runs.ts';
import { openSubscriptionRows } from '../../../shared/store/subscriptions.ts';
import { connectToParent } from './remotePorts.ts';

/** What this process says when it is done. */
export interface FanOutDone {
  readonly done: true;
  readonly seconds: number;
  readonly processorSeconds: number;
  /** Of the whole process, since it began. */
  readonly peakMegabytes: number;
  /** Of the same, before the run began. */
  readonly megabytesBefore: number;
}

const messagesPerCall = 1000;

const [listText = '', startText = ''] = process.argv.slice(2);
/** As the parent's settings were parsed. */
const list: ContactList = JSON.parse(listText);
const start = Number(startText);
const open = connectToParent();
const clock = {
  now: () => start + Math.round(performance.now()),
  wait: (milliseconds: number) => wait(milliseconds, undefined, { ref: false }),
};
const table = (name: string) => open<Table>(name);
const queue = open<MessageQueue<SyncMessage>>('syncQueue');
const sources = table('sources');

const counts = () => ({ requests: 0, roundTrips: 0 });
const openDirectory = () => open<Directory>('directory', { counts });
const openMailbox = (mailboxId: string) => open<ContactMailbox>(`mailbox:${mailboxId}`, { counts });

const before = process.cpuUsage();
const megabytesBefore = peakMegabytes();
const startedAt = performance.now();
const id = newRunId(clock.now(), '00000000');
await runLists(
  { id, cause: 'schedule', lists: [list] },
  {
    clock,
    lists: [list],
    configuredLists: [list],
    sourceReaders: [list],
    progress: openProgress(table('progress')),
    choices: openChoices(table('choices')),
    mailboxIndex: openMailboxIndex(table('mailboxes')),
    runs: openRuns(table('runs')),
    syncQueue: { send: sendInParts },
    priorityQueue: queue,
    openListPartition: listId => openListPartition(sources, listId),
    openSubscriptionRows: listId => openSubscriptionRows(sources, listId),
    webhooks: undefined,
    refusedLists: [],
    newId: () => '00000000',
    captureQueue: open('captureQueue'),
    listIndex: openListIndex(sources),
    photos: open('photos'),
    sourceAdapters: {
      ...open<SourceAdapters>('sources'),
      connections: noConnections,
      clock,
      openMailbox,
      openDirectory,
    },
    openDirectory,
    openMailbox,
    leaseMilliseconds: 180_000,
    messagePatience: 3_600_000,
    stages: createStageReader(listId => openListPartition(sources, listId)),
  },
);
const { user, system } = process.cpuUsage(before);
process.send?.({
  done: true,
  seconds: (performance.now() - startedAt) / 1000,
  processorSeconds: (user + system) / 1e6,
  peakMegabytes: peakMegabytes(),
  megabytesBefore,
} satisfies FanOutDone);

/** The client of Service Bus sends them in batches as well. */
async function sendInParts(messages: Parameters<typeof queue.send>[0]): Promise<void> {
  for (let sent = 0; sent < messages.length; sent += messagesPerCall) {
    await queue.send(messages.slice(sent, sent + messagesPerCall));
  }
}

function peakMegabytes(): number {
  return (process.resourceUsage().maxRSS * 1024) / 1e6;
}
