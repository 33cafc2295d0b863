import {
  claim,
  type Notice,
  type NoticesTold,
  settle,
  storedKey,
  type ToldNotices,
  toldBy,
} from '../../domain/notice.ts';
import { type NoticeTarget, NoticeUnsent } from '../../ports/notices.ts';
import type { Services } from '../services.ts';

export type NoticeServices = Pick<Services, 'clock' | 'newId' | 'notices' | 'noticeTargets'>;

/** What is to be told, and the keys by which it is remembered. */
export interface Telling {
  readonly keys: readonly string[];
  /** Made when nobody else tells it. */
  readonly notice: () => Promise<Notice> | Notice;
}

/**
 * Tells somebody what is due, in every way that is set up, unless another host does. It never throws: what could not be
 * told is told by a later run.
 *
 * @param findDue of what was told in a way
 */
export async function tell(
  findDue: (told: ToldNotices) => Telling | undefined,
  services: NoticeServices,
): Promise<NoticesTold> {
  const each = await Promise.all(services.noticeTargets.map(target => tellBy(target, findDue, services)));
  const told = each.reduce((sum, one) => sum + one.told, 0);
  const failure = each.find(one => one.failure !== undefined)?.failure;
  return failure === undefined ? { told } : { told, failure };
}

async function tellBy(
  target: NoticeTarget,
  findDue: (told: ToldNotices) => Telling | undefined,
  { clock, newId, notices }: NoticeServices,
): Promise<NoticesTold> {
  const storedKeys = ({ keys }: Telling) => keys.map(key => storedKey(target.way, key));
  try {
    const due = await notices.change(told => {
      const result = findDue(toldBy(target.way, told));
      return { told: result ? claim(storedKeys(result), told, clock.now()) : told, result };
    });
    if (!due) return { told: 0 };
    const failure = await codeOfFailure(async () => target.send(await due.notice(), newId()));
    const at = failure === undefined ? clock.now() : undefined;
    await notices.change(told => ({ told: settle(storedKeys(due), told, at), result: undefined }));
    return failure === undefined ? { told: due.keys.length } : { told: 0, failure };
  } catch (error) {
    return { told: 0, failure: codeOf(error) };
  }
}

async function codeOfFailure(work: () => Promise<void>): Promise<string | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    return codeOf(error);
  }
}

function codeOf(error: unknown): string {
  if (error instanceof NoticeUnsent) return error.code;
  return error instanceof Error ? error.name : 'unknown';
}
