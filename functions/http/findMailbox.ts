import { noUser } from '../../shared/api/problems.ts';
import type { App } from '../../shared/app.ts';

/** The id of a mailbox that somebody named by id or address. @throws ApiProblem */
export async function findMailbox(idOrAddress: string, { findUser }: App): Promise<string> {
  const user = await findUser(idOrAddress);
  if (!user) throw noUser();
  return user.id;
}
