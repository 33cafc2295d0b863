import { carryOver } from '../../../shared/domain/carryOver.ts';
import type { Contact, ContactField } from '../../../shared/domain/contact.ts';
import { fingerprintFields } from '../../../shared/domain/fingerprint.ts';
import type { LedgerEntry } from '../../../shared/domain/ledgerEntry.ts';

const managed: readonly ContactField[] = ['displayName', 'jobTitle', 'categories'];

function wanted(contact: Contact) {
  return { contact, version: '2.x', fingerprints: fingerprintFields(contact) };
}

function entryOf(contact: Contact): LedgerEntry {
  const { categories } = contact;
  const fields = fingerprintFields(contact);
  return {
    sourceKey: 'a',
    state: 'written',
    contactId: 'id',
    version: '1.x',
    fields,
    ...(categories && { categories }),
  };
}

const written = { displayName: 'Ada', jobTitle: 'Clerk' };

function carried(next: Contact, found: Contact, userEdits: 'keep' | 'revert' = 'keep', fields = managed): Contact {
  return carryOver(wanted(next), found, entryOf(written), fields, userEdits).contact;
}

test('a contact that nobody touched is made as the source has it', () => {
  expect(carried({ displayName: 'Ada', jobTitle: 'Chief' }, written)).toStrictEqual({
    displayName: 'Ada',
    jobTitle: 'Chief',
  });
});

test('fields that are not ours go with it', () => {
  expect(carried(written, { ...written, spouseName: 'William' })).toStrictEqual({ ...written, spouseName: 'William' });
  expect(carried({ ...written, spouseName: 'W.' }, written)).toStrictEqual(written);
});

test('a field of ours that the user changed goes with it, unless the source changed it, too', () => {
  const edited = { ...written, jobTitle: 'Countess' };
  expect(carried(written, edited)).toStrictEqual(edited);
  expect(carried({ ...written, jobTitle: 'Chief' }, edited)).toStrictEqual({ ...written, jobTitle: 'Chief' });
});

test('a field of ours that the user emptied stays empty', () => {
  expect(carried(written, { displayName: 'Ada' })).toStrictEqual({ displayName: 'Ada' });
});

test('a list that puts back what users change puts it back here', () => {
  expect(carried(written, { ...written, jobTitle: 'Countess' }, 'revert')).toStrictEqual(written);
});

test('its categories are those of the source and those of the user', () => {
  const before = { ...written, categories: ['Company'] };
  const found = { ...before, categories: ['Company', 'Friends'] };
  const result = carryOver(wanted({ ...written, categories: ['Staff'] }), found, entryOf(before), managed, 'keep');
  expect(result).toMatchObject({
    contact: { categories: ['Friends', 'Staff'] },
    ownCategories: ['Staff'],
    version: '2.x',
  });
  const gone = carryOver(wanted(written), before, entryOf(before), managed, 'revert');
  expect(gone.contact).toStrictEqual(written);
  expect(gone.ownCategories).toEqual([]);
});

test('without a hand in its categories they stay as the user has them', () => {
  const found = { ...written, categories: ['Friends'] };
  const result = carryOver(
    wanted({ ...written, categories: ['Staff'] }),
    found,
    entryOf(written),
    ['displayName', 'jobTitle'],
    'keep',
  );
  expect(result.contact).toStrictEqual(found);
  expect(result).not.toHaveProperty('ownCategories');
});
