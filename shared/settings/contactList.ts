import * as z from 'zod';
import { ruleId } from '../domain/audience.ts';
import { choicePolicies } from '../domain/choice.ts';
import { existing } from '../domain/existingContacts.ts';
import { fingerprint } from '../domain/fingerprint.ts';
import { compileMapping, findDefaultFaults, findMappingFaults, type Mapping } from '../domain/mapping.ts';
import { ownersColumn } from '../domain/owners.ts';
import { isPhoneRegion, phoneFormats } from '../domain/phone.ts';
import { userEdits } from '../domain/userEdits.ts';
import { conditionSettings } from './condition.ts';
import { destinationIn, destinationSettings, isByLanguage, textsOf, undetermined } from './destination.ts';
import { isSameFolder } from './folderPath.ts';
import { groupAddress, mailboxAddress } from './mailboxAddress.ts';
import { ownersSettings } from './owners.ts';
import type { Place } from './place.ts';
import { rolloutSettings } from './rollout.ts';
import { placesOf, type SourceSettings, sourceSettings } from './sourceSettings.ts';
import { strictObject } from './strictObject.ts';
import { visibilitySettings } from './visibility.ts';

const mappingRule = z.union([z.string(), z.null(), strictObject({ template: z.string().min(1) })], {
  error: 'is a field of the source, {"template": "..."} or null',
});

const mapping = z.record(z.string(), mappingRule).superRefine((rules, context) => {
  for (const fault of findMappingFaults(rules)) {
    context.addIssue({ code: 'custom', path: [fault.field], message: fault.problem });
  }
});

const noRegion = 'is no region: give two capital letters, such as "DE"';
const phones = strictObject({
  format: z.enum(phoneFormats).default('keep'),
  region: z.string().length(2, { error: noRegion, abort: true }).refine(isPhoneRegion, noRegion).optional(),
});

const targets = strictObject({
  mailboxes: z.array(mailboxAddress).default([]),
  groups: z.array(groupAddress).default([]),
  exclude: strictObject({
    mailboxes: z.array(mailboxAddress).default([]),
    groups: z.array(groupAddress).default([]),
  }).default({ mailboxes: [], groups: [] }),
  includeDisabled: z.boolean().default(false),
}).refine(({ mailboxes, groups }) => mailboxes.length + groups.length > 0, 'name at least one mailbox or group');

/** The id of a list: part of row keys, routes and of the stamp on each contact, which holds 255 characters. */
export const listId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,31}$/, 'an id is 1 to 32 of a-z, 0-9 and "-", and starts with a letter or digit');

/** Of one installation. A mailbox has a message for all of its lists, which are looked up side by side. */
export const mostLists = 1000;

const mostSources = 20;
const sources = z
  .array(sourceSettings)
  .min(1, 'name at least one source')
  .max(mostSources, `a list reads at most ${mostSources} sources`)
  .superRefine((all, context) => {
    for (const [index, { name }] of all.entries()) {
      const message = all.length > 1 ? findNameFault(name, all.slice(0, index)) : undefined;
      if (message !== undefined) context.addIssue({ code: 'custom', path: [index, 'name'], message });
    }
  });

/** What a list reads, be it paused or refused for another fault; without an id where that is the fault. */
export const sourceReader = z
  .object({
    id: listId.optional().catch(undefined),
    source: sourceSettings.optional(),
    sources: sources.optional(),
    where: conditionSettings.optional(),
    match: z.literal('email').optional(),
  })
  .refine(({ source, sources }) => source !== undefined || sources !== undefined)
  .transform(({ source, sources = [], ...list }) => ({ ...list, sources: source ? [source] : sources }));
export type SourceReader = z.infer<typeof sourceReader>;

/** What of a list says how contacts are written, and where. */
export const writingSettings = {
  destination: destinationSettings,
  mapping: mapping.default({}),
  defaults: z
    .record(z.string(), z.union([z.string().trim().min(1), z.array(z.string().trim().min(1)).min(1)]))
    .optional(),
  phones: phones.optional(),
  existing: z.enum(existing).default('leave'),
  removals: z.enum(['delete', 'deleteForGood', 'keep']).default('delete'),
};

