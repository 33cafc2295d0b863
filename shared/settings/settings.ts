import { readFileSync } from 'node:fs';
import { resolve, sep } from 'node:path';
import { Cron } from 'croner';
import * as z from 'zod';
import {
  type ContactList,
  contactListSchema,
  describeReader,
  mostLists,
  readsFolder,
  readTheSame,
  type SourceReader,
  sourceReader,
  writeIntoTheSame,
} from './contactList.ts';

/** A list whose settings have a fault: it is paused, and never cleaned up. `id` is missing when even that is unusable. */
export interface RefusedList {
  readonly id: string | undefined;
  readonly faults: readonly string[];
}

export type Connection =
  | { readonly connectionString: string }
  | { readonly host: string; readonly clientId: string | undefined };

export interface Settings {
  readonly lists: readonly ContactList[];
  readonly refusedLists: readonly RefusedList[];
  /** Of all lists, paused and refused ones included, as far as their source can be read. */
  readonly sourceReaders: readonly SourceReader[];
  readonly graph: { readonly endpoint: string; readonly clientId: string | undefined };
  readonly tables: Connection;
  readonly serviceBus: Connection;
  /** Six-field NCRONTAB; weekly unless set. */
  readonly fullReconcileSchedule: string;
  readonly queues: { readonly capture: string; readonly sync: string; readonly priority: string };
  /** Undefined without `WEBHOOK_URL`: then the schedule alone finds changes. */
  readonly notifications: NotificationSettings | undefined;
  /** Seconds; for tests and for tenants that need other waits. */
  readonly timing: Timing;
}

export interface NotificationSettings {
  /** Where Graph reaches the app: origin and base path, without a slash at its end. */
  readonly webhookUrl: string;
  /** Where the secret is that Graph repeats in every notification. */
  readonly clientState: { readonly keyVaultUrl: string } | { readonly value: string };
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

const schedule = z
  .string({ error: 'is missing: give a six-field NCRONTAB expression, such as "0 */5 * * * *"' })
  .superRefine((expression, context) => {
    const problem = findScheduleProblem(expression);
    if (problem) context.addIssue({ code: 'custom', message: problem });
  });

function findScheduleProblem(expression: string): string | undefined {
  const advice =
    'give six fields: second minute hour day month weekday, such as "0 */5 * * * *" for every five minutes';
  if (expression.trim().split(/\s+/).length !== 6) return `"${expression}" is no NCRONTAB expression: ${advice}`;
  try {
    new Cron(expression, { paused: true }).stop();
    return undefined;
  } catch {
    return `"${expression}" is no NCRONTAB expression: ${advice}`;
  }
}

function queueName(purpose: string) {
  return z
    .string({ error: `is missing: name the Service Bus queue ${purpose}` })
    .regex(/^[A-Za-z0-9]([A-Za-z0-9._-]{0,258}[A-Za-z0-9])?$/, 'is not the name of a Service Bus queue');
}

function seconds(standard: number, least: number) {
  return z.coerce
    .number(`is not a number of seconds`)
    .min(least, `must be at least ${least} seconds`)
    .default(standard);
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
  WEBHOOK_URL: z
    .string()
    .refine(
      isWebhookUrl,
      'is no URL that Graph can call: give https, host and perhaps a path, such as https://contacts.contoso.com',
    )
    .optional(),
  KEY_VAULT_URL: z
    .string()
    .refine(isVaultUrl, 'is not the URL of a key vault, such as https://contoso-contacts.vault.azure.net')
    .optional(),
  CLIENT_STATE: z.string().max(128, 'must have at most 128 characters: Graph takes no more').optional(),
  CAPTURE_QUEUE: queueName('of captures'),
  SYNC_QUEUE: queueName('of mailboxes to sync'),
  PRIORITY_QUEUE: queueName('of mailboxes that someone waits for'),
  LEASE_SECONDS: seconds(180, 1),
  GRAPH_TIMEOUT_SECONDS: seconds(30, 0.1),
  GRAPH_GRACE_SECONDS: seconds(30, 0.1),
  LONGEST_WAIT_SECONDS: seconds(30, 0),
  MESSAGE_PATIENCE_SECONDS: seconds(3600, 1),
});

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

