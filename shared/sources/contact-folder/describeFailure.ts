import type { ContactMailbox, GraphFailure } from '../../ports/contactMailbox.ts';
import type { SourceProblem } from '../../ports/contactSource.ts';
import type { ContactFolderSettings } from '../../settings/contactFolderSource.ts';
import { nameSetting } from '../../settings/namedSetting.ts';
import { findLocalDefaultFolder } from './readFolder.ts';

export function describeUnknownSource({ mailbox }: ContactFolderSettings): SourceProblem {
  return {
    code: 'SourceMailboxNotFound',
    detail: 'source.mailbox is the address or id of nobody in the tenant: check it, or restore the user',
    setting: nameSetting('source.mailbox', mailbox),
  };
}

/** @throws GraphFailure */
export async function describeMissingFolder(
  path: string,
  index: number,
  mailbox: ContactMailbox,
): Promise<SourceProblem> {
  const setting = `source.folders[${index}]`;
  const isLocalName = (await findLocalDefaultFolder(mailbox, path)) !== undefined;
  const advice = isLocalName
    ? 'check its first name, which is that of the default folder in the language of the mailbox: begin the path with "contacts" instead'
    : 'check the path (a "/" inside of a name is written "~1"), or make the folder';
  return {
    code: 'SourceFolderNotFound',
    detail: `${setting} is no contact folder of the source mailbox, and what it held before stays in the targets: ${advice}`,
    setting: nameSetting(setting, path),
  };
}

export function describeUnreadableSource(error: GraphFailure): SourceProblem {
  return { code: error.code, detail: `The source could not be read: ${error.message}` };
}
