/**
 * `npm run tables -- backup` and `restore`: the app's tables as files and back, since Table Storage has no backup of its
 * own and AzCopy copies no tables any more. See infra/docs/operate.md.
 */
import { access, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { AzureCliCredential } from '@azure/identity';
import { type TableName, tableNames } from '../../shared/ports/tableStorage.ts';
import { serviceErrorCode } from '../../shared/store/tables/serviceErrors.ts';
import { storedTable } from '../../shared/store/tables/storedTable.ts';
import { type OpenTableClient, tableClientsOf } from '../../shared/store/tables/tableClients.ts';
import { backUpTable } from './tables/backUpTable.ts';
import { checkBackup, manifestFile, writeManifest } from './tables/manifest.ts';
import { restoreTable } from './tables/restoreTable.ts';
import { UnreadableBackup } from './tables/storedLine.ts';

/** Those that every backup holds; the others are of later versions, and a backup of before leaves them as they are. */
const firstTables: readonly TableName[] = ['Sources', 'Mailboxes', 'Progress', 'Runs'];
const allTables: readonly TableName[] = Object.values(tableNames);
const usage =
  'usage: npm run tables -- backup|restore --account STORAGE_ACCOUNT --directory DIRECTORY (without --account: the account of AZURE_STORAGE_CONNECTION_STRING)';

class OptionError extends Error {
  override readonly name = 'OptionError';
}

process.exitCode = await main();

async function main(): Promise<number> {
  try {
    const { command, openClient, directory } = readOptions(process.argv.slice(2));
    await (command === 'backup' ? backUp(openClient, directory) : restore(openClient, directory));
    return 0;
  } catch (error) {
    console.error(describe(error));
    return 1;
  }
}

async function backUp(openClient: OpenTableClient, directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  for (const file of [manifestFile(directory), ...allTables.map(name => join(directory, fileOf(name)))]) {
    if (await exists(file)) throw new OptionError(`${file} is there already: name another directory`);
  }
  const rowsByFile = new Map<string, number>();
  for (const name of allTables) {
    const rows = await backUpTable(openClient(name), join(directory, fileOf(name)));
    rowsByFile.set(fileOf(name), rows);
    console.log(`${name}: ${rows} rows`);
  }
  await writeManifest(directory, rowsByFile);
}

/** Checks every file to its end before it touches a table. */
async function restore(openClient: OpenTableClient, directory: string): Promise<void> {
  for (const file of firstTables.map(name => join(directory, fileOf(name)))) {
    if (!(await exists(file))) throw new UnreadableBackup(`${file} is missing: the backup is not whole`);
  }
  const files = await checkBackup(directory, firstTables.map(fileOf));
  for (const name of allTables.filter(each => files.includes(fileOf(each)))) {
    const file = join(directory, fileOf(name));
    const rows = await restoreTable(openClient(name), storedTable(openClient, name), file);
    console.log(`${name}: ${rows} rows`);
  }
}

function readOptions(args: readonly string[]) {
  const options = { account: { type: 'string' }, directory: { type: 'string' } } as const;
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
  const [command, ...others] = positionals;
  if ((command !== 'backup' && command !== 'restore') || others.length > 0 || !values.directory) {
    throw new OptionError(usage);
  }
  return { command, directory: values.directory, openClient: openTables(values.account) } as const;
}

/** As whoever is signed in with `az login`; a connection string, as az knows it too, is for a local account. */
function openTables(accountName: string | undefined): OpenTableClient {
  const connectionString = process.env.AZURE_STORAGE_CONNECTION_STRING;
  if (accountName) return tableClientsOf({ accountName, credential: new AzureCliCredential() });
  if (connectionString) return tableClientsOf({ connectionString });
  throw new OptionError(usage);
}

function fileOf(table: string): string {
  return `${table}.jsonl`;
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

/** Of errors of services the code alone: their text may repeat what was sent. */
function describe(error: unknown): string {
  if (error instanceof OptionError || error instanceof UnreadableBackup) return error.message;
  const code = serviceErrorCode(error) ?? (error instanceof Error ? error.name : typeof error);
  if (code.startsWith('Authorization')) {
    return `${code}: you need the role Storage Table Data Contributor on the storage account, and with private networking a place in its network`;
  }
  if (code === 'CredentialUnavailableError') return `${code}: sign in with az login`;
  return /^ERR_PARSE_ARGS/.test(String(Object(error).code)) ? usage : code;
}
