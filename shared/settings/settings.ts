import * as z from 'zod';
import { closestName } from '../domain/closestName.ts';
import { type Connections, noConnections, parseConnections } from './connections.ts';
import type { ContactList } from './contactList.ts';
import { findListNotes } from './listNotes.ts';
import { mailboxAddress } from './mailboxAddress.ts';
import { type ContactLists, parseContactLists, type RefusedList } from './parseContactLists.ts';
import { findScheduleFault } from './schedule.ts';
import { secretName } from './secretName.ts';
import type { SettingsNote } from './settingsNote.ts';

export type Connection =
  | { readonly connectionString: string }
  | { readonly host: string; readonly clientId: string | undefined };

export interface Settings extends ContactLists {
  /** Those with a fault are named by `faulty`, and the lists that need them are refused. */
  readonly connections: Connections;
  /** The lists as `CONTACT_LISTS` has them. */
  readonly entries: readonly unknown[];
  /** What lists may read that are not in `CONTACT_LISTS`, beside connections that are open to them. */
  readonly consoleSources: readonly string[];
  readonly csvHosts: readonly string[];
  readonly notes: readonly SettingsNote[];
  readonly graph: {
    readonly endpoint: string;
    readonly clientId: string | undefined;
    /** Where the app signs in to other tenants; undefined for Azure's public cloud. */
    readonly authorityHost: string | undefined;
  };
  readonly tables: Connection;
  readonly serviceBus: Connection;
  /** Where the secrets are that the settings name. */
  readonly keyVaultUrl: string | undefined;
  /** The storage account of the functions host: the files of sources lie there too. */
  readonly storage: Connection | undefined;
  /** By name, for a machine without a key vault. */
  readonly localSecrets: ReadonlyMap<string, string>;
  /** NCRONTAB expressions of six fields. */
  readonly schedules: Readonly<Record<ScheduleName, string>>;
  readonly queues: { readonly capture: string; readonly sync: string; readonly priority: string };
  /** Undefined without `WEBHOOK_URL`: then the schedule alone finds changes. */
  readonly notifications: NotificationSettings | undefined;
  /** Undefined while the console's gate is shut. */
  readonly console: ConsoleSettings | undefined;
  /** Undefined without `NOTIFY_SECRET`: then nobody is told of what a run finds. */
  readonly notices: NoticeSettings | undefined;
  /** Undefined without `NOTIFY_MAIL_FROM`: then nobody is told by mail. */
  readonly noticeMail: NoticeMailSettings | undefined;
  /** Share of a list's mailboxes that may fail without a notice. */
  readonly failingMailboxesPercent: number;
  /** How long decisions are kept. */
  readonly auditDays: number;
  /** Seconds; for tests and for tenants that need other waits. */
  readonly timing: Timing;
}

export interface NotificationSettings {
  /** Where Graph reaches the app: origin and base path, without a slash at its end. */
  readonly webhookUrl: string;
  /** Where the secret is that Graph repeats in every notification. */
  readonly clientState: { readonly keyVaultUrl: string } | { readonly value: string };
}

export interface NoticeSettings {
  /** Name of the secret in the key vault that holds the address that notices are sent to. */
  readonly secret: string;
  /** Of that which holds the key that notices are signed with; undefined where nobody checks that. */
  readonly signingSecret: string | undefined;
  /** What they link to; undefined where there is no console, or the platform does not say where. */
  readonly consoleUrl: string | undefined;
}

export interface NoticeMailSettings {
  /** The mailbox that sends: its user principal name or object id. */
  readonly from: string;
  /** Addresses. */
  readonly to: readonly string[];
  readonly consoleUrl: string | undefined;
}

/** The console, where App Service Authentication says who signed in (rules.md: Console). */
export interface ConsoleSettings {
  /** Of the tenant whose people may sign in; in small letters. */
  readonly tenantId: string;
}

