import { testNotice } from '../../domain/notice.ts';
import type { NoticeServices } from './tell.ts';

/** Because somebody asked, in every way. False where notices are off. @throws NoticeUnsent of the first that failed */
export async function sendTestNotice({
  noticeTargets,
  newId,
}: Pick<NoticeServices, 'noticeTargets' | 'newId'>): Promise<boolean> {
  const sent = await Promise.allSettled(noticeTargets.map(target => target.send(testNotice, newId())));
  const failed = sent.find(each => each.status === 'rejected');
  if (failed) throw failed.reason;
  return noticeTargets.length > 0;
}
