import type { Directory } from '../../shared/ports/directory.ts';
import { type ProblemResponse, problem } from './problem.ts';

/** The id of a mailbox that somebody named by id or address. */
export async function findMailbox(idOrAddress: string, directory: Directory): Promise<string | ProblemResponse> {
  const user = await directory.findUser(idOrAddress);
  return (
    user?.id ?? problem(404, 'There is no such mailbox', 'Give the address or the object id of a user of the tenant')
  );
}
