import { adviseOnDirectory, type Permission } from '../../connection-steps/connectionAdvice.ts';
import { advised, StepFailed, tryStep } from '../../connection-steps/connectionSteps.ts';
import type { AppIdentity } from '../../ports/connectionProbes.ts';
import type { StepResult } from '../../ports/connectionStep.ts';
import type { GraphFailure } from '../../ports/contactMailbox.ts';
import type { SourceAdapters } from '../../ports/sourceKind.ts';
import type { DirectorySettings } from '../../settings/directorySource.ts';

/** The directory's users, each group, and the mail contacts, as far as the source names them. */
export async function testDirectory(
  settings: DirectorySettings,
  token: StepResult<AppIdentity>,
  { clock, openDirectory, openDirectoryReader }: SourceAdapters<unknown>,
): Promise<StepResult<unknown>[]> {
  const reader = openDirectoryReader();
  const adviceFor = (permission: Permission) => ({
    graph: (failure: GraphFailure) => adviseOnDirectory(failure, permission, token.value ?? {}),
  });
  const steps: StepResult<unknown>[] = [
    await tryStep('users of the directory', [token], clock, async () => {
      await advised(() => reader.tryChanges('users'), adviceFor('User.Read.All'));
      return { value: undefined, detail: 'Changes of users can be read' };
    }),
  ];
  for (const name of [...settings.groups, ...settings.exclude.groups]) {
    const step = await tryStep(`source group "${name}"`, [token], clock, async () => {
      const advice = adviceFor('GroupMember.Read.All');
      const id = await advised(() => openDirectory().findGroup(name), advice);
      if (id === undefined) {
        throw new StepFailed({
          detail: `There is no group ${name} in the tenant`,
          remedy:
            'Check source.groups: the mail address or object id of a group. Dynamic distribution groups of Exchange cannot be read',
        });
      }
      const members = await advised(() => reader.memberIds(id, 'users'), advice);
      if (members.length === 0) {
        throw new StepFailed({
          detail: `The group ${id} reads as empty`,
          remedy:
            'Where its membership is hidden, consent to Member.Read.Hidden; otherwise add members, or take it out of the source',
        });
      }
      return { value: undefined, detail: `The group ${id} has ${members.length} users` };
    });
    steps.push(step);
  }
  if (settings.organisationContacts) {
    const step = await tryStep('organisation contacts', [token], clock, async () => {
      await advised(() => reader.tryChanges('contacts'), adviceFor('OrgContact.Read.All'));
      return { value: undefined, detail: 'Changes of mail contacts can be read' };
    });
    steps.push(step);
  }
  return steps;
}
