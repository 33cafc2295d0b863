import { adviseOnHost, adviseOnName } from '../../connection-steps/hostSteps.ts';
import type { Advice } from '../../ports/connectionStep.ts';
import type { SourceProblem } from '../../ports/contactSource.ts';
import type { FileUnavailable } from '../../ports/sourceFiles.ts';
import type { CsvSettings } from '../../settings/csvSource.ts';

const stays = 'what it held before stays in the targets';

/** @param account the storage account that does not have it */
export function describeMissingFile(
  { url, blob = '' }: Pick<CsvSettings, 'url' | 'blob'>,
  account = '<storage account>',
): SourceProblem {
  const [what, where, remedy] =
    url === undefined
      ? [
          `There is no blob "${blob}"`,
          `in the container "sources" of the storage account ${account}`,
          `upload it with "az storage blob upload --auth-mode login --account-name ${account} --container-name sources --name ${blob} --file ${fileNameOf(blob)}", or correct source.blob`,
        ]
      : [
          'There is no file',
          `at source.url (${new URL(url).host})`,
          'correct the address, or have its host serve the file',
        ];
  return { code: 'CsvMissing', detail: `${what} ${where}; ${stays}: ${remedy}` };
}

function fileNameOf(blob: string): string {
  return blob.slice(blob.lastIndexOf('/') + 1);
}

const ofTheFile: Readonly<Record<string, Advice>> = {
  TooLarge: { detail: 'The file has more than 50 MB', remedy: 'divide it' },
  CutShort: {
    detail: 'The connection ended before the file did, so nothing of it is used',
    remedy: 'the next run reads it; if it stays so, whoever runs its host looks into it',
  },
  ConditionNotMet: { detail: 'The file was replaced while it was read', remedy: 'the next run reads it' },
  RedirectElsewhere: {
    detail: 'The host of source.url sends the app to another one',
    remedy: 'name that address, and its host in CSV_HOSTS',
  },
  TooManyRedirects: {
    detail: 'The address leads from one to the next without an end',
    remedy: 'name the one that gives the file',
  },
  PrivateAddress: {
    detail: 'The host of source.url has an address of a private network, which the app does not ask for files',
    remedy: 'let the system that writes the file upload it as a blob, or serve it at a public address',
  },
  AddressWithoutName: { detail: 'The host of source.url is an IP address', remedy: 'name the host' },
};

/** Node's word where the time limit of a download is over, and that of a storage client. */
const tooSlow = ['ABORT_ERR', 'AbortError', 'TimeoutError', 'TimedOut', 'OperationTimedOut', '500', '503'];
const unknownName = ['ENOTFOUND', 'EAI_AGAIN', 'ENODATA'];
const notAllowed = /^(Status)?40[13]$|^Authori[sz]ation|^Authentication|^Insufficient|^NoAuthentication|Credential/;

/** What hinders the app, where, and what to do; the code stands behind for whoever looks it up. */
export function describeUnavailableFile({ code }: FileUnavailable, url: string | undefined): SourceProblem {
  const { detail, remedy = '' } = ofTheFile[code] ?? (url === undefined ? ofStorage(code) : ofHost(code, new URL(url)));
  const named = detail.includes(code) ? detail : `${detail} (${code})`;
  return { code: 'CsvUnavailable', detail: `${named}; ${stays}: ${beginningSmall(remedy)}` };
}

function ofHost(code: string, { host, hostname, port }: URL): Advice {
  if (unknownName.includes(code)) return adviseOnName({ code }, hostname);
  const known = adviseOnHost(code, { host: hostname, port: Number(port) || 443 }, false);
  if (known) return { ...known, detail: `${host}: ${known.detail}` };
  if (notAllowed.test(code)) {
    return {
      detail: `${host} does not give the file to whoever asks`,
      remedy: 'the app signs in nowhere for a file: have it served without, or uploaded as a blob (source.blob)',
    };
  }
  if (tooSlow.includes(code)) {
    return {
      detail: `${host} did not give the file within two minutes`,
      remedy: 'the next run tries again; if it stays so, whoever runs the host looks into it',
    };
  }
  return {
    detail: `${host} did not give the file`,
    remedy: 'the next run tries again; "curl -i" with the address shows what the host answers',
  };
}

function ofStorage(code: string): Advice {
  const account = "the app's storage account";
  if (unknownName.includes(code)) {
    return {
      detail: `The name of ${account} is unknown where the app runs`,
      remedy: 'with private networking check that its private DNS zone is linked to the network of the app',
    };
  }
  if (notAllowed.test(code)) {
    return {
      detail: `The app may not read the container "sources" of ${account}`,
      remedy:
        'see that its identity has the role Storage Blob Data Owner there, and that the firewall of the account lets the app through',
    };
  }
  if (tooSlow.includes(code)) {
    return { detail: `The app's storage account did not answer in time`, remedy: 'the next run tries again' };
  }
  return {
    detail: `The container "sources" of ${account} did not give the file`,
    remedy: 'the next run tries again; if it stays so, look the code up in the documentation of Azure Blob Storage',
  };
}

function beginningSmall(text: string): string {
  return `${text.slice(0, 1).toLowerCase()}${text.slice(1)}`;
}
