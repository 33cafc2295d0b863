import * as z from 'zod';
import { type Condition, fieldsOfCondition, meets } from '../domain/condition.ts';
import { type Contact, isExtendedField } from '../domain/contact.ts';
import { fingerprint } from '../domain/fingerprint.ts';
import { entriesPlaced, sourceFieldsOf } from '../domain/mapping.ts';
import { fieldsOfOwners } from '../domain/owners.ts';
import type { ReadContact } from '../domain/sourceChanges.ts';
import type { ExtendedProperty } from '../ports/contactMailbox.ts';
import {
  type ContactSource,
  type Reading,
  SourceFailure,
  type SourceNeeds,
  type SourceProblem,
} from '../ports/contactSource.ts';
import type { PhotoQuestion, PhotoReading } from '../ports/photos.ts';
import type { ContactList } from '../settings/contactList.ts';
import type { SourceSettings } from '../settings/sourceSettings.ts';
import { identityOf, openContactSource, type SourceAdapters } from './index.ts';
import { namesOfSources, type SourceNames } from './sourceNames.ts';

type ListSources = Pick<ContactList, 'sources'> &
  Partial<Pick<ContactList, 'where' | 'match' | 'mapping' | 'visibility' | 'owners' | 'privateContacts' | 'photos'>> &
  Pick<SourceNeeds, 'findsPrivate'>;

/**
 * What names a list's sources: another name means reading from the start. The same as of its one source where it is all
 * that the list says.
 */
export function identityOfSources({ sources, where, match, photos }: ListSources): string {
  const [only] = sources;
  if (only && sources.length === 1 && !where && !only.where && !photos) return identityOf(only);
  return fingerprint({
    sources: sources.map(each => [each.name, identityOf(each), each.where]),
    where,
    match,
    ...(photos && { photos }),
  });
}

/**
 * The sources of a list as one. Ids and scopes of each begin with its name, where the list has several; a contact that
 * does not meet the conditions is not there. A source that cannot be read holds up no other: nothing of it is gone.
 */
export function openListSources(list: ListSources, names: SourceNames, adapters: SourceAdapters): ContactSource {
  const prefixes = namesOfSources(list, names).map(({ prefix }) => prefix);
  const parts = list.sources.map((settings, index) => {
    const source = openContactSource(settings, adapters, needsOf(list, settings));
    return { settings, source: named(choosing(source, conditionsOf(list, settings)), prefixes[index] ?? '') };
  });
  const [first] = parts;
  if (first && parts.length === 1) return first.source;
  return {
    calls: () => parts.flatMap(({ source }) => source.calls()),
    read: (cursor, beginWhole) => readAll(parts, cursor, beginWhole),
    async readStanding(scopeId, ids) {
      const part = parts[indexOfScope(scopeId, prefixes)];
      return part ? part.source.readStanding(scopeId, ids) : new Map();
    },
    readPhotos: questions => readAllPhotos(parts, prefixes, questions),
  };
}

/** Which of the sources a scope is of: the one whose prefix it has, else the one that has none. */
export function indexOfScope(scopeId: string, prefixes: readonly string[]): number {
  const index = prefixes.findIndex(prefix => prefix !== '' && scopeId.startsWith(prefix));
  return index === -1 ? prefixes.indexOf('') : index;
}

interface Part {
  readonly settings: SourceSettings;
  readonly source: ContactSource;
}

async function readAll(parts: readonly Part[], cursor: string | undefined, beginWhole?: () => void): Promise<Reading> {
  const cursors = cursorsIn(cursor);
  const readings = await Promise.all(
    parts.map(async ({ settings: { name = '' }, source }, index) => ({
      name,
      index,
      ...(await readOrFail(source, cursors[name], beginWhole)),
    })),
  );
  const problems = readings.flatMap(({ name, index, reading, failure }) =>
    (reading ?? failure).problems.map(problem => inSource(name, index, problem)),
  );
  if (readings.every(({ reading }) => !reading)) throw new SourceFailure(problems);
  const notes = readings.flatMap(({ name, index, reading }) =>
    (reading?.notes ?? []).map(note => inSource(name, index, note)),
  );
  const next = readings.flatMap(({ name, reading }) => {
    const where = reading?.cursor ?? cursors[name];
    return where === undefined ? [] : [[name, where] as const];
  });
  return {
    scopes: readings.flatMap(({ reading }) => reading?.scopes ?? []),
    cursor: JSON.stringify(Object.fromEntries(next)),
    problems,
    privateIds: readings.flatMap(({ reading }) => reading?.privateIds ?? []),
    notes,
    partsMissing: readings.some(({ reading }) => reading?.partsMissing ?? true),
  };
}