export interface Timing {
  /** How long a mailbox's lease lasts without being renewed. */
  readonly leaseSeconds: number;
  /** When a request to Graph is given up. */
  readonly graphTimeoutSeconds: number;
  /** How long Graph may still work on a request that was given up. */
  readonly graphGraceSeconds: number;
  /** The longest wait inside a handler; longer ones become scheduled messages. */
  readonly longestWaitSeconds: number;
  /** How long a handler works on a mailbox before it hands over to a new message. */
  readonly handlerSeconds: number;
  /** After this long a message that was sent counts as lost. */
  readonly messagePatienceSeconds: number;
}

/** The settings cannot be used. Names every fault, one a line: setting, what is wrong, what to do. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(`The settings cannot be used:\n${faults.map(fault => `- ${fault}`).join('\n')}`);
    this.faults = faults;
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

const scheduleNames = ['SYNC_SCHEDULE', 'FULL_RECONCILE_SCHEDULE'] as const;
type ScheduleName = (typeof scheduleNames)[number];

const schedule = z
  .string({ error: 'is missing: give a six-field NCRONTAB expression, such as "0 */5 * * * *"' })
  .superRefine((expression, context) => {
    const fault = findScheduleFault(expression);
    if (fault && !fault.wasTaken) context.addIssue({ code: 'custom', message: fault.problem });
  });

function queueName(purpose: string) {
  return z
    .string({ error: `is missing: name the Service Bus queue ${purpose}` })
    .regex(/^[A-Za-z0-9]([A-Za-z0-9._-]{0,258}[A-Za-z0-9])?$/, 'is not the name of a Service Bus queue');
}

function seconds(standard: number, least: number) {
  return z.coerce
    .number(`is not a number of seconds`)
    .min(least, `must be at least ${least} ${least === 1 ? 'second' : 'seconds'}`)
    .default(standard);
}

/** In small letters. */
function namesBetweenCommas<Name extends z.ZodType<string, string>>(name: Name) {
  return z
    .string()
    .transform(text =>
      text
        .split(',')
        .map(each => each.trim().toLowerCase())
        .filter(Boolean),
    )
    .pipe(z.array(name));
}

/** The settings by name, without the connections and `CONTACT_LISTS`. */
export const environmentSchema = z.object({
  SYNC_SCHEDULE: schedule,
  FULL_RECONCILE_SCHEDULE: schedule.default('0 0 3 * * 0'),
  GRAPH_ENDPOINT: z
    .string()
    .refine(isOrigin, 'is not an origin: give scheme and host alone, such as https://graph.microsoft.com')
    .default('https://graph.microsoft.com'),
  GRAPH_CLIENT_ID: z.string().optional(),
  AZURE_AUTHORITY_HOST: z
    .string()
    .refine(
      isSecureOrigin,
      'is not where Entra signs in: give https and the host alone, such as https://login.microsoftonline.us',
    )
    .optional(),
  WEBHOOK_URL: z
    .string()
    .refine(
      isWebhookUrl,
      'is no URL that Graph can call: give https, host and perhaps a path, such as https://contacts.contoso.com',
    )
    .optional(),
  KEY_VAULT_URL: z
    .string()
    .refine(isSecureOrigin, 'is not the URL of a key vault, such as https://contoso-contacts.vault.azure.net')
    .optional(),
  CLIENT_STATE: z.string().max(128, 'must have at most 128 characters: Graph takes no more').optional(),
  CONSOLE_SIGN_IN: z
    .literal('entra', 'is no way of signing in: give entra, or leave it out for an app without a console')
    .optional(),
  CONSOLE_TENANT_ID: z.guid('is not the id of a tenant').toLowerCase().optional(),
  CONSOLE_SOURCES: namesBetweenCommas(mailboxAddress).default([]),
  WEBSITE_AUTH_ENABLED: z.string().optional(),
  WEBSITE_HOSTNAME: z.string().optional(),
  NOTIFY_SECRET: secretName.optional(),
  NOTIFY_SIGNING_SECRET: secretName.optional(),
  NOTIFY_MAIL_FROM: z.string().trim().optional(),
  NOTIFY_MAIL_TO: namesBetweenCommas(z.email('holds what is no address: give addresses with commas between')).default(
    [],
  ),
  FAILING_MAILBOXES_PERCENT: z.coerce
    .number('is no percentage')
    .min(0, 'must be at least 0')
    .max(100, 'must be at most 100')
    .default(5),
  CONNECTIONS: z.string().optional(),
  CSV_HOSTS: namesBetweenCommas(
    z
      .string()
      .regex(
        /^[a-z0-9.-]+$/,
        'holds what is no name of a host: give them without https:// and a path, with commas between',
      ),
  ).default([]),
  LOCAL_SECRETS: z
    .string()
    .transform(readJson)
    .pipe(z.record(z.string(), z.string(), 'is not a JSON object of secrets by name'))
    .default({}),
  CAPTURE_QUEUE: queueName('of captures'),
  SYNC_QUEUE: queueName('of mailboxes to sync'),
  PRIORITY_QUEUE: queueName('of mailboxes that someone waits for'),
  LEASE_SECONDS: seconds(180, 1),
  GRAPH_TIMEOUT_SECONDS: seconds(30, 0.1),
  GRAPH_GRACE_SECONDS: seconds(30, 0.1),
  LONGEST_WAIT_SECONDS: seconds(30, 0),
  AUDIT_DAYS: z.coerce
    .number('is no whole number of days')
    .int('is no whole number of days')
    .min(1, 'must be at least 1 day')
    .max(3650, 'must be at most 3650 days')
    .default(400),
  HANDLER_SECONDS: seconds(240, 1).refine(
    value => value <= 420,
    'must be at most 420 seconds: the host ends a handler after 600',
  ),
  MESSAGE_PATIENCE_SECONDS: seconds(3600, 1),
});

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const knownNames = [
  ...Object.keys(environmentSchema.shape),
  'CONTACT_LISTS',
  'TABLES_CONNECTION',
  'ServiceBusConnection',
];

