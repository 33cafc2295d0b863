import { findMappingDoubts } from '../domain/mapping.ts';
import type { Connections } from './connections.ts';
import type { ContactList } from './contactList.ts';
import { type LocalDestination, textsOf } from './destination.ts';
import type { SettingsNote } from './settingsNote.ts';
import { connectionOf, type SourceSettings } from './sourceSettings.ts';

/** What an admin should know of a list that is not refused. */
export function findListNotes(
  { id: list, destination, localDestination = destination, mapping, sources }: ContactList,
  connections: Connections,
): SettingsNote[] {
  const doubts = [
    ...(mayHoldMore(sources) ? [] : describeMapping(mapping)),
    ...categoriesOf(localDestination).flatMap(describeCategory),
  ];
  const places = [
    ...textsOf(localDestination.folder).flatMap(name => describeDefaultFolder('destination.folder', name)),
    ...sources.flatMap((source, index) =>
      describeSourceFolders(source, sources.length > 1 ? `sources.${index}` : 'source'),
    ),
  ];
  return [
    ...doubts.map(detail => ({ list, code: 'RefusedSoon' as const, detail })),
    ...places.map(detail => ({ list, code: 'DefaultFolder' as const, detail })),
    ...describeUntrusted(sources, connections).map(detail => ({ list, code: 'UntrustedCertificate' as const, detail })),
  ];
}

/** Whether lists may come with more entries than Exchange takes of them. */
function mayHoldMore(sources: readonly SourceSettings[]): boolean {
  return sources.some(({ kind }) => kind === 'csv' || kind === 'sql');
}

function describeSourceFolders(source: SourceSettings, setting: string): string[] {
  if (source.kind !== 'contactFolder') return [];
  return source.folders.flatMap((path, index) => describeDefaultFolder(`${setting}.folders.${index}`, path));
}

function describeUntrusted(sources: readonly SourceSettings[], { usable }: Connections): string[] {
  const names = new Set(sources.map(source => connectionOf(source)?.name ?? ''));
  return [...names].flatMap(name => {
    const connection = usable.get(name);
    if (connection?.kind !== 'exchangeServer' || !connection.allowUntrusted) return [];
    return [
      `The connection "${name}" has allowUntrusted: its server's certificate is not checked, and whoever stands in between reads the password and the contacts. Give the certificate of its authority as caSecret instead`,
    ];
  });
}

function describeMapping(mapping: ContactList['mapping']): string[] {
  return findMappingDoubts(mapping).map(({ field, problem }) => `mapping.${field}: ${problem}`);
}

function categoriesOf({ category }: LocalDestination): string[] {
  return category === null ? [] : textsOf(category);
}

function describeCategory(category: string): string[] {
  if (!/[,;]/.test(category)) return [];
  return [
    `destination.category: "${category}" holds a comma or a semicolon, by which Outlook separates categories: name another, or null for none`,
  ];
}

/** `contacts` is the well-known name of that folder, in any spelling; what users see depends on their language. */
function describeDefaultFolder(setting: string, path: string): string[] {
  const [first = '', ...others] = path.split('/').map(name => name.trim());
  if (first.toLowerCase() !== 'contacts') return [];
  const means = others.length > 0 ? 'begins at' : 'is';
  return [`${setting}: "${path}" ${means} the default Contacts folder of the mailbox, whatever it is called there`];
}
