import { adviseOnNotices } from '../../connection-steps/connectionAdvice.ts';
import { type Found, StepFailed, tryStep } from '../../connection-steps/connectionSteps.ts';
import type { StepResult } from '../../ports/connectionStep.ts';
import { type NoticeTarget, NoticeUnsent } from '../../ports/notices.ts';
import type { ConnectionServices } from './connectionServices.ts';

/** Sends nothing. */
export function testNotices({
  clock,
  noticeTarget,
}: Pick<ConnectionServices, 'clock' | 'noticeTarget'>): Promise<StepResult<undefined>> {
  return tryStep('notices', [], clock, () => findTarget(noticeTarget));
}

async function findTarget(target: NoticeTarget | undefined): Promise<Found<undefined>> {
  if (!target) return { value: undefined, detail: 'NOTIFY_SECRET is not set: nobody is told of what a run finds' };
  try {
    await target.check();
  } catch (error) {
    if (error instanceof NoticeUnsent) throw new StepFailed(adviseOnNotices(error));
    throw error;
  }
  const detail = 'The key vault has an address, and its host is found. POST /api/notices/test sends a notice there';
  return { value: undefined, detail };
}
