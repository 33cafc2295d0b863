import type { ContactList } from '../../settings/contactList.ts';
import type { Services } from '../services.ts';

/** Ids of the lists of which a change is on its way. Lists without rings are not asked. @throws DamagedRow */
export async function findRolling(
  lists: readonly ContactList[],
  { openListPartition }: Pick<Services, 'openListPartition'>,
): Promise<string[]> {
  const rolling = await Promise.all(
    lists.map(async ({ id, rollout }) => {
      const read = rollout && (await openListPartition(id).readRollout());
      return read?.rollout.kind === 'rolling' ? [id] : [];
    }),
  );
  return rolling.flat();
}
