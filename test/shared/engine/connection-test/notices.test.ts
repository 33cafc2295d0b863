import { testNotices } from '../../../../shared/engine/connection-test/testNotices.ts';
import type { ConnectionStep } from '../../../../shared/ports/connectionStep.ts';
import { type NoticeTarget, NoticeUnsent } from '../../../../shared/ports/notices.ts';
import { createTestClock } from '../../../memory/clock.ts';
import { createMemoryNotices } from '../../../memory/notices.ts';

const clock = createTestClock(0);

async function testOne(target: NoticeTarget, roles: readonly string[] = []): Promise<ConnectionStep | undefined> {
  const steps = await testNotices({ roles }, { clock, noticeTargets: [target] });
  return steps[0]?.step;
}

test('an address is told to be there without sending anything', async () => {
  const noticeTarget = createMemoryNotices();
  const step = await testOne(noticeTarget);
  expect(step).toMatchObject({ name: 'notices', ok: true, detail: expect.stringContaining('POST /api/notices/test') });
  expect(noticeTarget.tries).toBe(0);
});

test('none is no fault, and how to be told is named', async () => {
  const [found] = await testNotices({}, { clock, noticeTargets: [] });
  const step = found?.step;
  expect(step).toMatchObject({
    ok: true,
    detail: expect.stringContaining('NOTIFY_SECRET and NOTIFY_MAIL_FROM are not set'),
    remedy: expect.stringContaining('NOTIFY_MAIL_TO'),
  });
});

test.each([
  ['SecretUnavailable', /az keyvault secret set/],
  ['NotHttps', /begins with https/],
  ['PrivateAddress', /no private network/],
  ['UnfitSigningSecret', /openssl rand -base64 32/],
  ['ENOTFOUND', /is there and switched on/],
])('an address that ends in %s leads to what to do', async (code, remedy) => {
  const step = await testOne({ ...createMemoryNotices(), check: refuse });
  expect(step).toMatchObject({ ok: false, detail: expect.stringContaining(code) });
  expect(step?.remedy).toMatch(remedy);

  function refuse(): Promise<void> {
    return Promise.reject(new NoticeUnsent(code));
  }
});

test.each([
  ['ErrorAccessDenied', /rbacForApplications\.ps1 -NoticeMailbox/],
  ['MailboxNotEnabledForRESTAPI', /Check NOTIFY_MAIL_FROM/],
  ['ErrorInvalidRecipients', /Check NOTIFY_MAIL_TO/],
  ['ETIMEDOUT', /Test again/],
])('mail that ends in %s leads to what to do', async (code, remedy) => {
  const target = createMemoryNotices('mail');
  target.fault = code;
  expect(await testOne(target)).toMatchObject({
    name: 'notices by mail',
    ok: false,
    detail: expect.stringContaining(code),
    remedy: expect.stringMatching(remedy),
  });
});

test('an app that may send from every mailbox is told to be let send from that one alone', async () => {
  const target = createMemoryNotices('mail');
  expect(await testOne(target)).toMatchObject({ ok: true, detail: expect.stringContaining('NOTIFY_MAIL_FROM') });
  expect((await testOne(target))?.remedy).toBeUndefined();
  expect(await testOne(target, ['Mail.Send'])).toMatchObject({
    ok: true,
    remedy: expect.stringContaining('from that mailbox alone'),
  });
});