/** One entry of `CONTACT_LISTS`. */
export const contactListSchema = strictObject({
  id: listId,
  name: z.string().trim().min(1).optional(),
  enabled: z.boolean().default(true),
  source: sourceSettings.optional(),
  sources: sources.optional(),
  where: conditionSettings.optional(),
  match: z.literal('email').optional(),
  visibility: visibilitySettings.optional(),
  owners: ownersSettings.optional(),
  privateContacts: z.enum(['hide', 'share']).optional(),
  targets,
  choice: z.enum(choicePolicies).default('none'),
  operators: z.array(groupAddress).optional(),
  ...writingSettings,
  photos: z.boolean().default(false),
  userEdits: z.enum(userEdits).default('keep'),
  whenTargetLeaves: z.enum(['cleanUp', 'leave']).default('cleanUp'),
  takeOver: z
    .string()
    .trim()
    .regex(
      /^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/,
      'is the id of another installation, as the problem OtherInstallation names it',
    )
    .optional(),
  safeguards: strictObject({
    maxRemovalShare: z.number().min(0).max(1).default(0.2),
    maxRemovals: z.number().int().min(0).default(10),
  }).default({ maxRemovalShare: 0.2, maxRemovals: 10 }),
  rollout: rolloutSettings.optional(),
})
  .superRefine((list, context) => {
    const fault = findSourceFault(list);
    if (fault) context.addIssue({ code: 'custom', ...fault });
  })
  .transform(({ destination, source, sources = [], ...list }) => ({
    ...list,
    /** In order of precedence. */
    sources: source ? [source] : sources,
    name: list.name ?? list.id,
    /** In no language: `listIn` says what it is for a mailbox. */
    destination: destinationIn(destination, undetermined),
    ...(isByLanguage(destination) && { localDestination: destination }),
  }))
  .superRefine((list, context) => {
    for (const { field, problem } of findDefaultFaults(list.defaults ?? {}, list.mapping)) {
      context.addIssue({ code: 'custom', path: ['defaults', field], message: problem });
    }
  })
  .refine(({ owners, sources }) => owners?.from !== ownersColumn || sources.some(fillsOwners), {
    path: ['owners', 'from'],
    message:
      '"owners" is filled by a column, which no source names: give one "columns": {"owners": "Account manager"}, or name another field here, or {"category": "Owner: "}',
  })
  .refine(({ photos, sources }) => !photos || sources.some(hasPhotos), {
    path: ['photos'],
    message: 'no source of the list has photos: a source of the kind contactFolder or directory has',
  })
  .refine(list => !(list.mapping.categories === null && list.destination.category !== null), {
    path: ['mapping', 'categories'],
    message:
      '"categories" cannot be left alone while a category is put on each contact: set destination.category to null',
  });

export type ContactList = z.infer<typeof contactListSchema>;

/** What of a list matters to its mailboxes once its source has been read. */
export type SyncedList = Pick<ContactList, 'id' | 'destination' | 'mapping' | 'removals' | 'userEdits' | 'takeOver'> &
  Partial<
    Pick<
      ContactList,
      | 'phones'
      | 'defaults'
      | 'sources'
      | 'existing'
      | 'visibility'
      | 'owners'
      | 'localDestination'
      | 'photos'
      | 'rollout'
    >
  >;

function fillsOwners(source: SourceSettings): boolean {
  return (source.kind === 'csv' || source.kind === 'sql') && typeof source.columns[ownersColumn] === 'string';
}

function hasPhotos({ kind }: SourceSettings): boolean {
  return kind === 'contactFolder' || kind === 'directory';
}

/** Whether a person is left out of their own list: the directory alone knows whose mailbox is whose contact. */
export function hidesSelf({ sources = [] }: Pick<SyncedList, 'sources'>): boolean {
  return isOfDirectory(sources) && !showsSelf(sources);
}

function isOfDirectory(sources: readonly SourceSettings[]): boolean {
  return sources.some(({ kind }) => kind === 'directory');
}

function showsSelf(sources: readonly SourceSettings[]): boolean {
  return sources.some(source => source.kind === 'directory' && source.includeSelf);
}

