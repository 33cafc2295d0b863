import fc from 'fast-check';
import { afterWrite } from '../../../shared/domain/adoption.ts';
import { type Contact, contactFields } from '../../../shared/domain/contact.ts';
import { fingerprintFields } from '../../../shared/domain/fingerprint.ts';
import {
  type AbsentEntry,
  contactIdOf,
  type LedgerEntry,
  type PresentEntry,
  withoutContact,
} from '../../../shared/domain/ledgerEntry.ts';
import { type PlannedOperation, type PlanPolicy, planChange, type WantedContact } from '../../../shared/domain/plan.ts';
import { changes, ledgerEntries, policies } from './arbitraries.ts';

const ada: Contact = { displayName: 'Ada', department: 'Analysis' };
const policy: PlanPolicy = { managedFields: contactFields, removals: 'delete' };
const trouble = { kind: 'refused' as const, code: 'ErrorInvalidRequest', detail: 'no', retryAt: 1, attempts: 1 };

function wanted(contact: Contact): WantedContact {
  return { contact, fingerprints: fingerprintFields(contact), version: '2' };
}

function row(change: Partial<PresentEntry> = {}): LedgerEntry {
  return { sourceKey: 'k', state: 'written', contactId: 'c', fields: fingerprintFields(ada), version: '1', ...change };
}

function away(state: AbsentEntry['state'], change: Partial<AbsentEntry> = {}): LedgerEntry {
  return { ...withoutContact(row(), state), ...change };
}

function plan(contact: Contact | null, entry?: LedgerEntry, removals: PlanPolicy['removals'] = 'delete') {
  return planChange({ sourceKey: 'k', wanted: contact && wanted(contact) }, entry, { ...policy, removals });
}

const edited: Contact = { ...ada, department: 'Engines' };

describe('planChange', () => {
  test.each<[string, () => PlannedOperation, Partial<PlannedOperation> & { fields?: unknown; entry?: unknown }]>([
    ['new contact', () => plan(ada), { action: 'create' }],
    ['unchanged contact', () => plan(ada, row()), { action: 'skip' }],
    ['changed field', () => plan(edited, row()), { action: 'patch', fields: ['department'] }],
    ['cleared field', () => plan({ displayName: 'Ada' }, row()), { action: 'patch', fields: ['department'] }],
    ['content in doubt', () => plan(ada, row({ state: 'unknown' })), { action: 'patch', fields: contactFields }],
    ['deleted by the user, unchanged', () => plan(ada, away('deletedByUser')), { action: 'skip' }],
    ['deleted by the user, changed', () => plan(edited, away('deletedByUser')), { action: 'create' }],
    ['perhaps lost by us', () => plan(ada, away('missing')), { action: 'create' }],
    ['refused create, again', () => plan(ada, away('deletedByUser', { trouble })), { action: 'create' }],
    ['refused patch, again', () => plan(edited, row({ trouble })), { action: 'patch', fields: ['department'] }],
    ['refused patch, taken back at the source', () => plan(ada, row({ trouble })), { action: 'record', entry: row() }],
    ['kept contact that comes back', () => plan(ada, row({ state: 'kept' })), { action: 'record', entry: row() }],
    ['kept contact that comes back changed', () => plan(edited, row({ state: 'kept' })), { action: 'patch' }],
    ['removed, never written', () => plan(null), { action: 'skip' }],
    ['removed', () => plan(null, row()), { action: 'delete', contactId: 'c' } as Partial<PlannedOperation>],
    ['removed, content in doubt', () => plan(null, row({ state: 'unknown' })), { action: 'delete' }],
    ['removed, gone already', () => plan(null, away('deletedByUser')), { action: 'record', entry: null }],
    ['removed, to be kept', () => plan(null, row(), 'keep'), { action: 'record', entry: row({ state: 'kept' }) }],
    [
      'removed, to be kept, its content in doubt',
      () => plan(null, row({ state: 'unknown' }), 'keep'),
      { action: 'skip' },
    ],
    ['removed, kept before', () => plan(null, row({ state: 'kept' }), 'keep'), { action: 'skip' }],
    ['kept before, not any more', () => plan(null, row({ state: 'kept' })), { action: 'delete' }],
  ])('%s', (_, operation, expected) => {
    expect(operation()).toMatchObject(expected);
    expect(operation().reason).not.toBe('');
  });

  test.each([row({ trouble }), row({ state: 'kept', trouble })])(
    'what the source removed and is to be kept is not tried again, though Graph refused its last change',
    entry => {
      const operation = plan(null, entry, 'keep');
      expect(operation.action === 'record' && operation.entry).toEqual(row({ state: 'kept' }));
    },
  );

  test('says why a contact is patched', () => {
    const renamed = { displayName: 'Ada Lovelace', department: 'Engines' };
    expect(plan(renamed, row())).toMatchObject({ reason: 'changedAtSource', fields: ['department', 'displayName'] });
    expect(plan(renamed, row({ state: 'unknown' })).reason).toBe('contentInDoubt');
  });

  test('leaves deleted what only other settings change, and compares with their values from then on', () => {
    const deleted = away('deletedByUser', { version: '2.other' });
    const operation = plan(edited, deleted);
    const entry = { ...deleted, fields: fingerprintFields(edited), version: '2' };
    expect(operation).toEqual({ action: 'record', sourceKey: 'k', entry, reason: 'deletedByUser' });
  });
});

