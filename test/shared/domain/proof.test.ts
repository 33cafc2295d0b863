import { endings } from '../../../shared/domain/ending.ts';
import type { LedgerEntry } from '../../../shared/domain/ledgerEntry.ts';
import {
  describeFinding,
  type Finding,
  findingOf,
  type KnownOfContact,
  presenceCauses,
  proofStates,
  seenFinding,
  worstOf,
} from '../../../shared/domain/proof.ts';

const facts = { sourceKey: 'a', fields: {}, version: '1.x' };
const written: LedgerEntry = { ...facts, state: 'written', contactId: 'id' };
const missing: LedgerEntry = { ...facts, state: 'missing' };
const trouble = { kind: 'refused', code: 'ErrorX', detail: '', retryAt: 9, attempts: 2 } as const;
const adoption = { folderId: 'contacts', before: {} };
const gone = { kind: 'gone', keptByPolicy: false } as const;
const there = { kind: 'there', isOwned: false, isHidden: false } as const;
const hidden = { ...there, isHidden: true };

function known(changes: Partial<KnownOfContact>): KnownOfContact {
  const nothing = { entry: undefined, ended: undefined, membership: 'target', isRecorded: true } as const;
  return { ...nothing, standing: gone, ...changes };
}

test.each<[string, Partial<KnownOfContact>]>([
  ['inSource', { standing: there }],
  ['owner', { standing: { ...there, isOwned: true } }],
  ['notYet', { standing: hidden }],
  ['notYet', { standing: gone }],
  ['kept', { standing: { ...gone, keptByPolicy: true } }],
  ['held', { standing: { kind: 'held' } }],
  ['rejected', { standing: { kind: 'rejected' } }],
  ['kept', { standing: gone, entry: { ...written, state: 'kept' } }],
  ['kept', { standing: there, membership: 'left' }],
  ['notYet', { standing: there, membership: 'leaving' }],
  ['failed', { standing: gone, entry: { ...written, trouble } }],
  ['failed', { standing: hidden, entry: { ...written, trouble } }],
  ['failed', { standing: there, membership: 'leaving', entry: { ...written, trouble } }],
  ['inSource', { standing: there, entry: { ...written, trouble } }],
  ['adopted', { standing: gone, entry: { ...written, adoption } }],
  ['adopted', { standing: there, entry: { ...written, adoption } }],
  ['failed', { standing: gone, entry: { ...written, adoption, trouble } }],
])('a contact that the mailbox has is there because of: %s (%j)', (because, about) => {
  expect(findingOf(known({ entry: written, ...about }))).toEqual({ state: 'there', because });
});

test.each<[string, Partial<KnownOfContact>, Finding]>([
  [
    'its user deleted',
    { entry: { ...facts, state: 'deletedByUser' }, at: 7 },
    { state: 'removed', because: 'deletedByUser', at: 7 },
  ],
  ['a write may have put there', { entry: missing }, { state: 'unknown', because: 'InDoubt' }],
  ['Exchange never took', { entry: { ...missing, trouble } }, { state: 'neverThere' }],
  ['left a row that is damaged', { ended: 'damaged' }, { state: 'unknown', because: 'DamagedRow' }],
  ['was given back', { ended: { how: 'givenBack', at: 5 } }, { state: 'removed', because: 'givenBack', at: 5 }],
  ['left nothing, where it would have', {}, { state: 'neverThere' }],
  ['left nothing, where it may not have', { isRecorded: false }, { state: 'notRecorded' }],
])('of a contact that %s the ledger tells so', (_, about, finding) => {
  expect(findingOf(known(about))).toEqual(finding);
});

describe('what is seen in the mailbox goes before what is known', () => {
  const held = { state: 'there', because: 'held' } as const;
  const removed = { state: 'removed', because: 'removed', at: 5 } as const;
  const unknown = { state: 'unknown', because: 'InDoubt' } as const;

  test.each<[string, Finding, Finding]>([
    ['a contact of ours', held, held],
    ['a copy of one that was removed', removed, { state: 'there', because: 'copy' }],
  ])('%s', (_, before, finding) => {
    expect(seenFinding(before, { stamped: true, inDeletedItems: true })).toEqual(finding);
  });

  test.each([held, removed, unknown])('one that lies in Deleted Items (%j)', before => {
    expect(seenFinding(before, { stamped: false, inDeletedItems: true })).toEqual({ state: 'inDeletedItems' });
  });

  test.each<[string, Finding, Finding]>([
    ['was there', held, { state: 'removed', because: 'deletedByUser', at: undefined }],
    ['was removed', removed, removed],
    ['was in doubt', unknown, { state: 'notRecorded' }],
  ])('none where one %s', (_, before, finding) => {
    expect(seenFinding(before, { stamped: false, inDeletedItems: false })).toEqual(finding);
  });
});

test('of several contacts of a person the one counts that is worst for who asks: there, before what nobody can tell, before gone', () => {
  const findings: Finding[] = [
    { state: 'neverThere' },
    { state: 'notRecorded' },
    { state: 'removed', because: 'removed', at: 5 },
    { state: 'unknown', because: 'InDoubt' },
    { state: 'inDeletedItems' },
    { state: 'there', because: 'held' },
  ];
  expect(findings.map((_, index) => worstOf(findings.slice(0, index + 1)))).toEqual(findings);
  expect(worstOf(findings.toReversed())).toEqual({ state: 'there', because: 'held' });
  expect(worstOf([])).toEqual({ state: 'neverThere' });
});

/** What people read is agreed on here, word by word: a change of it is to be seen. */
test('findings are told in these words', () => {
  const codes = ['InDoubt', 'DamagedRow', 'MaxDeliveryCountExceeded', 'MailboxNotEnabledForRESTAPI', 'ErrorOther'];
  codes.push('ErrorNonExistentMailbox', 'ErrorAccessDenied', 'ErrorMailboxMoveInProgress');
  const findings = proofStates.flatMap((state): Finding[] => {
    if (state === 'there') return presenceCauses.map(because => ({ state, because }));
    if (state === 'removed') return endings.map(because => ({ state, because, at: 5 }));
    return state === 'unknown' ? codes.map(because => ({ state, because })) : [{ state }];
  });
  const told = findings.map(
    each => `${[each.state, 'because' in each ? each.because : []].flat().join(' ')}: ${describeFinding(each)}`,
  );
  expect(told.join('\n')).toMatchSnapshot();
});
