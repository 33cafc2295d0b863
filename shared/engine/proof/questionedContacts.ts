import type { ProofQuestion } from '../../store/proofRuns.ts';
import type { Services } from '../services.ts';
import type { PersonContact } from './findPerson.ts';

/** The contacts that a run looks for, as the source has them by now. @throws DamagedRow */
export async function readQuestionedContacts(
  { list, contacts }: Pick<ProofQuestion, 'list' | 'contacts'>,
  { openListPartition }: Pick<Services, 'openListPartition'>,
): Promise<PersonContact[]> {
  const rows = await openListPartition(list).readSnapshotContacts(contacts.map(({ sourceKey }) => sourceKey));
  const byKey = new Map(rows.map(row => [row.sourceKey, row]));
  return contacts.map(({ sourceKey, removedAt, addedAt }) => ({
    sourceKey,
    row: byKey.get(sourceKey),
    removedAt,
    addedAt,
  }));
}
