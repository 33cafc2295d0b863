import { adviseOnNotices } from '../../connection-steps/connectionAdvice.ts';
import { type Found, StepFailed, tryStep } from '../../connection-steps/connectionSteps.ts';
import type { NoticeWay } from '../../domain/notice.ts';
import type { AppIdentity } from '../../ports/connectionProbes.ts';
import type { StepResult } from '../../ports/connectionStep.ts';
import { type NoticeTarget, NoticeUnsent } from '../../ports/notices.ts';
import type { ConnectionServices } from './connectionServices.ts';

const stepNames: Readonly<Record<NoticeWay, string>> = { webhook: 'notices', mail: 'notices by mail' };

/** Sends nothing. A step for each way that is set up. */
export function testNotices(
  { roles = [] }: AppIdentity,
  { clock, noticeTargets }: Pick<ConnectionServices, 'clock' | 'noticeTargets'>,
): Promise<StepResult<undefined>[]> {
  if (noticeTargets.length === 0) return Promise.all([tryStep(stepNames.webhook, [], clock, async () => off)]);
  return Promise.all(
    noticeTargets.map(target => tryStep(stepNames[target.way], [], clock, () => checkTarget(target, roles))),
  );
}

const off: Found<undefined> = {
  value: undefined,
  detail: 'NOTIFY_SECRET and NOTIFY_MAIL_FROM are not set: nobody is told of what a run finds',
  remedy: 'Set NOTIFY_MAIL_FROM and NOTIFY_MAIL_TO, or NOTIFY_SECRET',
};

async function checkTarget(target: NoticeTarget, roles: readonly string[]): Promise<Found<undefined>> {
  try {
    await target.check();
  } catch (error) {
    if (error instanceof NoticeUnsent) throw new StepFailed(adviseOnNotices(error));
    throw error;
  }
  return target.way === 'mail' ? foundMailbox(roles) : foundAddress;
}

const foundAddress: Found<undefined> = {
  value: undefined,
  detail: 'The key vault has an address, and its host is found. POST /api/notices/test sends a notice there',
};

function foundMailbox(roles: readonly string[]): Found<undefined> {
  const detail = 'The app may send from the mailbox NOTIFY_MAIL_FROM. POST /api/notices/test sends a notice';
  if (!roles.includes('Mail.Send')) return { value: undefined, detail };
  return {
    value: undefined,
    detail: `${detail}. It may send from every other mailbox, too`,
    remedy:
      'Take the permission Mail.Send away from the identity, and let it send from that mailbox alone: infra/graph/rbacForApplications.ps1 -NoticeMailbox',
  };
}