/** Changes with everything that decides what a target contact looks like and where it lies. */
export function settingsFingerprint(list: SyncedList): string {
  const { mapping, destination, removals, phones, defaults, sources = [] } = list;
  const { existing = 'leave', visibility = [], owners, localDestination, photos } = list;
  return fingerprint({
    mapping,
    // The same for all mailboxes.
    destination: localDestination ?? destination,
    removals,
    ...(phones && { phones }),
    ...(defaults && { defaults }),
    ...(existing !== 'leave' && { existing }),
    ...(photos && { photos }),
    ...(showsSelf(sources) && { includeSelf: true }),
    // Whom a rule is for is part of each mailbox's audience, so that a change of that concerns those mailboxes alone.
    ...(visibility.length > 0 && { visibility: visibility.map(ruleId).sort() }),
    ...(owners && { owners: { from: owners.from, ownersOnly: owners.ownersOnly } }),
  });
}

/** Of each list as it is in a language, since what is compiled of one is kept by it. */
const localLists = new WeakMap<SyncedList, Map<string, SyncedList>>();

/** The list with its destination as it is in a language. */
export function listIn<List extends SyncedList>(list: List, language: string): List {
  const { localDestination } = list;
  if (!localDestination) return list;
  const destination = destinationIn(localDestination, language);
  const known = localLists.get(list) ?? new Map<string, SyncedList>();
  localLists.set(list, known);
  const key = JSON.stringify([destination.folder, destination.category]);
  const local = (known.get(key) as List | undefined) ?? { ...list, destination };
  known.set(key, local);
  return local;
}

/** What the list's folder is called in target mailboxes, in every language. */
export function folderNamesIn({
  destination,
  localDestination,
}: Pick<SyncedList, 'destination' | 'localDestination'>): string[] {
  return textsOf((localDestination ?? destination).folder);
}

export function compileListMapping({ mapping, destination, phones, defaults }: SyncedList): Mapping {
  return compileMapping(mapping, destination.category, { phones, defaults });
}

/** What a list reads in the app's own tenant: no list writes into another, whatever its mailboxes are called. */
export function placesInOwnTenant(reader: SourceReader): Place[] {
  return placesReadBy(reader).filter(({ connection }) => connection === undefined);
}

/** The contact folders in Exchange Online that a list reads. */
export function placesReadBy({ sources }: Pick<SourceReader, 'sources'>): Place[] {
  return sources.flatMap(placesOf);
}

/** Whether two lists put their contacts into one folder of a mailbox that has both, be it in one language. */
export function writeIntoTheSame(
  left: Pick<ContactList, 'destination' | 'localDestination'>,
  right: Pick<ContactList, 'destination' | 'localDestination'>,
): boolean {
  const others = folderNamesIn(right);
  return folderNamesIn(left).some(name => others.some(other => isSameFolder([name], [other])));
}

/** Whether two lists read the same folder, as far as their settings tell. */
export function readTheSame(left: Pick<ContactList, 'sources'>, right: Pick<ContactList, 'sources'>): boolean {
  const others = placesReadBy(right);
  return placesReadBy(left).some(place =>
    others.some(
      other =>
        place.connection === other.connection &&
        place.mailbox.toLowerCase() === other.mailbox.toLowerCase() &&
        isSameFolder(place.folder, other.folder),
    ),
  );
}

/** For an admin. */
export function describeReader({ id }: SourceReader): string {
  return id === undefined ? 'a list that is refused' : `the list "${id}"`;
}

/** Of several sources each has a name of its own, which its contacts' keys begin with. */
function findNameFault(name: string | undefined, earlier: readonly SourceSettings[]): string | undefined {
  if (name === undefined) return 'is missing: each of several sources has its name';
  return earlier.some(other => other.name === name) ? `two sources have the name "${name}"` : undefined;
}

interface SourceFault {
  readonly path: string[];
  readonly message: string;
}

function findSourceFault({
  source,
  sources,
  match,
}: {
  readonly source?: SourceSettings | undefined;
  readonly sources?: readonly SourceSettings[] | undefined;
  readonly match?: string | undefined;
}): SourceFault | undefined {
  if (source && sources) return { path: ['sources'], message: 'stands beside "source": name either one or several' };
  if (!source && !sources) return { path: ['source'], message: 'is missing' };
  if (match && (sources ?? []).length < 2) return { path: ['match'], message: 'joins contacts of several sources' };
  return undefined;
}
