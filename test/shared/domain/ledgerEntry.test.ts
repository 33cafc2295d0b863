import {
  contactIdOf,
  isAdopted,
  isPresent,
  type LedgerEntry,
  photoFactsOf,
  photoRetryOf,
  refusalOf,
  suspectedSince,
  withoutContact,
  withoutPhoto,
  withoutPhotoRetry,
  withoutTrouble,
} from '../../../shared/domain/ledgerEntry.ts';

const facts = { sourceKey: 'a', fields: {}, version: '1.x' };
const there: LedgerEntry = { ...facts, state: 'written', contactId: 'id' };
const gone: LedgerEntry = { ...facts, state: 'missing' };
const adoption = { folderId: 'contacts', before: {} };
const refused = { kind: 'refused', code: 'ErrorX', detail: '', retryAt: 9, attempts: 2 } as const;
const suspected = { kind: 'suspected', since: 7 } as const;

test('a contact is there or not, adopted or not', () => {
  expect([there, gone].map(isPresent)).toEqual([true, false]);
  expect([there, gone, undefined].map(contactIdOf)).toEqual(['id', undefined, undefined]);
  const entries = [there, { ...there, adoption }, gone, { ...gone, adoption }, undefined];
  expect(entries.map(isAdopted)).toEqual([false, true, false, false, false]);
});

test('what failed is a refusal, a suspicion or nothing', () => {
  const entries: LedgerEntry[] = [there, { ...there, trouble: refused }, { ...gone, trouble: suspected }];
  expect(entries.map(refusalOf)).toEqual([undefined, refused, undefined]);
  expect(refusalOf(undefined)).toBeUndefined();
  expect(entries.map(suspectedSince)).toEqual([undefined, undefined, 7]);
});

test('the entry of a contact that is gone keeps all but its id', () => {
  const entry: LedgerEntry = { ...there, adoption, trouble: refused };
  expect(withoutContact(entry, 'deletedByUser')).toStrictEqual({
    ...facts,
    adoption,
    trouble: refused,
    state: 'deletedByUser',
  });
  expect(withoutContact(gone, 'damaged')).toStrictEqual({ ...gone, state: 'damaged' });
});

test('the entry of a contact that was written keeps all but its trouble', () => {
  expect(withoutTrouble({ ...there, adoption, trouble: refused })).toStrictEqual({ ...there, adoption });
});

describe('of the photo', () => {
  const photoRetry = { at: 9, attempts: 1 };
  const withPhoto: LedgerEntry = { ...there, adoption, photo: 'hash', photoRetry };

  test('is known what was written to a contact that is there, and when it is tried again', () => {
    const failed: LedgerEntry = { ...there, photoRetry };
    const entries = [withPhoto, failed, { ...there, photo: 'hash' }, there, gone, undefined];
    expect(entries.map(photoFactsOf).map(facts => Object.entries(facts))).toEqual(
      [{ photo: 'hash', photoRetry }, { photoRetry }, { photo: 'hash' }, {}, {}, {}].map(facts =>
        Object.entries(facts),
      ),
    );
    expect([withPhoto, there, { ...gone, photoRetry }].map(photoRetryOf)).toEqual([photoRetry, undefined, undefined]);
  });

  test('an entry keeps all else', () => {
    expect(withoutPhoto(withPhoto)).toStrictEqual({ ...there, adoption });
    expect(withoutPhoto(gone)).toBe(gone);
    expect(withoutPhotoRetry(withPhoto)).toStrictEqual({ ...there, adoption, photo: 'hash' });
    expect(withoutContact(withPhoto, 'missing')).toStrictEqual({ ...facts, adoption, state: 'missing' });
  });
});
