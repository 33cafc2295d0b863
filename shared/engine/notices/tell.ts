import { claim, type Notice, type NoticesTold, settle, type ToldNotices } from '../../domain/notice.ts';
import { NoticeUnsent } from '../../ports/notices.ts';
import type { Services } from '../services.ts';

export type NoticeServices = Pick<Services, 'clock' | 'newId' | 'notices' | 'noticeTarget'>;

/** What is to be told, and the keys by which it is remembered. */
export interface Telling {
  readonly keys: readonly string[];
  /** Made when nobody else tells it. */
  readonly notice: () => Promise<Notice> | Notice;
}

/**
 * Tells somebody what is due, unless another host does. It never throws: what could not be told is told by a later run.
 *
 * @param findDue of what was told
 */
export async function tell(
  findDue: (told: ToldNotices) => Telling | undefined,
  { clock, newId, notices, noticeTarget }: NoticeServices,
): Promise<NoticesTold> {
  if (!noticeTarget) return { told: 0 };
  try {
    const due = await notices.change(told => {
      const result = findDue(told);
      return { told: result ? claim(result.keys, told, clock.now()) : told, result };
    });
    if (!due) return { told: 0 };
    const failure = await codeOfFailure(async () => noticeTarget.send(await due.notice(), newId()));
    const at = failure === undefined ? clock.now() : undefined;
    await notices.change(told => ({ told: settle(due.keys, told, at), result: undefined }));
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
