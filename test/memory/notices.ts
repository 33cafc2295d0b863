import type { Notice, NoticeWay } from '../../shared/domain/notice.ts';
import { type NoticeTarget, NoticeUnsent } from '../../shared/ports/notices.ts';

/** Keeps what it is sent; while `fault` names a code it takes nothing. */
export function createMemoryNotices(way: NoticeWay = 'webhook'): NoticeTarget & {
  readonly sent: Notice[];
  fault: string | undefined;
  tries: number;
} {
  const target = {
    way,
    sent: [] as Notice[],
    fault: undefined as string | undefined,
    tries: 0,
    async send(notice: Notice): Promise<void> {
      target.tries += 1;
      await target.check();
      target.sent.push(notice);
    },
    async check(): Promise<void> {
      if (target.fault !== undefined) throw new NoticeUnsent(target.fault, way);
    },
  };
  return target;
}
