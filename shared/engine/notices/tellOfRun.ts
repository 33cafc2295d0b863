import { keyOf, type NoticedList, noticeCausesOf, noticeOf, untold } from '../../domain/notice.ts';
import { RunIncomplete, type RunOutcome } from '../fan-out/index.ts';
import type { Services } from '../services.ts';
import { type NoticeServices, tell } from './tell.ts';

type TellOfRunServices = NoticeServices & Pick<Services, 'refusedLists' | 'failingMailboxesPercent' | 'listIndex'>;

/**
 * Does a scheduled run and then tells somebody which lists need attention, each cause once a day. Nothing is read where
 * none does.
 *
 * @throws what the run throws
 */
export async function tellOfRun(run: () => Promise<RunOutcome>, services: TellOfRunServices): Promise<RunOutcome> {
  try {
    return await withNotices(await run(), services);
  } catch (error) {
    if (!(error instanceof RunIncomplete)) throw error;
    throw new RunIncomplete(error.errors, error.message, await withNotices(error.outcome, services));
  }
}

async function withNotices(outcome: RunOutcome, services: TellOfRunServices): Promise<RunOutcome> {
  const { clock, refusedLists, failingMailboxesPercent, listIndex } = services;
  const lists = [...outcome.statuses, ...refusedLists.map(({ id = 'without an id' }) => ({ ...refused, list: id }))];
  const causes = noticeCausesOf(lists, failingMailboxesPercent);
  if (causes.length === 0) return outcome;
  const notices = await tell(told => {
    const due = untold(causes, told, clock.now());
    if (due.length === 0) return undefined;
    const hasHalt = due.some(({ kind }) => kind === 'halted');
    const notice = async () => noticeOf(due, hasHalt ? (await listIndex.read()).halts : undefined);
    return { keys: due.map(keyOf), notice };
  }, services);
  return { ...outcome, notices };
}

const refused: Omit<NoticedList, 'list'> = {
  state: 'refused',
  removalsHeld: 0,
  mailboxesHeld: 0,
  failed: 0,
  failingPercent: 0,
};
