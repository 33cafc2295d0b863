import {
  adoptedVersion,
  installationOf,
  isAdoptedVersion,
  isOtherPosition,
  isOtherSettings,
  noStampKey,
  positionOf,
  sourceKeyOf,
  stampKey,
  stampVersion,
  withoutAdoption,
} from '../../../shared/domain/stamp.ts';

describe('stamp key', () => {
  test.each(['AAMkAGI2', 'AAMk/+==', 'with:colon', 'staff:AAMk'])('leads back to the source key %s', sourceKey => {
    expect(sourceKeyOf('staff', stampKey('staff', sourceKey))).toBe(sourceKey);
  });

  test.each(['staff-old:k', 'other:k', 'staff', 'Staff:k'])('%s is not of the list "staff"', key => {
    expect(sourceKeyOf('staff', key)).toBeUndefined();
  });
});

describe('stamp version', () => {
  const settings = 'abcdef0123456789';

  test('names the position and the start of the settings fingerprint', () => {
    expect(stampVersion(12, settings)).toBe('12.abcdef01');
  });

  test.each([
    ['the same', stampVersion(12, settings), false],
    ['other settings', stampVersion(12, '0123456789abcdef'), false],
    ['a later position', stampVersion(13, settings), true],
    ['a position with the same start', stampVersion(1, settings), true],
  ])('is another position: %s', (_, version, isOther) => {
    expect(isOtherPosition(version, stampVersion(12, settings))).toBe(isOther);
  });
});

test('a version tells its position, its settings and, where it has one, its installation', () => {
  const settings = 'abcdef0123456789';
  const plain = stampVersion(12, settings);
  const installed = stampVersion(12, settings, 'f00d');
  expect([positionOf(plain), positionOf(installed)]).toEqual([12, 12]);
  expect([installationOf(plain), installationOf(installed)]).toEqual([undefined, 'f00d']);
  expect(isOtherSettings(plain, installed)).toBe(false);
  expect(isOtherSettings(plain, stampVersion(12, '0123456789'))).toBe(true);
});

test('a version says that the contact was the user’s before, and of whom it is', () => {
  const plain = stampVersion(12, 'abcdef01', 'f00d');
  const adopted = adoptedVersion(plain, 'beef');
  expect([plain, adopted].map(isAdoptedVersion)).toEqual([false, true]);
  expect([positionOf(adopted), installationOf(adopted)]).toEqual([12, 'beef']);
  expect([isOtherPosition(adopted, plain), isOtherSettings(adopted, plain)]).toEqual([false, false]);
  expect(withoutAdoption(adopted)).toBe(stampVersion(12, 'abcdef01'));
  expect(withoutAdoption(plain)).toBe(plain);
});

test('the stamp of a contact that is ours no more is of no list', () => {
  expect(sourceKeyOf('staff', noStampKey)).toBeUndefined();
  expect(noStampKey).toMatch(/^-:$/);
});