/** The ledger row after an operation succeeded. */
function afterwards(operation: PlannedOperation, before: LedgerEntry | undefined): LedgerEntry | undefined {
  const { sourceKey } = operation;
  switch (operation.action) {
    case 'create':
    case 'patch': {
      const { fingerprints: fields, version } = operation.wanted;
      return { sourceKey, state: 'written', contactId: 'written', fields, version };
    }
    case 'adopt': {
      const { fingerprints: fields, version } = operation.wanted;
      const adoption = before?.adoption && afterWrite(before.adoption, operation.wanted.contact, operation.fields);
      return { sourceKey, state: 'written', contactId: 'written', fields, version, ...(adoption && { adoption }) };
    }
    case 'delete':
    case 'giveBack':
      return undefined;
    case 'record':
      return operation.entry ?? undefined;
    case 'skip':
      return before;
  }
}

const entries = fc.option(ledgerEntries, { nil: undefined });

describe('every plan', () => {
  test('leaves nothing to do once it is done', () => {
    fc.assert(
      fc.property(changes, entries, policies, (change, entry, anyPolicy) => {
        const after = afterwards(planChange(change, entry, anyPolicy), entry);
        expect(planChange(change, after, anyPolicy).action).toBe('skip');
      }),
    );
  });

  test('deletes and patches only a contact that a ledger row names, and creates only where it names none', () => {
    fc.assert(
      fc.property(changes, entries, policies, (change, entry, anyPolicy) => {
        const operation = planChange(change, entry, anyPolicy);
        if (operation.action === 'create') expect(contactIdOf(entry)).toBeUndefined();
        if (operation.action === 'patch' || operation.action === 'delete') {
          expect(operation.contactId).toBe(contactIdOf(entry));
        }
        if (operation.action === 'delete') expect(change.wanted).toBeNull();
      }),
    );
  });

  test('patches managed fields only, and those that differ only unless the content is in doubt', () => {
    fc.assert(
      fc.property(changes, ledgerEntries, policies, (change, entry, anyPolicy) => {
        const operation = planChange(change, entry, anyPolicy);
        if (operation.action !== 'patch') return;
        for (const field of operation.fields) {
          expect(anyPolicy.managedFields).toContain(field);
          const differs = operation.wanted.fingerprints[field] !== entry.fields[field];
          expect(differs || entry.state === 'unknown').toBe(true);
        }
      }),
    );
  });

  test('deletes nothing where the list keeps what the source removed', () => {
    fc.assert(
      fc.property(changes, entries, policies, (change, entry, anyPolicy) => {
        expect(planChange(change, entry, { ...anyPolicy, removals: 'keep' }).action).not.toBe('delete');
      }),
    );
  });
});