function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, pathname, search, hash, username } = new URL(text);
  return /^https?:$/.test(protocol) && pathname === '/' && search + hash + username === '';
}

/** Graph calls https only; http is for a simulator on the same machine. */
function isWebhookUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, search, hash, username, password } = new URL(text);
  if (search + hash + username + password !== '') return false;
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
}

function isLoopback(hostname: string): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
}

function isSecureOrigin(text: string): boolean {
  return isOrigin(text) && text.startsWith('https:');
}

/**
 * Parses the app settings, once, at start.
 *
 * @param environment names and values, usually `process.env`
 * @param appRoot folder below which `CONTACT_LISTS` may name a file
 * @throws SettingsError with every fault of every setting
 */
export function parseSettings(environment: Environment, appRoot: string): Settings {
  const faults: string[] = [];
  const filled = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = environmentSchema.safeParse(filled);
  if (!parsed.success) {
    faults.push(...parsed.error.issues.map(issue => `${issue.path.join('.')} ${issue.message}`));
  }
  const tables = parseConnection(filled, 'TABLES_CONNECTION', 'accountName', faults);
  const serviceBus = parseConnection(filled, 'ServiceBusConnection', 'fullyQualifiedNamespace', faults);
  const connections = readConnections(filled.CONNECTIONS, faults);
  const csvHosts = parsed.data?.CSV_HOSTS ?? [];
  const { faults: listFaults, ...contactLists } = parseContactLists(
    filled.CONTACT_LISTS,
    { connections, csvHosts },
    appRoot,
  );
  faults.push(...listFaults);
  const { lists, refusedLists } = contactLists;
  if (parsed.success && !outlastsRequests(parsed.data)) {
    faults.push('LEASE_SECONDS must be more than GRAPH_TIMEOUT_SECONDS and GRAPH_GRACE_SECONDS together');
  }
  if (filled.WEBHOOK_URL && !filled.KEY_VAULT_URL && !filled.CLIENT_STATE) {
    faults.push(
      'WEBHOOK_URL needs a secret that tells notifications of Graph from forged ones: give KEY_VAULT_URL, or CLIENT_STATE on a machine without a key vault',
    );
  }
  if (filled.CONSOLE_SIGN_IN === 'entra' && !filled.CONSOLE_TENANT_ID) {
    faults.push('CONSOLE_SIGN_IN needs CONSOLE_TENANT_ID: the id of the tenant whose people may sign in');
  }
  if (filled.NOTIFY_SIGNING_SECRET && !filled.NOTIFY_SECRET) {
    faults.push('NOTIFY_SIGNING_SECRET needs NOTIFY_SECRET: the secret that holds the address of the notices');
  }
  if (Boolean(filled.NOTIFY_MAIL_FROM) !== Boolean(filled.NOTIFY_MAIL_TO)) {
    faults.push('NOTIFY_MAIL_FROM and NOTIFY_MAIL_TO need each other: the mailbox that sends, and who is told');
  }
  const misspelt = findMisspelt(filled);
  if (!parsed.success || !tables || !serviceBus || faults.length > 0) {
    throw new SettingsError([...faults, ...misspelt.map(({ detail }) => detail)]);
  }
  const values = parsed.data;
  const schedules = { SYNC_SCHEDULE: values.SYNC_SCHEDULE, FULL_RECONCILE_SCHEDULE: values.FULL_RECONCILE_SCHEDULE };
  return {
    ...contactLists,
    connections,
    csvHosts,
    consoleSources: values.CONSOLE_SOURCES,
    notes: [
      ...misspelt,
      ...scheduleNotes(schedules),
      ...consoleNotes(values),
      ...listsNotes(lists, refusedLists, connections),
    ],
    graph: {
      endpoint: new URL(values.GRAPH_ENDPOINT).origin,
      clientId: values.GRAPH_CLIENT_ID,
      authorityHost: values.AZURE_AUTHORITY_HOST && new URL(values.AZURE_AUTHORITY_HOST).origin,
    },
    tables,
    serviceBus,
    keyVaultUrl: values.KEY_VAULT_URL,
    storage: parseConnection(filled, 'AzureWebJobsStorage', 'accountName', []),
    localSecrets: new Map(Object.entries(values.LOCAL_SECRETS)),
    schedules,
    queues: { capture: values.CAPTURE_QUEUE, sync: values.SYNC_QUEUE, priority: values.PRIORITY_QUEUE },
    notifications: readNotificationSettings(values),
    console: readConsoleSettings(values),
    notices: readNoticeSettings(values),
    noticeMail: readNoticeMailSettings(values),
    failingMailboxesPercent: values.FAILING_MAILBOXES_PERCENT,
    auditDays: values.AUDIT_DAYS,
    timing: {
      leaseSeconds: values.LEASE_SECONDS,
      graphTimeoutSeconds: values.GRAPH_TIMEOUT_SECONDS,
      graphGraceSeconds: values.GRAPH_GRACE_SECONDS,
      longestWaitSeconds: values.LONGEST_WAIT_SECONDS,
      handlerSeconds: values.HANDLER_SECONDS,
      messagePatienceSeconds: values.MESSAGE_PATIENCE_SECONDS,
    },
  };
}

