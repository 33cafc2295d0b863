import { testNotice } from '../../domain/notice.ts';
import type { NoticeServices } from './tell.ts';

/** Because somebody asked. False where notices are off. @throws NoticeUnsent */
export async function sendTestNotice({
  noticeTarget,
  newId,
}: Pick<NoticeServices, 'noticeTarget' | 'newId'>): Promise<boolean> {
  if (!noticeTarget) return false;
  await noticeTarget.send(testNotice, newId());
  return true;
}
