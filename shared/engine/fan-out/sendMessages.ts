import { chunksOf } from '../../domain/chunks.ts';
import { fingerprint } from '../../domain/fingerprint.ts';
import type { AnnouncedMailbox } from '../../store/runMailbox.ts';
import { mostAnnouncedTogether } from '../../store/runs.ts';
import type { SyncMessage } from '../messages.ts';
import { describeSkipReason } from '../receivers/index.ts';
import type { Services } from '../services.ts';
import type { DueMailboxes } from './fanOut.ts';

const mailboxesPerPage = mostAnnouncedTogether;
/** Of several pages the first is about what one host works on at once: its messages leave before the others are written down. */
const mailboxesOnFirstPage = 48;
/** While one page is written down, others are on their way. */
const pagesAtOnce = 4;

export type SendServices = Pick<Services, 'clock' | 'progress' | 'runs' | 'syncQueue' | 'priorityQueue'>;

/** The run that sends, and the mailbox that it is about where somebody asked for one by name. */
export interface SendingRun {
  readonly id: string;
  readonly mailbox?: string | undefined;
}

/**
 * One message a mailbox with all its due lists, page by page: announced in the run, sent, and noted as sent. A host that
 * dies has at most the pages under way sent and not noted: the run that goes on sends those under the same ids, which
 * the queue takes once.
 */
export async function sendMessages(
  run: SendingRun,
  due: readonly DueMailboxes[],
  services: SendServices,
): Promise<void> {
  const mailboxes = [...new Set(due.flatMap(each => [...each.mailboxes.keys()]))].sort();
  await services.runs.announce(run.id, describeSkipped(due, new Set(mailboxes)));
  const [first = [], ...others] = pagesOf(mailboxes);
  const sentFirst = await sendPage(run, first, due, services);
  const steps = [
    () => notePage(sentFirst, due, services),
    ...others.map(page => async () => notePage(await sendPage(run, page, due, services), due, services)),
  ].values();
  let failed = false;
  const takeSteps = async () => {
    for (const step of steps) {
      if (failed) return;
      await step();
    }
  };
  const lanes = Array.from({ length: pagesAtOnce }, () =>
    takeSteps().catch(error => {
      failed = true;
      throw error;
    }),
  );
  // Whoever hears of a failure finds nothing under way any more.
  await Promise.allSettled(lanes);
  await Promise.all(lanes);
}

function pagesOf(mailboxes: readonly string[]): string[][] {
  if (mailboxes.length <= mailboxesPerPage) return [[...mailboxes]];
  const others = chunksOf(mailboxes.slice(mailboxesOnFirstPage), mailboxesPerPage);
  return [mailboxes.slice(0, mailboxesOnFirstPage), ...others];
}

/** Members that no list has a message for. */
function describeSkipped(due: readonly DueMailboxes[], sent: ReadonlySet<string>): AnnouncedMailbox[] {
  const skipped = new Map(
    due.flatMap(({ list, skipped: members }) =>
      members
        .filter(({ mailboxId }) => !sent.has(mailboxId))
        .map(({ mailboxId, reason }) => {
          const problem = { list: list.id, mailbox: mailboxId, ...describeSkipReason(reason) };
          return [mailboxId, problem] as const;
        }),
    ),
  );
  return [...skipped].map(([mailboxId, problem]) => ({ mailboxId, state: 'skipped', lists: [], problems: [problem] }));
}

/** Mailboxes whose messages are sent. */
interface SentPage {
  readonly run: string;
  readonly mailboxes: readonly string[];
  /** Epoch milliseconds. */
  readonly sentAt: number;
}

async function sendPage(
  { id: run, mailbox: named }: SendingRun,
  mailboxes: readonly string[],
  due: readonly DueMailboxes[],
  { clock, runs, syncQueue, priorityQueue }: SendServices,
): Promise<SentPage> {
  const messages = mailboxes.map(mailbox => messageFor(mailbox, run, due, named !== undefined));
  await runs.announce(
    run,
    messages.map(({ mailbox, lists }) => ({
      mailboxId: mailbox,
      state: 'sent',
      lists: lists.map(({ list }) => list),
    })),
  );
  const queue = named === undefined ? syncQueue : priorityQueue;
  await queue.send(messages.map(body => ({ id: body.id, body })));
  return { run, mailboxes, sentAt: clock.now() };
}

async function notePage(
  { run, mailboxes: page, sentAt }: SentPage,
  due: readonly DueMailboxes[],
  { progress }: SendServices,
): Promise<void> {
  await Promise.all(
    due.map(({ list, mailboxes }) => {
      const notes = page.flatMap(mailboxId => {
        const found = mailboxes.get(mailboxId);
        if (!found) return [];
        const { head: sentHead, settings: sentSettings, behindSince } = found;
        return [{ mailboxId, sentHead, sentSettings, sentAt, sentRun: run, behindSince }];
      });
      return progress.note(list.id, notes);
    }),
  );
}

function messageFor(mailbox: string, run: string, due: readonly DueMailboxes[], byName: boolean): SyncMessage {
  const lists = due.flatMap(({ list, epoch, mailboxes }) => {
    const found = mailboxes.get(mailbox);
    if (!found) return [];
    const { head, settings, full } = found;
    const { id, definition } = list;
    const pinned = definition === undefined ? {} : { definition };
    return [{ list: id, head, settings, ...(epoch > 0 ? { epoch } : {}), ...(full ? { full } : {}), ...pinned }];
  });
  // New for other lists or heads; the same for a request that is handled again.
  const id = `${run}:${mailbox}:${fingerprint(lists)}`;
  return { kind: 'syncMailbox', id, run, mailbox, lists, attempt: 0, ...(byName ? { lookAtFolders: true } : {}) };
}
