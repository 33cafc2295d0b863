import { fingerprintFields } from '../../../shared/domain/fingerprint.ts';
import { type LedgerEntry, withoutContact } from '../../../shared/domain/ledgerEntry.ts';
import { type PlanPolicy, planChange, type WantedContact } from '../../../shared/domain/plan.ts';
import { whyKept, whyPlanned } from '../../../shared/domain/planReasons.ts';
import { describeFields, describe as describeReason } from '../../../shared/domain/reason.ts';

const policy: PlanPolicy = { managedFields: ['displayName', 'mobilePhone', 'businessPhones'], removals: 'delete' };
const contact = { displayName: 'Ann', mobilePhone: '1', businessPhones: ['2'] };
const entry: LedgerEntry = {
  sourceKey: 'k',
  state: 'written',
  contactId: 'c',
  fields: fingerprintFields({ displayName: 'Ann' }),
  version: '1.aaaaaaaa',
};

function wanted(version: string): WantedContact {
  return { contact, fingerprints: fingerprintFields(contact), version };
}

function reasonFor(version: string, before: LedgerEntry | undefined = entry): string {
  return describeReason(whyPlanned(planChange({ sourceKey: 'k', wanted: wanted(version) }, before, policy), before));
}

test.each([
  ['another position', '2.aaaaaaaa', 'mobile phone and business phones changed at the source'],
  ['another position and other settings', '2.bbbbbbbb', 'mobile phone and business phones changed at the source'],
  ['other settings alone', '1.bbbbbbbb', "mobile phone and business phones changed by the list's settings"],
  ['neither', '1.aaaaaaaa', 'mobile phone and business phones changed by the user: put back'],
])('a patch tells what changed the fields: %s', (_, version, reason) => {
  expect(reasonFor(version)).toBe(reason);
});

test('other operations have the reason of their plan', () => {
  const added = planChange({ sourceKey: 'k', wanted: wanted('1.a') }, undefined, policy);
  expect(describeReason(whyPlanned(added, undefined))).toBe('new at the source');
  expect(reasonFor('2.aaaaaaaa', { ...entry, state: 'unknown' })).toBe('content in doubt');
});

test('fields are named in words', () => {
  expect(describeFields([])).toBe('');
  expect(describeFields(['jobTitle'])).toBe('job title');
  expect(describeFields(['jobTitle', 'emailAddresses', 'yomiGivenName'])).toBe(
    'job title, email addresses and yomi given name',
  );
});

describe('what is kept', () => {
  const current: LedgerEntry = { ...entry, fields: fingerprintFields(contact) };
  const absent = withoutContact(current, 'deletedByUser');
  const keep: PlanPolicy = { ...policy, removals: 'keep' };
  const here = { sourceKey: 'k', wanted: wanted('1.aaaaaaaa') };
  const gone = { sourceKey: 'k', wanted: null };

  test.each([
    ['what the user deleted', here, absent, policy, 'deletedByUser'],
    [
      'what the user deleted, under other settings',
      { ...here, wanted: wanted('1.b') },
      { ...absent, fields: {} },
      policy,
      'deletedByUser',
    ],
    ['what the policy keeps', gone, current, keep, 'keptByPolicy'],
    ['what the policy has kept', gone, { ...current, state: 'kept' as const }, keep, 'keptByPolicy'],
  ])('%s', (_, change, before, under, reason) => {
    expect(whyKept(planChange(change, before, under), before)).toEqual({ kind: reason });
  });

  test.each([
    ['what is as wanted', here, current, policy],
    ['what is new', here, undefined, policy],
    ['what is removed', gone, current, policy],
    ['what is hidden and the user deleted', { ...here, sight: 'hidden' as const }, absent, policy],
    [
      'what is private and the user deleted',
      { ...here, sight: 'hidden' as const, restrictions: ['private' as const] },
      absent,
      policy,
    ],
    ['what the user deleted and the source removed', gone, absent, policy],
    ['what the policy kept and the source has again', here, { ...current, state: 'kept' as const }, keep],
  ])('not %s', (_, change, before, under) => {
    expect(whyKept(planChange(change, before, under), before)).toBeUndefined();
  });
});

test('of a contact whose content is not known nobody says that the user or the settings changed it', () => {
  const change = planChange({ sourceKey: 'k', wanted: wanted('1.aaaaaaaa') }, entry, policy);
  for (const before of [undefined, { ...entry, state: 'unknown' as const }]) {
    expect(whyPlanned(change, before)).toMatchObject({ kind: 'changedAtSource' });
  }
});

test('a contact that is written is not kept, whatever the ledger said before', () => {
  const change = planChange({ sourceKey: 'k', wanted: wanted('2.aaaaaaaa') }, entry, policy);
  expect(whyKept(change, { ...entry, state: 'kept' })).toBeUndefined();
});
