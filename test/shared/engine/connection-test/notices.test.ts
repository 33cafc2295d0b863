import { testNotices } from '../../../../shared/engine/connection-test/testNotices.ts';
import { NoticeUnsent } from '../../../../shared/ports/notices.ts';
import { createTestClock } from '../../../memory/clock.ts';
import { createMemoryNotices } from '../../../memory/notices.ts';

const clock = createTestClock(0);

test('an address is told to be there without sending anything', async () => {
  const noticeTarget = createMemoryNotices();
  const { step } = await testNotices({ clock, noticeTarget });
  expect(step).toMatchObject({ name: 'notices', ok: true, detail: expect.stringContaining('POST /api/notices/test') });
  expect(noticeTarget.tries).toBe(0);
});

test('none is no fault', async () => {
  const { step } = await testNotices({ clock, noticeTarget: undefined });
  expect(step).toMatchObject({ ok: true, detail: expect.stringContaining('NOTIFY_SECRET is not set') });
});

test.each([
  ['SecretUnavailable', /az keyvault secret set/],
  ['NotHttps', /begins with https/],
  ['PrivateAddress', /no private network/],
  ['UnfitSigningSecret', /openssl rand -base64 32/],
  ['ENOTFOUND', /is there and switched on/],
])('an address that ends in %s leads to what to do', async (code, remedy) => {
  const { step } = await testNotices({ clock, noticeTarget: { ...createMemoryNotices(), check: refuse } });
  expect(step).toMatchObject({ ok: false, detail: expect.stringContaining(code) });
  expect(step.remedy).toMatch(remedy);

  function refuse(): Promise<void> {
    return Promise.reject(new NoticeUnsent(code));
  }
});
