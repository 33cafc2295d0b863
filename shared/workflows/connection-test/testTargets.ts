import { countOf } from '../../core/countOf.ts';
import type { AppIdentity } from '../../ports/connectionProbes.ts';
import type { GraphFailure } from '../../ports/contactMailbox.ts';
import type { DirectoryUser } from '../../ports/directory.ts';
import type { ContactList } from '../../settings/contactList.ts';
import { adviseOnDirectory, adviseOnMailbox, type Permission } from './connectionAdvice.ts';
import {
  advised,
  type ConnectionServices,
  type Found,
  StepFailed,
  type StepResult,
  tryStep,
} from './connectionSteps.ts';
import { adviseOnUnknownUser } from './testSource.ts';

/** The groups of a list's targets, and one target mailbox: the first that is named, or the first member. */
export async function testTargets(
  { targets, destination }: ContactList,
  token: StepResult<AppIdentity>,
  services: ConnectionServices,
): Promise<StepResult<unknown>[]> {
  const { clock, openDirectory, openMailbox, openFolderTree, graphProbe } = services;
  const identity = token.value ?? {};
  const inDirectory = (permission: Permission) => ({
    graph: (failure: GraphFailure) => adviseOnDirectory(failure, permission, identity),
  });

  const groups: StepResult<DirectoryUser[]>[] = [];
  for (const [setting, addresses] of [
    ['targets.groups', targets.groups],
    ['targets.exclude.groups', targets.exclude.groups],
  ] as const) {
    for (const address of addresses) {
      const step = await tryStep(`group ${address}`, [token], clock, () =>
        advised(() => readMembers(address, setting, services), inDirectory('GroupMember.Read.All')),
      );
      if (setting === 'targets.groups' || !step.step.ok) groups.push(step);
      else groups.push({ ...step, value: [] });
    }
  }

  const [named] = targets.mailboxes;
  const name = 'target mailbox';
  const mailbox = await tryStep(name, named === undefined ? [token, ...groups] : [token], clock, async () => {
    const target = named === undefined ? firstMember() : await findNamed(named);
    await advised(() => openFolderTree(target.id).defaultFolder(), inMailbox(target.address));
    return { value: target, detail: `The mailbox of the user ${target.id} answers; one mailbox stands for all` };
  });
  const { id = '', address = '' } = mailbox.value ?? {};
  const folder = await tryStep('target folder', [mailbox], clock, async () => {
    const found = await advised(() => openMailbox(id).findFolder([destination.folder]), inMailbox(address));
    const detail = found ? 'The folder is there' : 'The folder is not there yet: the first sync makes it';
    return { value: undefined, detail };
  });
  const write = await tryStep('write permission', [mailbox], clock, async () => {
    const { id: contacts } = await advised(() => openFolderTree(id).defaultFolder(), inMailbox(address));
    const code = await advised(() => graphProbe.tryWrite(id, contacts), inMailbox(address));
    const detail = `Inferred, since nothing is written: to a change of a contact that does not exist Graph answers ${code}, and not that access is denied`;
    return { value: undefined, detail };
  });
  return [...groups, mailbox, folder, write];

  function inMailbox(mailboxName: string) {
    return { graph: (failure: GraphFailure) => adviseOnMailbox(failure, mailboxName, identity) };
  }

  async function findNamed(address: string): Promise<{ id: string; address: string }> {
    const user = await advised(() => openDirectory().findUser(address), inDirectory('User.Read.All'));
    if (!user) throw new StepFailed(adviseOnUnknownUser(address, 'targets.mailboxes'));
    return { id: user.id, address };
  }

  function firstMember(): { id: string; address: string } {
    const members = groups.flatMap(({ value = [] }) => value);
    const member = members.find(({ accountEnabled }) => accountEnabled || targets.includeDisabled);
    if (member) return { id: member.id, address: member.id };
    throw new StepFailed({
      detail: 'The groups have no member whose account is enabled',
      remedy: 'Check targets.groups; for shared mailboxes name their addresses, or set targets.includeDisabled',
    });
  }
}

async function readMembers(
  address: string,
  setting: string,
  { openDirectory }: ConnectionServices,
): Promise<Found<DirectoryUser[]>> {
  const directory = openDirectory();
  const id = await directory.findGroup(address);
  if (id === undefined) {
    throw new StepFailed({
      detail: `There is no group ${address} in the tenant: most likely the address is wrong`,
      remedy: `Check ${setting} against: az ad group list --filter "mail eq '${address}'" --query "[].id"; a group without an address is named by its object id`,
    });
  }
  const value = await directory.groupMembers(id);
  return { value, detail: `The group ${id} has ${countOf(value.length, 'user')}, nested groups included` };
}
