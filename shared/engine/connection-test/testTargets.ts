import {
  adviseOnDirectory,
  adviseOnMailbox,
  adviseOnUnknownUser,
  type Permission,
} from '../../connection-steps/connectionAdvice.ts';
import { advised, type Found, StepFailed, tryStep } from '../../connection-steps/connectionSteps.ts';
import { countOf } from '../../domain/countOf.ts';
import { existingPolicies } from '../../domain/existingContacts.ts';
import type { AppIdentity } from '../../ports/connectionProbes.ts';
import type { Advice, StepResult } from '../../ports/connectionStep.ts';
import type { GraphFailure } from '../../ports/contactMailbox.ts';
import type { DirectoryUser } from '../../ports/directory.ts';
import { type ContactList, listIn } from '../../settings/contactList.ts';
import { undetermined } from '../../settings/destination.ts';
import { dynamicLists, namesIn, type TargetName } from '../receivers/index.ts';
import type { ConnectionServices } from './connectionServices.ts';
import { testUnassigned } from './testUnassigned.ts';

/** Addresses that are looked up at once, and those that are named when they are wrong. */
const sideBySide = 8;
const mostNames = 20;

/** The groups and addresses of a list's targets, and one target mailbox: the first that is named, or the first member. */
export async function testTargets(
  list: ContactList,
  token: StepResult<AppIdentity>,
  services: Pick<ConnectionServices, 'clock' | 'openDirectory' | 'openMailbox' | 'openFolderTree' | 'probes'>,
): Promise<StepResult<unknown>[]> {
  const { targets, visibility = [], rollout } = list;
  const chosen = [
    ...visibility.map(({ to }, index) => ({ setting: `visibility[${index}].to`, ...to })),
    ...(rollout?.rings ?? []).map((ring, index) => ({ setting: `rollout.rings[${index}]`, ...ring })),
  ];
  const { clock, openDirectory, openMailbox, openFolderTree, probes } = services;
  const identity = token.value ?? {};
  const inDirectory = (permission: Permission) => ({
    graph: (failure: GraphFailure) => adviseOnDirectory(failure, permission, identity),
  });

  const known = new Map<string, Promise<DirectoryUser | undefined>>();
  const groups: StepResult<DirectoryUser[]>[] = [];
  const members: StepResult<DirectoryUser[]>[] = [];
  const excluded: StepResult<DirectoryUser[]>[] = [];
  for (const [setting, addresses] of [
    ['targets.groups', targets.groups],
    ['targets.exclude.groups', targets.exclude.groups],
    ...chosen.map(({ setting, groups: named }) => [`${setting}.groups`, named] as const),
    ['operators', list.operators ?? []],
  ] as const) {
    for (const address of addresses) {
      const step = await tryStep(`group ${address}`, [token], clock, () =>
        advised(() => readMembers(address, setting, services), inDirectory('GroupMember.Read.All')),
      );
      groups.push(step);
      if (setting === 'targets.groups') members.push(step);
      if (setting === 'targets.exclude.groups') excluded.push(step);
    }
  }

  const names = [
    ...namesIn('targets.mailboxes', targets.mailboxes),
    ...namesIn('targets.exclude.mailboxes', targets.exclude.mailboxes),
    ...chosen.flatMap(({ setting, mailboxes }) => namesIn(`${setting}.mailboxes`, mailboxes)),
  ];
  const hasNames = targets.mailboxes.length > 0;
  // The only one is asked for as the target mailbox.
  const isAskedFor = hasNames && names.length === 1;
  const addresses = names.length > 0 && !isAskedFor ? [await tryStep('target addresses', [token], clock, findAll)] : [];
  const mailbox = await tryStep('target mailbox', hasNames ? [token] : [token, ...members], clock, async () => {
    const target = hasNames ? await findFirstNamed() : firstMember();
    await advised(() => openFolderTree(target.id).defaultFolder(), inMailbox(target.address));
    return { value: target, detail: `The mailbox of the user ${target.id} answers; one mailbox stands for all` };
  });
  const { id = '', address = '' } = mailbox.value ?? {};
  const folder = await tryStep('target folder', [mailbox], clock, async () => {
    const local = await inLanguageOf(id);
    const { folder: name } = local.destination;
    const found = await advised(() => openMailbox(id).findFolder([name]), inMailbox(address));
    const which = list.localDestination ? `The folder "${name}", by the language of the user,` : 'The folder';
    if (!found) return { value: undefined, detail: `${which} is not there yet: the first sync makes it` };
    const contacts = await advised(() => openFolderTree(id).countContacts(found.id), inMailbox(address));
    return { value: undefined, detail: `${which} is there, with ${describeContacts(contacts, list)}` };
  });
  const write = await tryStep('write permission', [mailbox], clock, async () => {
    const { id: contacts } = await advised(() => openFolderTree(id).defaultFolder(), inMailbox(address));
    const code = await advised(() => probes.graph.tryWrite(id, contacts), inMailbox(address));
    const detail = `Inferred, since nothing is written: to a change of a contact that does not exist Graph answers ${code}, and not that access is denied`;
    return { value: undefined, detail };
  });
  const unassigned = (list.owners?.unassigned ?? []).length > 0 ? [await tryUnassigned()] : [];
  return [...groups, ...addresses, mailbox, folder, write, ...unassigned];

  function tryUnassigned(): Promise<StepResult<undefined>> {
    const usersIn = (steps: readonly StepResult<DirectoryUser[]>[]) => steps.flatMap(({ value = [] }) => value);
    return tryStep('owners.unassigned', [token, ...members, ...excluded], clock, () =>
      testUnassigned(list, {
        members: usersIn(members),
        excluded: usersIn(excluded),
        findUser,
        askMailbox: (userId, name) => advised(() => openFolderTree(userId).defaultFolder(), inMailbox(name)),
      }),
    );
  }

  function inMailbox(mailboxName: string) {
    return { graph: (failure: GraphFailure) => adviseOnMailbox(failure, mailboxName, identity) };
  }

  /** Each is asked for once. */
  function findUser(address: string): Promise<DirectoryUser | undefined> {
    const found = known.get(address) ?? advised(() => openDirectory().findUser(address), inDirectory('User.Read.All'));
    known.set(address, found);
    return found;
  }

  async function inLanguageOf(userId: string): Promise<ContactList> {
    if (!list.localDestination) return list;
    const language = await advised(() => openDirectory().findLanguage(userId), inDirectory('User.Read.All'));
    return listIn(list, language ?? undetermined);
  }

  /** Side by side, since there may be hundreds. */
  async function findAll(): Promise<Found<undefined>> {
    const unknown: TargetName[] = [];
    const left = names.values();
    const search = async () => {
      for (const target of left) if (!(await findUser(target.name))) unknown.push(target);
    };
    await Promise.all(Array.from({ length: sideBySide }, search));
    if (unknown.length > 0) throw new StepFailed(adviseOnUnknownUsers(unknown, names.length));
    const detail = names.length === 1 ? 'It leads to a user' : `Each of the ${names.length} leads to a user`;
    return { value: undefined, detail };
  }

  async function findFirstNamed(): Promise<{ id: string; address: string }> {
    for (const address of targets.mailboxes) {
      const user = await findUser(address);
      if (user) return { id: user.id, address };
    }
    throw new StepFailed(adviseOnUnknownUser(targets.mailboxes[0] ?? '', 'targets.mailboxes'));
  }

  function firstMember(): { id: string; address: string } {
    const users = members.flatMap(({ value = [] }) => value);
    const member = users.find(({ accountEnabled }) => accountEnabled || targets.includeDisabled);
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
  { openDirectory }: Pick<ConnectionServices, 'openDirectory'>,
): Promise<Found<DirectoryUser[]>> {
  const directory = openDirectory();
  const id = await directory.findGroup(address);
  if (id === undefined) {
    throw new StepFailed({
      detail: `There is no group ${address} in the tenant: most likely the address is wrong`,
      remedy: `Check ${setting} against: az ad group list --filter "mail eq '${address}'" --query "[].id"; a group without an address is named by its object id. ${dynamicLists}`,
    });
  }
  const value = await directory.groupMembers(id);
  const detail = `The group ${id} has ${countOf(value.length, 'user')}, nested groups included`;
  return value.length > 0 ? { value, detail } : { value, detail, remedy: hiddenMembers };
}

function describeContacts(count: number, { existing }: ContactList): string {
  const { adopts, looksEverywhere } = existingPolicies[existing];
  if (!adopts) return `${countOf(count, 'contact')}: who is not ours is left alone`;
  const where = looksEverywhere ? 'here or in the default folder ' : '';
  return `${countOf(count, 'contact')}: who ${where}has an address that one of the list has is taken over`;
}

const hiddenMembers =
  'If it has members, they are hidden from the app: an Entra admin grants the application permission Member.Read.Hidden';

function adviseOnUnknownUsers(unknown: readonly TargetName[], all: number): Advice {
  const shown = unknown.slice(0, mostNames).map(({ setting, name }) => `${setting} ("${name}")`);
  const others = unknown.length > shown.length ? ` and ${unknown.length - shown.length} more` : '';
  return {
    detail: `${unknown.length} of ${countOf(all, 'address leads', 'addresses lead')} to no user of the tenant: ${shown.join(', ')}${others}`,
    remedy:
      'Correct them in the settings of the list, or take them out; the address of a group belongs into targets.groups',
  };
}
