import type { AppIdentity } from '../../ports/connectionProbes.ts';
import { type ContactFolder, GraphFailure } from '../../ports/contactMailbox.ts';
import type { ContactList } from '../../settings/contactList.ts';
import { adviseOnDirectory, adviseOnMailbox } from './connectionAdvice.ts';
import {
  advised,
  type ConnectionServices,
  type Found,
  StepFailed,
  type StepResult,
  tryStep,
} from './connectionSteps.ts';

/** Folders that are named when one is not there. */
const mostNames = 20;

/** The mailbox of a list's source, and each of its folders. */
export async function testSource(
  { source }: ContactList,
  token: StepResult<AppIdentity>,
  services: ConnectionServices,
): Promise<StepResult<unknown>[]> {
  const { clock, openDirectory, openFolderTree, graphProbe } = services;
  const identity = token.value ?? {};
  const inDirectory = { graph: (failure: GraphFailure) => adviseOnDirectory(failure, 'User.Read.All', identity) };
  const inMailbox = { graph: (failure: GraphFailure) => adviseOnMailbox(failure, source.mailbox, identity) };

  const mailbox = await tryStep('source mailbox', [token], clock, async () => {
    const user = await advised(() => openDirectory().findUser(source.mailbox), inDirectory);
    if (!user) throw new StepFailed(adviseOnUnknownUser(source.mailbox, 'source.mailbox'));
    await advised(() => openFolderTree(user.id).defaultFolder(), inMailbox);
    return { value: user.id, detail: `The mailbox of the user ${user.id} answers` };
  });
  const steps: StepResult<unknown>[] = [mailbox];
  for (const path of source.folders) {
    const folder = await tryStep(`source folder "${path}"`, [mailbox], clock, () =>
      advised(() => findFolder(mailbox.value ?? '', path, services), inMailbox),
    );
    const delta = await tryStep(`delta query "${path}"`, [folder], clock, () =>
      advised(() => startDelta(mailbox.value ?? '', folder.value?.id ?? ''), inMailbox),
    );
    steps.push(folder, delta);
  }
  return steps;

  /** A full mailbox refuses delta queries; the app then lists the folder. */
  async function startDelta(mailboxId: string, folderId: string): Promise<Found<undefined>> {
    try {
      await graphProbe.startDelta(mailboxId, folderId);
      return { value: undefined, detail: 'Changes can be read' };
    } catch (error) {
      if (!(error instanceof GraphFailure) || error.kind !== 'overQuota') throw error;
      const detail = 'The mailbox is full and refuses delta queries: the folder is listed as a whole each time instead';
      return { value: undefined, detail, remedy: 'Make room in the source mailbox, or raise its quota' };
    }
  }
}

export function adviseOnUnknownUser(address: string, setting: string): { detail: string; remedy: string } {
  return {
    detail: `There is no user ${address} in the tenant: most likely the address is wrong`,
    remedy: `Check ${setting} against: az ad user list --filter "mail eq '${address}' or userPrincipalName eq '${address}'" --query "[].id"`,
  };
}

function describeOthers(folders: readonly ContactFolder[]): string {
  if (folders.length === 0) return ', and no other one either';
  const names = folders.map(({ displayName }) => `"${displayName}"`).join(', ');
  return `, but ${names}: most likely the name is misspelt`;
}

/** Follows the path name by name, so that the one which is missing can be said. */
async function findFolder(
  mailboxId: string,
  path: string,
  { openMailbox, openFolderTree }: ConnectionServices,
): Promise<Found<ContactFolder>> {
  const mailbox = openMailbox(mailboxId);
  const names = path.split('/').map(name => name.trim());
  let found: ContactFolder | undefined;
  for (const [depth, name] of names.entries()) {
    const next = await mailbox.findFolder(names.slice(0, depth + 1));
    if (next) {
      found = next;
      continue;
    }
    const siblings = await openFolderTree(mailboxId).childFolders(found?.id, mostNames);
    const place = depth === 0 ? 'At the top of the mailbox' : `In "${names.slice(0, depth).join('/')}"`;
    throw new StepFailed({
      detail: `${place} there is no contact folder "${name}"${describeOthers(siblings)}`,
      remedy: 'Correct source.folders in CONTACT_LISTS, or make the folder in the source mailbox',
    });
  }
  if (!found) throw new StepFailed({ detail: 'The path names no folder', remedy: 'Correct source.folders' });
  return { value: found, detail: 'The folder is there' };
}