function outlastsRequests(values: z.infer<typeof environmentSchema>): boolean {
  return values.LEASE_SECONDS > values.GRAPH_TIMEOUT_SECONDS + values.GRAPH_GRACE_SECONDS;
}

/** Settings that the app does not know, where one that it knows is not set and is spelt almost alike. */
export function findMisspelt(environment: Environment): SettingsNote[] {
  const isSet = (name: string) =>
    Object.keys(environment).some(given => given === name || given.startsWith(`${name}__`));
  const missing = knownNames.filter(name => !isSet(name));
  return Object.keys(environment)
    .filter(name => !knownNames.includes(name.split('__')[0] ?? ''))
    .flatMap(name => {
      const meant = closestName(name, missing);
      return meant === undefined
        ? []
        : [{ code: 'UnknownSetting', detail: `${name} is no setting of the app: did you mean ${meant}?` }];
    });
}

/** Refused from the next version on. */
function scheduleNotes(schedules: Settings['schedules']): SettingsNote[] {
  return scheduleNames.flatMap(name => {
    const fault = findScheduleFault(schedules[name]);
    return fault ? [{ code: 'RefusedSoon', detail: `${name} ${fault.problem}` }] : [];
  });
}

function listsNotes(
  lists: readonly ContactList[],
  refusedLists: readonly RefusedList[],
  connections: Connections,
): SettingsNote[] {
  if (lists.length + refusedLists.length > 0) return lists.flatMap(list => findListNotes(list, connections));
  return [{ code: 'NoLists', detail: 'CONTACT_LISTS is empty: there are no lists, and nothing is synced' }];
}

