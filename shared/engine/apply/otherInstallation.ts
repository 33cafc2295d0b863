import { hour } from '../../domain/durations.ts';
import type { MailboxFailure } from './mailboxFailures.ts';

/**
 * The folder, or contacts of this list in a folder of the user's, belong to another installation of this app: a test
 * environment with the same list, for instance. Nothing is touched until somebody takes it over by name.
 */
export class OtherInstallation extends Error {
  override readonly name = 'OtherInstallation';
  readonly installation: string;

  constructor(installation: string) {
    super(`the folder belongs to the installation ${installation}`);
    this.installation = installation;
  }
}

export function describeOtherInstallation(
  { name: code, installation }: OtherInstallation,
  now: number,
): MailboxFailure {
  const detail = `The folder belongs to another installation of this app: remove the mailbox from one of the two, or set "takeOver": "${installation}" on the list to take it over`;
  return { state: 'failed', until: now + hour, problem: { code, detail } };
}