async function readAllPhotos(
  parts: readonly Part[],
  prefixes: readonly string[],
  questions: readonly PhotoQuestion[],
): Promise<PhotoReading[]> {
  const bySource = Map.groupBy(questions, ({ id }) => indexOfScope(id, prefixes));
  const found = new Map<string, PhotoReading>();
  for (const [index, own] of bySource) {
    const readings = (await parts[index]?.source.readPhotos?.(own)) ?? [];
    for (const [position, { id }] of own.entries()) found.set(id, readings[position] ?? { kind: 'unread' });
  }
  return questions.map(({ id }) => found.get(id) ?? { kind: 'unread' });
}

const cursorsByName = z.record(z.string(), z.string());

/** By the names of the sources; one that cannot be read means reading each from the start. */
export function cursorsIn(cursor: string | undefined): Readonly<Record<string, string>> {
  if (cursor === undefined) return {};
  try {
    return cursorsByName.parse(JSON.parse(cursor));
  } catch {
    return {};
  }
}

type Outcome =
  | { readonly reading: Reading; readonly failure?: undefined }
  | { readonly reading?: undefined; readonly failure: SourceFailure };

async function readOrFail(
  source: ContactSource,
  cursor: string | undefined,
  beginWhole?: () => void,
): Promise<Outcome> {
  try {
    return { reading: await source.read(cursor, beginWhole) };
  } catch (error) {
    if (error instanceof SourceFailure) return { failure: error };
    throw error;
  }
}

/** A source speaks of itself as if it were the only one. */
function inSource(name: string, index: number, { code, detail, setting }: SourceProblem): SourceProblem {
  const here = (text: string) => text.replaceAll(/\bsource\./g, `sources[${index}].`);
  return {
    code,
    detail: `Source "${name}": ${here(detail)}`,
    ...(setting && { setting: { ...setting, path: here(setting.path) } }),
  };
}

/** What the list's mapping, conditions or rules read. */
function needsOf(list: ListSources, settings: SourceSettings): SourceNeeds {
  const { mapping = {}, visibility = [], owners, privateContacts, findsPrivate = false } = list;
  const conditions = [...conditionsOf(list, settings), ...visibility.map(({ when }) => when)];
  const fields = [...sourceFieldsOf(mapping), ...conditions.flatMap(fieldsOfCondition), ...fieldsOfOwners(owners)];
  const extended: ExtendedProperty[] = [...new Set(fields.filter(isExtendedField))].sort();
  if (privateContacts === 'hide') extended.push('sensitivity');
  return { extended, findsPrivate, entries: entriesPlaced(mapping) };
}

function conditionsOf({ where }: ListSources, settings: SourceSettings): readonly Condition[] {
  return [where, settings.where].filter(condition => condition !== undefined);
}

function choosing(source: ContactSource, conditions: readonly Condition[]): ContactSource {
  if (conditions.length === 0) return source;
  const choose = (row: ReadContact): ReadContact => {
    const { contact } = row;
    return contact && !conditions.every(each => meets(contact, each)) ? { id: row.id, contact: null } : row;
  };
  return {
    calls: source.calls,
    async read(cursor, beginWhole) {
      const { scopes, ...rest } = await source.read(cursor, beginWhole);
      return { ...rest, scopes: scopes.map(scope => ({ ...scope, contacts: scope.contacts.map(choose) })) };
    },
    async readStanding(scopeId, ids) {
      const standing = await source.readStanding(scopeId, ids);
      const mayMeet = (contact: Contact | undefined) => !contact || conditions.every(each => meets(contact, each));
      return new Map([...standing].filter(([, contact]) => mayMeet(contact)));
    },
    ...(source.readPhotos && { readPhotos: source.readPhotos }),
  };
}

function named(source: ContactSource, prefix: string): ContactSource {
  if (prefix === '') return source;
  const withPrefix = (id: string) => `${prefix}${id}`;
  const without = (id: string) => id.slice(prefix.length);
  const { readPhotos } = source;
  return {
    calls: source.calls,
    async read(cursor, beginWhole) {
      const { scopes, privateIds, ...rest } = await source.read(cursor, beginWhole);
      return {
        ...rest,
        ...(privateIds && { privateIds: privateIds.map(withPrefix) }),
        scopes: scopes.map(scope => ({
          ...scope,
          folderId: withPrefix(scope.folderId),
          contacts: scope.contacts.map(row => ({ ...row, id: withPrefix(row.id) })),
        })),
      };
    },
    async readStanding(scopeId, ids) {
      const standing = await source.readStanding(without(scopeId), ids.map(without));
      return new Map([...standing].map(([id, contact]) => [withPrefix(id), contact]));
    },
    ...(readPhotos && {
      readPhotos: questions => readPhotos(questions.map(({ id, etag }) => ({ id: without(id), etag }))),
    }),
  };
}