function isVaultUrl(text: string): boolean {
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
  const { lists, refusedLists, sourceReaders } = parseContactLists(filled.CONTACT_LISTS, appRoot, faults);
  if (parsed.success && !outlastsRequests(parsed.data)) {
    faults.push('LEASE_SECONDS must be more than GRAPH_TIMEOUT_SECONDS and GRAPH_GRACE_SECONDS together');
  }
  if (filled.WEBHOOK_URL && !filled.KEY_VAULT_URL && !filled.CLIENT_STATE) {
    faults.push(
      'WEBHOOK_URL needs a secret that tells notifications of Graph from forged ones: give KEY_VAULT_URL, or CLIENT_STATE on a machine without a key vault',
    );
  }
  if (!parsed.success || !tables || !serviceBus || faults.length > 0) throw new SettingsError(faults);
  const values = parsed.data;
  return {
    lists,
    refusedLists,
    sourceReaders,
    graph: { endpoint: new URL(values.GRAPH_ENDPOINT).origin, clientId: values.GRAPH_CLIENT_ID },
    tables,
    serviceBus,
    fullReconcileSchedule: values.FULL_RECONCILE_SCHEDULE,
    queues: { capture: values.CAPTURE_QUEUE, sync: values.SYNC_QUEUE, priority: values.PRIORITY_QUEUE },
    notifications: readNotificationSettings(values),
    timing: {
      leaseSeconds: values.LEASE_SECONDS,
      graphTimeoutSeconds: values.GRAPH_TIMEOUT_SECONDS,
      graphGraceSeconds: values.GRAPH_GRACE_SECONDS,
      longestWaitSeconds: values.LONGEST_WAIT_SECONDS,
      messagePatienceSeconds: values.MESSAGE_PATIENCE_SECONDS,
    },
  };
}

function outlastsRequests(values: z.infer<typeof environmentSchema>): boolean {
  return values.LEASE_SECONDS > values.GRAPH_TIMEOUT_SECONDS + values.GRAPH_GRACE_SECONDS;
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

type ParsedLists = Pick<Settings, 'lists' | 'refusedLists' | 'sourceReaders'>;

function parseContactLists(setting: string | undefined, appRoot: string, faults: string[]): ParsedLists {
  const none = { lists: [], refusedLists: [], sourceReaders: [] };
  const entries = readContactLists(setting, appRoot);
  if (typeof entries === 'string') {
    faults.push(`CONTACT_LISTS ${entries}`);
    return none;
  }
  const lists: ContactList[] = [];
  const refusedLists: RefusedList[] = [];
  for (const entry of entries) {
    const parsed = contactListSchema.safeParse(entry);
    if (parsed.success) lists.push(parsed.data);
    else refusedLists.push({ id: idOf(entry), faults: describeIssues(parsed.error) });
  }
  faults.push(...repeatedIds(entries));
  if (entries.length > mostLists)
    faults.push(`CONTACT_LISTS has ${entries.length} lists: at most ${mostLists} can be run`);
  const sourceReaders = entries.flatMap(entry => sourceReader.safeParse(entry).data ?? []);
  return refuseDoubles(refuseLoops({ lists, refusedLists, sourceReaders }));
}

/** Anything else may be lists that lost a bracket or were quoted twice: an error must not repeat the addresses in them. */
const looksLikePath = /^[\w .\\/:()-]{1,260}$/;
/** Windows editors put it before what they save. */
const byteOrderMark = /^\uFEFF/;

function readContactLists(setting: string | undefined, appRoot: string): unknown[] | string {
  if (!setting) return 'is missing: give the lists as JSON text, or the path of a JSON file below the app';
  const text = setting.trim();
  if (text.startsWith('[') || text.startsWith('{')) return parseJsonArray(text, 'is');
  if (!looksLikePath.test(text)) return 'is neither JSON (it would start with "[") nor the path of a JSON file';
  const path = resolve(appRoot, text);
  if (!path.startsWith(resolve(appRoot) + sep)) return `names the file "${text}", which is not below the app's folder`;
  let content: string;
  try {
    content = readFileSync(path, 'utf8');
  } catch {
    return `names the file "${text}", which cannot be read: give the path of a JSON file, from the app's folder on`;
  }
  return parseJsonArray(content.replace(byteOrderMark, ''), `names the file "${text}", which is`);
}

function parseJsonArray(text: string, subject: string): unknown[] | string {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : `${subject} not a JSON array: write [ {...}, {...} ]`;
  } catch (error) {
    const [position] = /at position \d+( \(.+\))?/.exec(String(error)) ?? [
      'look for a missing quote, comma or bracket',
    ];
    return `${subject} not valid JSON (${position})`;
  }
}

