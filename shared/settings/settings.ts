import { readFileSync } from 'node:fs';
import { resolve, sep } from 'node:path';
import { Cron } from 'croner';
import * as z from 'zod';
import { type ContactList, contactListSchema, readsFolder } from './contactList.ts';

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
  readonly graph: { readonly endpoint: string; readonly clientId: string | undefined };
  readonly tables: Connection;
  readonly serviceBus: Connection;
  /** Six-field NCRONTAB; weekly unless set. */
  readonly fullReconcileSchedule: string;
  readonly queues: { readonly capture: string; readonly sync: string; readonly priority: string };
  /** Seconds; for tests and for tenants that need other waits. */
  readonly timing: Timing;
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

const environmentSchema = z.object({
  SYNC_SCHEDULE: schedule,
  FULL_RECONCILE_SCHEDULE: schedule.default('0 0 3 * * 0'),
  GRAPH_ENDPOINT: z
    .string()
    .refine(isOrigin, 'is not an origin: give scheme and host alone, such as https://graph.microsoft.com')
    .default('https://graph.microsoft.com'),
  GRAPH_CLIENT_ID: z.string().optional(),
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
  const { lists, refusedLists } = parseContactLists(filled.CONTACT_LISTS, appRoot, faults);
  if (parsed.success && !outlastsRequests(parsed.data)) {
    faults.push('LEASE_SECONDS must be more than GRAPH_TIMEOUT_SECONDS and GRAPH_GRACE_SECONDS together');
  }
  if (!parsed.success || !tables || !serviceBus || faults.length > 0) throw new SettingsError(faults);
  const values = parsed.data;
  return {
    lists,
    refusedLists,
    graph: { endpoint: new URL(values.GRAPH_ENDPOINT).origin, clientId: values.GRAPH_CLIENT_ID },
    tables,
    serviceBus,
    fullReconcileSchedule: values.FULL_RECONCILE_SCHEDULE,
    queues: { capture: values.CAPTURE_QUEUE, sync: values.SYNC_QUEUE, priority: values.PRIORITY_QUEUE },
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

function parseContactLists(
  setting: string | undefined,
  appRoot: string,
  faults: string[],
): { lists: ContactList[]; refusedLists: RefusedList[] } {
  const none = { lists: [], refusedLists: [] };
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
  return refuseLoops(lists, refusedLists);
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
function refuseLoops(
  lists: readonly ContactList[],
  refused: readonly RefusedList[],
): { lists: ContactList[]; refusedLists: RefusedList[] } {
  const loops = new Map<string, string>();
  for (const list of lists) {
    const reader = lists.find(other => readsWhatIsWritten(other, list));
    if (reader)
      loops.set(list.id, `destination.folder: "${list.destination.folder}" is read by the list "${reader.id}"`);
  }
  return {
    lists: lists.filter(list => !loops.has(list.id)),
    refusedLists: [...refused, ...[...loops].map(([id, fault]) => ({ id, faults: [fault] }))],
  };
}

function readsWhatIsWritten(reader: ContactList, writer: ContactList): boolean {
  if (!readsFolder(reader, writer.destination.folder)) return false;
  const source = reader.source.mailbox.toLowerCase();
  const names = (addresses: readonly string[]) => addresses.some(address => address.toLowerCase() === source);
  return names(writer.targets.mailboxes) && !names(writer.targets.exclude.mailboxes);
}
