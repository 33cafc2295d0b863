import type { ContactList } from '../../settings/contactList.ts';
import type { Services } from '../services.ts';

/** Ids of the lists of which a change is on its way. Lists without rings are not asked. @throws DamagedRow */
export async function findRolling(
  lists: readonly ContactList[],
  { openSource }: Pick<Services, 'openSource'>,
): Promise<string[]> {
  const rolling = await Promise.all(
    lists.map(async ({ id, rollout }) => {
      const read = rollout && (await openSource(id).readRollout());
      return read?.rollout.kind === 'rolling' ? [id] : [];
    }),
  );
  return rolling.flat();
}
