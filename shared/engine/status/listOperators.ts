import { memoise } from '../../memoise.ts';
import { GraphFailure } from '../../ports/contactMailbox.ts';
import type { Directory } from '../../ports/directory.ts';
import type { Services } from '../services.ts';

/** Somebody who joins or leaves a group is told apart after this long. */
const membershipMilliseconds = 300_000;
const mostGroups = 1000;

/**
 * Which lists a person may operate without a role: those whose `operators` name a group that the person is in, nested
 * groups included. Rejects with `GraphFailure`.
 *
 * @returns ids of lists, by the person's object id
 */
export function createListOperators({
  configuredLists,
  openDirectory,
}: Pick<Services, 'configuredLists' | 'openDirectory'>): (userId: string) => Promise<string[]> {
  const memberships = memoise<ReadonlySet<string>>({ max: mostGroups, ttl: membershipMilliseconds });
  const operated = configuredLists.filter(({ operators = [] }) => operators.length > 0);

  return async userId => {
    const directory = openDirectory();
    const isIn = async (group: string) => (await memberships(group, () => readMembers(group, directory))).has(userId);
    const found = await Promise.all(
      operated.map(async ({ id, operators = [] }) =>
        (await Promise.all(operators.map(isIn))).includes(true) ? [id] : [],
      ),
    );
    return found.flat();
  };
}

/** Nobody is in a group that is not there. */
async function readMembers(group: string, directory: Directory): Promise<ReadonlySet<string>> {
  try {
    const id = await directory.findGroup(group);
    return new Set(id === undefined ? [] : (await directory.groupMembers(id)).map(member => member.id));
  } catch (error) {
    if (error instanceof GraphFailure && error.kind === 'notFound') return new Set();
    throw error;
  }
}
