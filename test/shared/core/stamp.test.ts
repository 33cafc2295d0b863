import { sourceKeyOf, stampKey } from '../../../shared/core/stamp.ts';

describe('stamp key', () => {
  test.each(['AAMkAGI2', 'AAMk/+==', 'with:colon', 'staff:AAMk'])('leads back to the source key %s', sourceKey => {
    expect(sourceKeyOf('staff', stampKey('staff', sourceKey))).toBe(sourceKey);
  });

  test.each(['staff-old:k', 'other:k', 'staff', 'Staff:k'])('%s is not of the list "staff"', key => {
    expect(sourceKeyOf('staff', key)).toBeUndefined();
  });
});
