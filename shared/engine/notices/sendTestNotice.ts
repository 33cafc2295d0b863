import { adviseOnNotices } from '../../connection-steps/connectionAdvice.ts';
import { testNotice } from '../../domain/notice.ts';
import { NoticeUnsent } from '../../ports/notices.ts';
import type { NoticeServices } from './tell.ts';

/** `unsent`: the first that failed. `off`: there is no way that is set up. */
export type TestNoticeAnswer =
  | { readonly kind: 'sent' | 'off' }
  | { readonly kind: 'unsent'; readonly code: string; readonly remedy: string };

/** Because somebody asked, in every way. */
export async function sendTestNotice({
  noticeTargets,
  newId,
}: Pick<NoticeServices, 'noticeTargets' | 'newId'>): Promise<TestNoticeAnswer> {
  const sent = await Promise.allSettled(noticeTargets.map(target => target.send(testNotice, newId())));
  const failed = sent.find(each => each.status === 'rejected');
  if (!failed) return { kind: noticeTargets.length > 0 ? 'sent' : 'off' };
  const { reason } = failed;
  if (!(reason instanceof NoticeUnsent)) throw reason;
  return { kind: 'unsent', code: reason.code, remedy: adviseOnNotices(reason).remedy ?? '' };
}
