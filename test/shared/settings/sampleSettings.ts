import { parseSettings, type Settings, SettingsError } from '../../../shared/settings/settings.ts';

type Json = Readonly<Record<string, unknown>>;

/** A list with only what is required; `changes` go over it. */
export function listOf(changes: Json = {}): Json {
  return {
    id: 'staff',
    source: { mailbox: 'directory@contoso.com', folders: ['Staff'] },
    targets: { mailboxes: ['ada@contoso.com'] },
    destination: { folder: 'Company Contacts' },
    ...changes,
  };
}

export const goodEnvironment = {
  CONTACT_LISTS: JSON.stringify([listOf()]),
  SYNC_SCHEDULE: '0 */5 * * * *',
  CAPTURE_QUEUE: 'capture-list',
  SYNC_QUEUE: 'sync-mailbox',
  PRIORITY_QUEUE: 'sync-mailbox-now',
  TABLES_CONNECTION: 'UseDevelopmentStorage=true',
  ServiceBusConnection: 'Endpoint=sb://localhost;SharedAccessKeyName=a;SharedAccessKey=b',
};

export type Changes = Readonly<Record<string, string | undefined>>;

export function parse(changes: Changes = {}, appRoot = '/app'): Settings {
  return parseSettings({ ...goodEnvironment, ...changes }, appRoot);
}

export function parseLists(...lists: unknown[]): Settings {
  return parse({ CONTACT_LISTS: JSON.stringify(lists) });
}

/** The faults that stop the start. */
export function faultsOf(changes: Changes, appRoot?: string): readonly string[] {
  try {
    parse(changes, appRoot);
  } catch (error) {
    if (error instanceof SettingsError) return error.faults;
    throw error;
  }
  return [];
}
