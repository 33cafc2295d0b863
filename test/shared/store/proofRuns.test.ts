import type { Finding } from '../../../shared/domain/proof.ts';
import { openProofRuns, type ProofResult } from '../../../shared/store/proofRuns.ts';
import { createMemoryTables } from '../../memory/tables.ts';

function result(finding: Finding): ProofResult {
  return { mailboxId: 'mailbox', finding, reportedAt: 7, requests: 2, roundTrips: 1, places: [] };
}

test.each<Finding>([
  { state: 'there', because: 'held' },
  { state: 'inDeletedItems' },
  { state: 'unknown', because: 'ErrorAccessDenied' },
  { state: 'removed', because: 'givenBack', at: 5 },
  { state: 'removed', because: 'removed', at: undefined },
  { state: 'notRecorded' },
  { state: 'neverThere' },
])('what was found in a mailbox comes back: %j', async finding => {
  const runs = openProofRuns(createMemoryTables().runs);
  await runs.report('run', [result(finding)]);
  expect(await runs.readResults('run')).toEqual([result(finding)]);
});

test.each([{ state: 'forgotten' }, { state: 'there', because: 'forLuck' }, { state: 'removed' }])(
  'what a newer version found, and this one has no word for, nobody can tell: %j',
  async finding => {
    const runs = openProofRuns(createMemoryTables().runs);
    await runs.report('run', [result(finding as Finding)]);
    expect(await runs.readResults('run')).toEqual([result({ state: 'unknown', because: 'DamagedRow' })]);
  },
);