function idOf(entry: unknown): string | undefined {
  const parsed = z.object({ id: z.string() }).safeParse(entry);
  return parsed.success ? parsed.data.id : undefined;
}

function repeatedIds(entries: readonly unknown[]): string[] {
  const ids = entries.map(idOf).filter(id => id !== undefined);
  const repeated = new Set(ids.filter((id, index) => ids.indexOf(id) !== index));
  return [...repeated].map(id => `CONTACT_LISTS has two lists with the id "${id}": give each its own`);
}

function describeIssues(error: z.ZodError): string[] {
  return error.issues.map(issue =>
    issue.path.length > 0 ? `${issue.path.join('.')}: ${issue.message}` : issue.message,
  );
}

/**
 * A list that writes into a folder that any list reads would feed itself (design: Safeguards). Here for the mailboxes
 * that are named; a source mailbox that is a target through a group is found when the targets are resolved.
 */
function refuseLoops({ lists, refusedLists, sourceReaders }: ParsedLists): ParsedLists {
  const loops = new Map<string, string>();
  for (const list of lists) {
    const reader = sourceReaders.find(other => readsWhatIsWritten(other, list));
    if (reader) {
      const fault = `destination.folder: "${list.destination.folder}" is read by ${describeReader(reader)}`;
      loops.set(list.id, fault);
    }
  }
  return {
    lists: lists.filter(list => !loops.has(list.id)),
    refusedLists: [...refusedLists, ...[...loops].map(([id, fault]) => ({ id, faults: [fault] }))],
    sourceReaders,
  };
}

/**
 * A list that writes what another one writes into the same folder of the same mailbox would double everybody there. Here
 * for the mailboxes that both name; those that are targets through a group are found when the targets are resolved, and
 * skipped.
 */
function refuseDoubles({ lists, refusedLists, sourceReaders }: ParsedLists): ParsedLists {
  const accepted: ContactList[] = [];
  const doubles: RefusedList[] = [];
  for (const list of lists) {
    const other = accepted.find(earlier => writesTheSame(earlier, list));
    if (!other) accepted.push(list);
    else {
      const fault = `destination.folder: the list "${other.id}" writes the same source folder into "${list.destination.folder}" of a mailbox that both name`;
      doubles.push({ id: list.id, faults: [fault] });
    }
  }
  return { lists: accepted, refusedLists: [...refusedLists, ...doubles], sourceReaders };
}

function readsWhatIsWritten(reader: SourceReader, writer: ContactList): boolean {
  if (!readsFolder(reader, writer.destination.folder)) return false;
  return namesAsTarget(writer, reader.source.mailbox);
}

function writesTheSame(left: ContactList, right: ContactList): boolean {
  if (!writeIntoTheSame(left, right) || !readTheSame(left.source, right.source)) return false;
  return left.targets.mailboxes.some(mailbox => namesAsTarget(left, mailbox) && namesAsTarget(right, mailbox));
}

function namesAsTarget({ targets }: ContactList, mailbox: string): boolean {
  const names = (addresses: readonly string[]) =>
    addresses.some(address => address.toLowerCase() === mailbox.toLowerCase());
  return names(targets.mailboxes) && !names(targets.exclude.mailboxes);
}
