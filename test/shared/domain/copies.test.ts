import { holdsWhatWeWrote } from '../../../shared/domain/copies.ts';
import { fingerprintFields } from '../../../shared/domain/fingerprint.ts';

const written = { displayName: 'Ada', emailAddresses: [{ address: 'ada@contoso.example', name: 'Ada' }] };
const managed = ['displayName', 'emailAddresses', 'jobTitle'] as const;
const original = { ...written, nickName: 'Enchantress' };

function isOnlyOurs(copy: Parameters<typeof holdsWhatWeWrote>[0], beside = original): boolean {
  return holdsWhatWeWrote(copy, beside, fingerprintFields(written), managed);
}

test.each([
  ['is what we wrote', written, true],
  ['has what the user wrote into the original, too', original, true],
  ['has another value in a field of ours', { ...written, displayName: 'Augusta' }, false],
  ['has a value in a field of ours that we left empty', { ...written, jobTitle: 'Countess' }, false],
  ['has none in a field of ours', { emailAddresses: written.emailAddresses }, false],
  ['has something in a field of the user’s', { ...written, spouseName: 'William' }, false],
  ['has something else in a field of the user’s', { ...original, nickName: 'Countess' }, false],
])('a copy that %s', (_, copy, expected) => {
  expect(isOnlyOurs(copy)).toBe(expected);
});

test('e-mail addresses are ours whatever names Exchange gave to those of the original', () => {
  const renamed = [{ address: 'Ada@contoso.example', name: 'Ada King' }];
  expect(isOnlyOurs({ ...written, emailAddresses: renamed })).toBe(true);
  expect(isOnlyOurs({ ...written, emailAddresses: [{ address: 'other@contoso.example' }] })).toBe(false);
});