/** Who signed in is believed of App Service alone: without its authentication anybody could send the header. */
function readConsoleSettings({
  CONSOLE_SIGN_IN: signIn,
  CONSOLE_TENANT_ID: tenantId,
  WEBSITE_AUTH_ENABLED: isGuarded = '',
}: z.infer<typeof environmentSchema>): ConsoleSettings | undefined {
  if (signIn !== 'entra' || tenantId === undefined || isGuarded.toLowerCase() !== 'true') return undefined;
  return { tenantId };
}

function readNoticeSettings(values: z.infer<typeof environmentSchema>): NoticeSettings | undefined {
  const { NOTIFY_SECRET: secret, NOTIFY_SIGNING_SECRET: signingSecret } = values;
  return secret === undefined ? undefined : { secret, signingSecret, consoleUrl: consoleUrlOf(values) };
}

function readNoticeMailSettings(values: z.infer<typeof environmentSchema>): NoticeMailSettings | undefined {
  const { NOTIFY_MAIL_FROM: from, NOTIFY_MAIL_TO: to } = values;
  return from === undefined || to.length === 0 ? undefined : { from, to, consoleUrl: consoleUrlOf(values) };
}

function consoleUrlOf(values: z.infer<typeof environmentSchema>): string | undefined {
  const { WEBSITE_HOSTNAME: host } = values;
  return readConsoleSettings(values) && host ? `https://${host}/api/console` : undefined;
}

function consoleNotes(values: z.infer<typeof environmentSchema>): SettingsNote[] {
  if (values.CONSOLE_SIGN_IN === undefined || readConsoleSettings(values)) return [];
  const detail =
    'CONSOLE_SIGN_IN is set, but App Service Authentication does not guard the app (WEBSITE_AUTH_ENABLED): there is no console';
  return [{ code: 'ConsoleShut', detail }];
}

/** A key vault goes before a value in the settings. */
function readNotificationSettings({
  WEBHOOK_URL: url,
  KEY_VAULT_URL: keyVaultUrl,
  CLIENT_STATE: value = '',
}: z.infer<typeof environmentSchema>): NotificationSettings | undefined {
  if (url === undefined) return undefined;
  const webhookUrl = new URL(url).href.replace(/\/+$/, '');
  return { webhookUrl, clientState: keyVaultUrl === undefined ? { value } : { keyVaultUrl } };
}

function parseConnection(
  environment: Environment,
  name: string,
  hostSuffix: string,
  faults: string[],
): Connection | undefined {
  const connectionString = environment[name];
  if (connectionString) {
    if (/^\s*\w+=[^;]+(;|$)/.test(connectionString)) return { connectionString };
    faults.push(`${name} is not a connection string (Name=value;Name=value)`);
    return undefined;
  }
  const host = environment[`${name}__${hostSuffix}`];
  if (host) return { host, clientId: environment[`${name}__clientId`] };
  faults.push(`${name} is missing: give a connection string, or ${name}__${hostSuffix} for a managed identity`);
  return undefined;
}

function readConnections(setting: string | undefined, faults: string[]): Connections {
  const connections = parseConnections(setting);
  if (typeof connections !== 'string') return connections;
  faults.push(`CONNECTIONS ${connections}`);
  return noConnections;
}
