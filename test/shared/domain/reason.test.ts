import type { LedgerEntry } from '../../../shared/domain/ledgerEntry.ts';
import { describe as describeReason, originOf, type Reason } from '../../../shared/domain/reason.ts';

const standing = { kind: 'standing', state: 'waiting', problem: undefined, until: undefined } as const;
const problem = { code: 'ErrorQuotaExceeded', detail: 'the mailbox is full' };
const [since, at, to] = ['2026-11-01', '2026-11-02', ['Sales', 'Board', 'ada@contoso.example']];
const fields = ['jobTitle'] as const;

/** Plain reasons: they are told by their name alone. */
const plain =
  `newAtSource removedAtSource neverWritten removedHereToo keptByPolicy contentInDoubt alreadyAsWanted unchanged
  refusedBefore lostByInterruption deletedByUser changedAfterDeletion goneAndChanged movesToFolder adopted ambiguous
  notForThisUser privateAtSource audienceUnknown foundInDoubt foundTwice copyOfUser movedByUser narrowingHeld removalHeld
  removalRejected cleared left leftByChoice notChosen neverRead ownEntry elsewhere folderDeleted rejected accountDisabled`
    .split(/\s+/)
    .map(kind => ({ kind }) as Reason);

const withDetails: readonly Reason[] = [
  { kind: 'changedAtSource', fields },
  { kind: 'changedBySettings', fields },
  { kind: 'putBack', fields },
  { kind: 'changedByUser', fields },
  { kind: 'folderOfAnotherList', list: 'partners' },
  { kind: 'excluded', by: 'interns@contoso.example' },
  { kind: 'notATarget', allRead: true },
  { kind: 'notATarget', allRead: false },
  { kind: 'notInSource', readAt: at },
  { kind: 'removed', at },
  { kind: 'removed', at: undefined },
  { kind: 'removed', at, byRollback: true },
  { kind: 'removedAndKept', at },
  { kind: 'removedNotYet', at, delay: { kind: 'sent' } },
  { kind: 'leaving', delay: { kind: 'notSent' } },
  { kind: 'notYet', delay: { kind: 'new' } },
  { kind: 'notYet', delay: standing },
  { kind: 'notYet', delay: { ...standing, problem } },
  { kind: 'notYet', delay: { ...standing, until: at } },
  { kind: 'deleted', since, policy: 'keep' },
  { kind: 'deleted', since: undefined, policy: 'revert' },
  { kind: 'deletedUnnoticed', policy: 'keep' },
  { kind: 'deletedUnnoticed', policy: 'revert' },
  { kind: 'held', since },
  { kind: 'held', since: undefined },
  { kind: 'hidingHeld', since },
  { kind: 'hidingHeld', since: undefined },
  { kind: 'hidden', rule: 2, to },
  { kind: 'hidden', rule: 1, to: ['Sales'], delay: { kind: 'sent' } },
  { kind: 'private' },
  { kind: 'ofOthers', owners: ['grace@contoso.example', 'Zoe'] },
  { kind: 'ofOthers', owners: [], delay: { kind: 'sent' } },
  { kind: 'ownersInDoubt', owners: ['Zoe'] },
  { kind: 'private', delay: { kind: 'sent' } },
  { kind: 'audienceInDoubt', rule: 1, to: to.slice(1) },
  { kind: 'refused', code: 'ErrorInvalid', detail: '', retryAt: at },
  { kind: 'refused', code: 'ErrorInvalid', detail: 'birthday', retryAt: at },
  { kind: 'unreachable', message: 'Graph answered 403' },
  { kind: 'asAtSource', writtenAt: at },
  { kind: 'asAtSource', writtenAt: undefined },
  { kind: 'asAtSource', writtenAt: at, unread: { kind: 'failing', code: 'ErrorAccessDenied', readAt: since } },
  { kind: 'asAtSource', writtenAt: at, unread: { kind: 'pinned', since } },
  { kind: 'outOfDate', writtenAt: at, fields, delay: { kind: 'sent' } },
  { kind: 'outOfDate', writtenAt: undefined, fields: [], delay: { kind: 'notSent' } },
];

/** What people read is agreed on here, word by word: a change of it is to be seen. */
test.each([
  ['that need no more than their name', plain],
  ['with details', withDetails],
])('reasons %s are told in these words', (_, reasons) => {
  expect(reasons.map(reason => `${reason.kind}: ${describeReason(reason)}`).join('\n')).toMatchSnapshot();
});

test('no two plain reasons are told in the same words', () => {
  expect(new Set(plain.map(describeReason)).size).toBe(plain.length);
});

test('how long an edit of the user stays is the policy’s to say', () => {
  expect(describeReason({ kind: 'editedByUser', fields: ['jobTitle'], policy: 'keep' })).toBe(
    'the user changed job title, which stays until the source changes it',
  );
  expect(describeReason({ kind: 'editedByUser', fields: ['jobTitle', 'surname'], policy: 'revert' })).toBe(
    'the user changed job title and surname, which a full reconcile puts back',
  );
});

test('whose a contact was is told where it was the user’s, or may be meant by another', () => {
  const entry: LedgerEntry = { sourceKey: 'a', state: 'written', contactId: 'c', fields: {}, version: '1.x' };
  const adoption = { folderId: 'f', before: {} };
  const told = (about: LedgerEntry | undefined) => originOf(about).map(describeReason);
  expect([undefined, entry].map(told)).toEqual([[], []]);
  expect(told({ ...entry, adoption })).toEqual(["it was the user's own before, and is given back instead of removed"]);
  expect(told({ ...entry, ambiguous: true })).toEqual([
    'several contacts of the user may be meant, or one that others mean, too: those are left as they are beside it',
  ]);
});

test('what an answer stands on is told where the source is not read, and where its ring waits', () => {
  expect(describeReason({ kind: 'sourceUnread', unread: { kind: 'pinned', since } })).toBe(
    'the list was rolled back on 2026-11-01, and its source is not read until it is unpinned',
  );
  const failing = { kind: 'failing', code: 'SourceUnreadable', readAt: at } as const;
  expect(describeReason({ kind: 'sourceUnread', unread: failing })).toBe(
    'the source cannot be read now (SourceUnreadable), and was last read on 2026-11-02',
  );
  expect(describeReason({ kind: 'heldInRing', ring: 2, of: 3, position: 40, since })).toBe(
    'changes come in rings: the mailbox is in ring 2 of 3 and keeps position 40 until it is its turn, and the change is at the ring that it has reached since 2026-11-01',
  );
});
