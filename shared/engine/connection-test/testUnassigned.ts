import { type Found, StepFailed } from '../../connection-steps/connectionSteps.ts';
import { countOf } from '../../domain/countOf.ts';
import type { DirectoryUser } from '../../ports/directory.ts';
import type { ContactList } from '../../settings/contactList.ts';
import { namesIn, type TargetName } from '../receivers/index.ts';

/** What a list's targets are made of. */
export interface TargetUsers {
  readonly members: readonly DirectoryUser[];
  readonly excluded: readonly DirectoryUser[];
  /** @throws StepFailed */
  findUser(address: string): Promise<DirectoryUser | undefined>;
  /** @throws StepFailed where the user has no mailbox that answers */
  askMailbox(userId: string, address: string): Promise<unknown>;
}

/**
 * Whether contacts without an owner among the targets arrive where `owners.unassigned` says: each address has to lead to a
 * mailbox, and to a target.
 *
 * @throws StepFailed
 */
export async function testUnassigned(list: ContactList, users: TargetUsers): Promise<Found<undefined>> {
  const ids = await findTargets(list, users);
  const named = namesIn('owners.unassigned', list.owners?.unassigned ?? []);
  const faults = (await Promise.all(named.map(findFault))).filter(fault => fault !== undefined);
  if (faults.length > 0) {
    throw new StepFailed({
      detail: `Contacts without an owner among the targets do not arrive: ${faults.join(', ')}`,
      remedy: 'Add those that are no targets to targets.mailboxes, and correct or take out the others',
    });
  }
  const mailboxes = countOf(named.length, 'mailbox gets', 'mailboxes get');
  return { value: undefined, detail: `${mailboxes} the contacts without an owner among the targets` };

  async function findFault({ setting, name }: TargetName): Promise<string | undefined> {
    const user = await users.findUser(name);
    if (!user) return `${setting} ("${name}") leads to no user of the tenant`;
    if (!ids.has(user.id)) return `${setting} ("${name}") is no target of the list`;
    await users.askMailbox(user.id, name);
    return undefined;
  }
}

async function findTargets(
  { targets }: ContactList,
  { members, excluded, findUser }: TargetUsers,
): Promise<ReadonlySet<string>> {
  const findAll = (addresses: readonly string[]) => Promise.all(addresses.map(findUser));
  const enabled = members.filter(({ accountEnabled }) => accountEnabled || targets.includeDisabled);
  const ids = new Set([...enabled, ...(await findAll(targets.mailboxes))].map(user => user?.id ?? ''));
  for (const user of [...excluded, ...(await findAll(targets.exclude.mailboxes))]) ids.delete(user?.id ?? '');
  return ids;
}
