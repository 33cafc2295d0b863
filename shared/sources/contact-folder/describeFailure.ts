import { adviseOnSignIn, adviseOnTheirMailbox } from '../../connection-steps/tenantAdvice.ts';
import { countOf } from '../../domain/countOf.ts';
import type { GraphFailure } from '../../ports/contactMailbox.ts';
import type { SourceProblem } from '../../ports/contactSource.ts';
import type { TenantConnection } from '../../ports/tenantGraph.ts';
import type { ContactFolderSettings } from '../../settings/contactFolderSource.ts';
import { nameSetting } from '../../settings/namedSetting.ts';
import type { SourceFolder } from './cursor.ts';

export function describeUnknownSource({ mailbox }: ContactFolderSettings): SourceProblem {
  return {
    code: 'SourceMailboxNotFound',
    detail: 'source.mailbox is the address or id of nobody in the tenant: check it, or restore the user',
    setting: nameSetting('source.mailbox', mailbox),
  };
}

/** What another organisation's sync wrote into the folders, if anything; how many tells nothing about whom. */
export function describeStamped(folders: readonly SourceFolder[]): SourceProblem[] {
  const count = folders.reduce((sum, { leftOut = [] }) => sum + leftOut.length, 0);
  if (count === 0) return [];
  const them = countOf(count, 'contact of the source is', 'contacts of the source are');
  return [
    {
      code: 'WrittenByTheirSync',
      detail: `${them} left out: the sync of the other organisation wrote them, so they may have come from here`,
    },
  ];
}

export function describeMissingFolder(path: string, index: number): SourceProblem {
  const setting = `source.folders[${index}]`;
  return {
    code: 'SourceFolderNotFound',
    detail: `${setting} is no contact folder of the source mailbox, and what it held before stays in the targets: check the path (a "/" inside of a name is written "~1"), or make the folder`,
    setting: nameSetting(setting, path),
  };
}

/** The advice without its remedy, which may name the mailbox: nobody's address is stored. */
export function describeUnreadableSource(error: GraphFailure, tenant: TenantConnection | undefined): SourceProblem {
  if (tenant) {
    const { detail } = error.withoutToken ? adviseOnSignIn(error, tenant) : adviseOnTheirMailbox(error, '', tenant);
    return { code: error.code, detail: `The source could not be read: ${detail}. The connection test says what to do` };
  }
  return { code: error.code, detail: `The source could not be read: ${error.message}` };
}