test.each<[PlannedOperation['reason'], () => PlannedOperation]>([
  ['newAtSource', () => plan(ada)],
  ['unchanged', () => plan(ada, row())],
  ['changedAtSource', () => plan(edited, row())],
  ['contentInDoubt', () => plan(ada, row({ state: 'unknown' }))],
  ['deletedByUser', () => plan(ada, away('deletedByUser'))],
  ['changedAfterDeletion', () => plan(edited, away('deletedByUser'))],
  ['lostByInterruption', () => plan(ada, away('missing'))],
  ['lostByInterruption', () => plan(ada, away('damaged'))],
  ['refusedBefore', () => plan(ada, away('deletedByUser', { trouble }))],
  ['alreadyAsWanted', () => plan(ada, row({ state: 'kept' }))],
  ['neverWritten', () => plan(null)],
  ['removedAtSource', () => plan(null, row())],
  ['removedHereToo', () => plan(null, away('deletedByUser'))],
  ['keptByPolicy', () => plan(null, row({ state: 'kept' }), 'keep')],
])('an operation tells why: %s', (reason, operation) => {
  expect(operation().reason).toBe(reason);
});

describe('a contact that the mailbox is not to see', () => {
  const adoption = { folderId: 'contacts', before: { department: null } };
  const hidden = { sourceKey: 'k', wanted: wanted(ada), sight: 'hidden', restrictions: [{ rules: ['1'] }] } as const;
  const undecided = { ...hidden, sight: 'undecided' } as const;
  const reason = 'notForThisUser';

  test.each<[string, LedgerEntry | undefined, object]>([
    ['is never written', undefined, { action: 'skip', reason }],
    ['goes', row(), { action: 'delete', contactId: 'c', reason }],
    ['is given back where it was the user’s', row({ adoption }), { action: 'giveBack', contactId: 'c', reason }],
    ['stays deleted where the user deleted it', away('deletedByUser'), { action: 'skip', reason }],
    [
      'is forgotten where it was refused',
      away('deletedByUser', { trouble }),
      { action: 'record', entry: null, reason },
    ],
    ['is forgotten where it may be lost', away('missing'), { action: 'record', entry: null, reason }],
  ])('%s', (_, entry, expected) => {
    expect(planChange(hidden, entry, { ...policy, removals: 'keep' })).toEqual({ sourceKey: 'k', ...expected });
  });

  test('tells where that is because it is private', () => {
    const change = { ...hidden, restrictions: [{ rules: [] }, 'private'] } as const;
    expect(planChange(change, row(), policy).reason).toBe('privateAtSource');
    expect(planChange({ sourceKey: 'k', wanted: wanted(ada), sight: 'hidden' }, row(), policy).reason).toBe(reason);
  });

  test('is kept away while nobody can tell, and kept up to date where it is there', () => {
    const keptAway = { action: 'skip', sourceKey: 'k', reason: 'audienceUnknown' };
    for (const entry of [undefined, away('missing')]) expect(planChange(undecided, entry, policy)).toEqual(keptAway);
    expect(planChange({ ...undecided, wanted: wanted(edited) }, row(), policy)).toMatchObject({ action: 'patch' });
  });
});

describe('a contact that was the user’s', () => {
  const adoption = { folderId: 'contacts', before: { department: null, jobTitle: 'Countess' } };
  const adopted = (change: Partial<PresentEntry> = {}) => row({ adoption, version: '1.s.f00d.adopted', ...change });

  test('is patched under a version that says so', () => {
    expect(plan(edited, adopted())).toMatchObject({ action: 'patch', wanted: { version: '2.f00d.adopted' } });
    expect(plan(edited, adopted({ version: '1' }))).toMatchObject({ wanted: { version: '2..adopted' } });
  });

  test('is adopted once more where its content is in doubt, with the fields that are ours', () => {
    const operation = plan(ada, adopted({ state: 'unknown' }));
    expect(operation).toMatchObject({ action: 'adopt', sourceKey: 'k', contactId: 'c', reason: 'contentInDoubt' });
    expect(operation.action === 'adopt' && [...operation.fields].sort()).toEqual([
      'department',
      'displayName',
      'jobTitle',
    ]);
    expect(operation).toHaveProperty('wanted.version', '2.f00d.adopted');
  });

  test('is given back where the source removes it', () => {
    expect(plan(null, adopted())).toEqual({
      action: 'giveBack',
      sourceKey: 'k',
      contactId: 'c',
      reason: 'removedAtSource',
    });
  });
});
