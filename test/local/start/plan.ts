import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseSettings, type Settings, SettingsError } from '../../../shared/settings/settings.ts';
import { neverBySchedule, readSettings } from '../settings.ts';
import { SAMPLE_SETTINGS_FILE } from '../startServices.ts';
import type { StartOptions } from './options.ts';
import { StartError } from './startError.ts';

export type AppSettings = Readonly<Record<string, string>>;

/** What to sync. `values` still lacks the connections of the local services, or has the sample's for them. */
export interface StartPlan {
  readonly tenant: SampleTenant | RealTenant;
  readonly values: AppSettings;
  readonly lists: Settings['lists'];
  readonly refusedLists: Settings['refusedLists'];
  /** By which sources outside of the tenant are read. */
  readonly ways: Pick<Settings, 'connections' | 'keyVaultUrl' | 'localSecrets'>;
}

interface SampleTenant {
  readonly kind: 'sample';
}

export interface RealTenant {
  readonly kind: 'real';
  readonly id: string;
  readonly graph: string;
}

export const projectDirectory = resolve(import.meta.dirname, '../../..');

export const credentialNames = ['AZURE_TENANT_ID', 'AZURE_CLIENT_ID', 'AZURE_CLIENT_SECRET'] as const;

/** Whatever leads to a service or an identity: those of this machine are put in their place. */
const connection =
  /^(AzureWebJobsStorage|TABLES_CONNECTION|ServiceBusConnection|IDENTITY_ENDPOINT|IDENTITY_HEADER|GRAPH_CLIENT_ID)(__|$)/;

/** The local broker forgets its messages when it stops, so they count as lost sooner than those of Azure. */
const localValues = { MESSAGE_PATIENCE_SECONDS: '60' };
/** The simulator answers at once, and a start that was killed is not to be waited for: its lease ends soon. */
const sampleValues = {
  MESSAGE_PATIENCE_SECONDS: '12',
  LEASE_SECONDS: '12',
  GRAPH_TIMEOUT_SECONDS: '8',
  GRAPH_GRACE_SECONDS: '2',
  SYNC_SCHEDULE: '*/30 * * * * *',
};

/**
 * Reads the settings and decides on the tenant: with a `GRAPH_ENDPOINT` on another machine it is a real one. A variable
 * of the environment wins over the file, as it does in the Azure Functions Core Tools.
 *
 * @throws StartError when the settings cannot be used, or a real tenant's credentials are missing
 */
export async function planStart(
  options: Pick<StartOptions, 'settingsFile'> & Partial<Pick<StartOptions, 'once'>>,
  environment: NodeJS.ProcessEnv,
): Promise<StartPlan> {
  const file = options.settingsFile ?? ownSettingsFile();
  const sample = await readSettings(SAMPLE_SETTINGS_FILE);
  const inFiles = { ...sample, ...(await readFile(file)) };
  const settings = withEnvironment(inFiles, [...Object.keys(inFiles), ...credentialNames], environment);
  const graph = settings.GRAPH_ENDPOINT ?? '';
  const isReal = !isOnThisMachine(graph);
  const ofTenant = isReal ? { ...localValues, ...realSettings(settings) } : { ...settings, ...sampleValues };
  // A scheduled run would take some of the mailboxes from the one run that is asked for and told.
  const values = { ...ofTenant, ...(options.once && neverBySchedule) };
  const tenant = isReal ? realTenant(graph, values, file) : { kind: 'sample' as const };
  if (isReal) refuseKnownSecrets(values, sample);
  const { lists, refusedLists, ...ways } = parse({ ...values, ...connectionsOf(sample) }, file);
  return { tenant, values, lists: lists.filter(({ enabled }) => enabled), refusedLists, ways };
}

/** `local.settings.json`, or the sample without one. */
export function ownSettingsFile(): string {
  const own = join(projectDirectory, 'local.settings.json');
  return existsSync(own) ? own : SAMPLE_SETTINGS_FILE;
}

async function readFile(file: string): Promise<AppSettings> {
  try {
    return await readSettings(file);
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw new StartError(`The settings cannot be read: ${problem}`, { cause });
  }
}

/** A variable of the environment goes before the setting of that name. */
export function withEnvironment(
  settings: AppSettings,
  names: readonly string[],
  environment: NodeJS.ProcessEnv,
): AppSettings {
  const given = names.flatMap(name => (environment[name] ? [[name, environment[name]] as const] : []));
  return { ...settings, ...Object.fromEntries(given) };
}

/** Sample people belong to the sample tenant: anybody may sign in as one of them. */
const signInNames = ['WEBSITE_AUTH_ENABLED', 'LOCAL_PEOPLE'];

/** A real tenant cannot call a webhook on this machine, which the sample names; one behind a tunnel has another name. */
function realSettings(settings: AppSettings): AppSettings {
  const isLocalWebhook = (name: string, value: string) => name === 'WEBHOOK_URL' && isOnThisMachine(value);
  return Object.fromEntries(
    Object.entries(settings).filter(
      ([name, value]) => !connection.test(name) && !signInNames.includes(name) && !isLocalWebhook(name, value),
    ),
  );
}

function connectionsOf(settings: AppSettings): AppSettings {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => connection.test(name)));
}

function isOnThisMachine(url: string): boolean {
  if (!URL.canParse(url)) return true; // the settings' own check says what is wrong with it
  return /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(new URL(url).hostname);
}

function realTenant(graph: string, values: AppSettings, file: string): RealTenant {
  const missing = credentialNames.filter(name => !values[name]);
  if (missing.length > 0) {
    throw new StartError(
      `GRAPH_ENDPOINT is ${graph}, a real tenant, but ${missing.join(', ')} ${missing.length > 1 ? 'are' : 'is'} missing: ` +
        `set them in ${file} or in the environment`,
    );
  }
  return { kind: 'real', id: values.AZURE_TENANT_ID ?? '', graph };
}

/** A tunnel opens all routes: whoever reads the sample settings could empty the target mailboxes. */
function refuseKnownSecrets(values: AppSettings, sample: AppSettings): void {
  const known = ['LOCAL_FUNCTION_KEY', 'CLIENT_STATE'].filter(name => values[name] === sample[name]);
  if (!values.WEBHOOK_URL || known.length === 0) return;
  throw new StartError(
    `WEBHOOK_URL opens this app to the internet, with the sample's ${known.join(' and ')}, which everybody can read: ` +
      'set your own in the environment or in the settings, such as what openssl rand -hex 16 prints',
  );
}

function parse(values: AppSettings, file: string): Settings {
  try {
    return parseSettings(values, projectDirectory);
  } catch (error) {
    if (error instanceof SettingsError) throw new StartError(`${file} and the environment: ${error.message}`);
    throw error;
  }
}
