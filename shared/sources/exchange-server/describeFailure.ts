import type { Advice } from '../../ports/connectionStep.ts';
import type { SourceProblem } from '../../ports/contactSource.ts';
import type { ExchangeFailure } from '../../ports/exchangeServer.ts';
import type { ExchangeServerSettings } from '../../settings/exchangeServerSource.ts';
import { folderPathOf } from '../../settings/folderPath.ts';
import { nameSetting } from '../../settings/namedSetting.ts';
import type { FolderSearch } from './findFolder.ts';
import type { UnreadableFolder } from './folderReading.ts';

/** Folders that are named when one is not there. */
const mostNames = 20;

export function describeExchangeFailure(failure: ExchangeFailure, settings: ExchangeServerSettings): SourceProblem {
  const { detail, remedy } = adviseOnExchange(failure, settings);
  return { code: codeOf(failure), detail: `The source could not be read: ${detail}. ${remedy}` };
}

/** Codes that somebody may look for: ours of the way to the server, Exchange's own of what it says. */
function codeOf({ kind, code }: ExchangeFailure): string {
  return code.startsWith('Error') ? code : `Exchange${kind.charAt(0).toUpperCase()}${kind.slice(1)}`;
}

export function adviseOnExchange(failure: ExchangeFailure, settings: ExchangeServerSettings): Advice {
  const { code } = failure;
  const connection = `the connection "${settings.connection}"`;
  switch (failure.kind) {
    case 'noSecret':
      return {
        detail: code,
        remedy: `Put it into the key vault (az keyvault secret set), or correct passwordSecret or caSecret of ${connection}`,
      };
    case 'signInRefused':
      return {
        detail: 'The server refuses the user or the password, or does not take Basic (401)',
        remedy: `Check user and passwordSecret of ${connection}, and on the server: Get-WebServicesVirtualDirectory | Format-List BasicAuthentication. NTLM alone does not do: with Extended Protection no client of Node can use it`,
      };
    case 'accessDenied':
      return {
        detail: `The user of ${connection} may not read there (${code})`,
        remedy: settings.publicFolders
          ? 'In the Exchange Management Shell: Add-PublicFolderClientPermission -Identity "<folder>" -User <user> -AccessRights Reviewer'
          : `In the Exchange Management Shell: Add-MailboxFolderPermission -Identity "${settings.mailbox}:\\<folder>" -User <user> -AccessRights Reviewer, and FolderVisible for "${settings.mailbox}" itself where the folder is not below Contacts`,
      };
    case 'noMailbox':
      return {
        detail: `The server has no mailbox for source.mailbox (${code})`,
        remedy:
          'Check the address: Get-Mailbox <address>. A mailbox that has moved to Exchange Online is read with a source of the kind contactFolder',
      };
    case 'notFound':
      return {
        detail: `What was asked for is not there, or not visible for the user (${code})`,
        remedy: 'Check source.mailbox and source.folders, and the permissions of the user',
      };
    case 'busy':
      return {
        detail: `The server asks to wait (${code})`,
        remedy: 'It is tried again with the next run. If it stays: Get-ThrottlingPolicyAssociation <user>',
      };
    case 'untrustedCertificate':
      return {
        detail: `The server's certificate is not trusted (${code})`,
        remedy: `Give the certificate of its authority (PEM) to the key vault, and name it as caSecret of ${connection}; the url's host has to be one of the certificate's names`,
      };
    case 'unreachable':
      return {
        detail: `The server does not answer as it should (${code})`,
        remedy: `Check the url of ${connection}, name resolution, and the way from the app's network to the server`,
      };
    case 'unreadable':
      return {
        detail: `What answers is not EWS, or was cut off (${code})`,
        remedy: `Check the url of ${connection}, which ends in /EWS/Exchange.asmx; what lies in between (a proxy, pre-authentication) must let EWS through. Nothing of the answer was believed`,
      };
    case 'syncStateDead':
    case 'refused':
      return { detail: `Exchange refuses (${code})`, remedy: 'Look for the code in Microsoft\'s "ResponseCode (EWS)"' };
  }
}

export function describeMissingFolder(path: string, index: number, search: FolderSearch): SourceProblem {
  const setting = `source.folders[${index}]`;
  const { detail, remedy } = adviseOnMissingFolder(search);
  const stays = 'what it held before stays in the targets';
  return {
    code: 'SourceFolderNotFound',
    detail: `${setting} is no contact folder, and ${stays}: ${detail}. ${remedy}`,
    setting: nameSetting(setting, path),
  };
}

export function adviseOnMissingFolder(search: FolderSearch): Advice {
  if ('otherClass' in search) {
    return {
      detail: 'The folder is there, and is no contact folder',
      remedy: 'Name a folder that was made for contacts',
    };
  }
  const { above, siblings } = 'missing' in search ? search : { above: [], siblings: [] };
  const place = above.length === 0 ? 'at the top' : `below "${folderPathOf(above)}"`;
  const there = siblings.slice(0, mostNames).map(({ displayName }) => `"${displayName}"`);
  const beside = there.length === 0 ? 'no folder is visible' : `there are ${there.join(', ')}`;
  return {
    detail: `a name of the path is not there: ${place} ${beside}`,
    remedy: 'Check source.folders (a "/" inside of a name is written "~1"), and that the user may see the folder',
  };
}

export function describeNoPublicFolders(): SourceProblem {
  return {
    code: 'NoPublicFolders',
    detail:
      'The server names no public folders for source.mailbox: check Get-OrganizationConfig | Format-List RootPublicFolderMailbox, PublicFoldersEnabled',
  };
}

export function describeUnreadableFolder(error: UnreadableFolder, index: number): SourceProblem {
  const remedies = {
    SourceTooLarge: 'split it over several folders and lists',
    SourceKeepsChanging: 'it is tried again with the next run',
    SourceContactsUnreadable:
      'check the permissions of the user on the folder, and repair it (New-MailboxRepairRequest)',
  };
  const detail = `source.folders[${index}] could not be read, ${error.message}: ${remedies[error.code]}`;
  return { code: error.code, detail };
}

export function describeUnread(index: number, unread: ReadonlyMap<string, ExchangeFailure>): SourceProblem {
  const codes = [...new Set([...unread.values()].map(({ code }) => code))].join(', ');
  const keys = [...unread.keys()].slice(0, mostNames).join(', ');
  return {
    code: 'SourceContactUnreadable',
    detail: `${unread.size} contacts of source.folders[${index}] cannot be read and stay as they were (${codes}; ${keys}): open and save them in Outlook, or delete them; they are tried again with each run`,
  };
}
