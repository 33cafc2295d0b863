import { adviseOnDirectory, adviseOnMailbox, adviseOnUnknownUser } from '../../connection-steps/connectionAdvice.ts';
import { advised, type Found, StepFailed, tryStep } from '../../connection-steps/connectionSteps.ts';
import { adviseOnTheirMailbox } from '../../connection-steps/tenantAdvice.ts';
import type { AppIdentity } from '../../ports/connectionProbes.ts';
import type { Advice, StepResult } from '../../ports/connectionStep.ts';
import { type ContactFolder, GraphFailure } from '../../ports/contactMailbox.ts';
import type { SourceAdapters } from '../../ports/sourceKind.ts';
import type { Connections } from '../../settings/connections.ts';
import type { ContactFolderSettings } from '../../settings/contactFolderSource.ts';
import { folderNamesOf, folderPathOf } from '../../settings/folderPath.ts';
import { inTenant, tenantNamed } from '../tenantNamed.ts';
import { testSignIn } from '../testSignIn.ts';

/** Folders that are named when one is not there. */
const mostNames = 20;

/** The mailbox of a list's source, and each of its folders. */
export async function testContactFolders(
  source: ContactFolderSettings,
  token: StepResult<AppIdentity>,
  adapters: SourceAdapters<Connections>,
): Promise<StepResult<unknown>[]> {
  const tenant = tenantNamed(source.connection, adapters.connections);
  const services = inTenant(tenant, adapters);
  const { clock, openDirectory, openFolderTree, probes } = services;
  const signIn = tenant ? await testSignIn(`sign-in to "${source.connection}"`, tenant, services) : token;
  const identity = signIn.value ?? {};
  const inDirectory = { graph: (failure: GraphFailure) => adviseOnDirectory(failure, 'User.Read.All', identity) };
  const inMailbox = {
    graph: (failure: GraphFailure) =>
      tenant
        ? adviseOnTheirMailbox(failure, source.mailbox, tenant, identity)
        : adviseOnMailbox(failure, source.mailbox, identity),
  };

  const mailbox = await tryStep('source mailbox', [signIn], clock, async () => {
    const id = tenant ? source.mailbox : await findUserId();
    await advised(() => openFolderTree(id).defaultFolder(), inMailbox);
    return { value: id, detail: tenant ? 'The mailbox answers' : `The mailbox of the user ${id} answers` };
  });
  const steps: StepResult<unknown>[] = tenant ? [signIn, mailbox] : [mailbox];
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

  async function findUserId(): Promise<string> {
    const user = await advised(() => openDirectory().findUser(source.mailbox), inDirectory);
    if (!user) throw new StepFailed(adviseOnUnknownUser(source.mailbox, 'source.mailbox'));
    return user.id;
  }

  /** A full mailbox refuses delta queries; the app then lists the folder. */
  async function startDelta(mailboxId: string, folderId: string): Promise<Found<undefined>> {
    try {
      await probes.graph.startDelta(mailboxId, folderId);
      return { value: undefined, detail: 'Changes can be read' };
    } catch (error) {
      if (!(error instanceof GraphFailure) || error.kind !== 'overQuota') throw error;
      const detail = 'The mailbox is full and refuses delta queries: the folder is listed as a whole each time instead';
      return { value: undefined, detail, remedy: 'Make room in the source mailbox, or raise its quota' };
    }
  }
}

/** Outlook shows the default folder under a name in the mailbox's language, which may be changed. */
function adviseOnLocalName([first = '', ...below]: readonly string[]): Advice {
  return {
    detail: `The folder is there; "${first}" is the default folder in the language of this mailbox`,
    remedy: `In source.folders write "${folderPathOf(['contacts', ...below])}", which stays right when the language changes`,
  };
}

function adviseOnMissingFolder(place: string, name: string, others: readonly ContactFolder[]): Advice {
  const there = others.map(({ displayName }) => `"${displayName}"`).join(', ');
  const detail = there === '' ? ', nor any other' : `, but ${there}: most likely the name is misspelt`;
  return {
    detail: `${place} there is no contact folder "${name}"${detail}`,
    remedy: 'Correct source.folders (a "/" inside of a name is written "~1"), or make the folder in the source mailbox',
  };
}

/** Follows the path name by name, so that the one which is missing can be said. */
async function findFolder(
  mailboxId: string,
  path: string,
  { openMailbox, openFolderTree }: SourceAdapters<unknown>,
): Promise<Found<ContactFolder>> {
  const mailbox = openMailbox(mailboxId);
  const names = folderNamesOf(path);
  let found: ContactFolder | undefined;
  let first: ContactFolder | undefined;
  for (const [depth, name] of names.entries()) {
    const next = await mailbox.findFolder(names.slice(0, depth + 1));
    if (next) {
      found = next;
      if (depth === 0) first = next;
      continue;
    }
    const siblings = await openFolderTree(mailboxId).childFolders(found?.id, mostNames);
    const place = depth === 0 ? 'At the top of the mailbox' : `In "${folderPathOf(names.slice(0, depth))}"`;
    throw new StepFailed(adviseOnMissingFolder(place, name, siblings));
  }
  if (!found) throw new StepFailed({ detail: 'The path names no folder', remedy: 'Correct source.folders' });
  const contacts = await openFolderTree(mailboxId).defaultFolder();
  const isLocalName = first?.id === contacts.id && names[0]?.toLowerCase() !== 'contacts';
  return { value: found, ...(isLocalName ? adviseOnLocalName(names) : { detail: 'The folder is there' }) };
}
