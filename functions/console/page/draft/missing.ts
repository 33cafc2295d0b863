import { type Entry, kindOf, type Path, read, readsFolders, sourcesOf, textAt, textsAt } from './entry.ts';
import { type Step, stepFor } from './faults.ts';
import { faultsInNumbers } from './numbers.ts';
import type { Unfinished } from './unfinished.ts';

/** What has to be said before there is a list, and the step that asks for it. */
export interface Missing {
  readonly step: Step;
  readonly what: string;
}

interface Stated {
  readonly entry: Entry;
  /** By the path of the setting that it is for. */
  readonly unfinished: Readonly<Record<string, Unfinished>>;
}

export function missingOf({ entry, unfinished }: Stated): Missing[] {
  const begun = Object.entries(unfinished).map(([path, { what }]) => ({ step: stepFor({ path, message: '' }), what }));
  return [
    ...missingInName(entry),
    ...missingInSources(entry),
    ...(namesSomebody(entry, ['targets'])
      ? []
      : [{ step: 'targets', what: 'Name a group or a person who gets it' } as const]),
    ...(read(entry, ['destination', 'folder']) === undefined
      ? [{ step: 'destination', what: 'Name the folder that each mailbox gets' } as const]
      : []),
    ...missingInRules(entry),
    ...missingInRings(entry),
    ...faultsInNumbers(entry).map(fault => ({ step: stepFor(fault), what: `Mend ${fault.path}: it ${fault.message}` })),
    ...begun,
  ];
}

/**
 * Stored under another id, it would take the place of the list that has that one.
 *
 * @param id of the list as it is stored
 */
export function missingInId(entry: Entry, id: string): Missing[] {
  if (textAt(entry, ['id']) === id) return [];
  return [{ step: 'all', what: `Set the id to “${id}” again: a list keeps its id for ever` }];
}

function missingInName(entry: Entry): Missing[] {
  if (textAt(entry, ['id']) !== '') return [];
  const what = textAt(entry, ['name']) === '' ? 'Give the list a name' : 'Give the list an id: its name makes none';
  return [{ step: 'source', what }];
}

function missingInRules(entry: Entry): Missing[] {
  const rules = Array.isArray(entry.visibility) ? entry.visibility : [];
  const ofOwners = read(entry, ['owners', 'from', 'category']) === '';
  return [
    ...rules.flatMap((_rule, index) =>
      namesSomebody(entry, ['visibility', index, 'to'])
        ? []
        : [{ step: 'rules', what: `Say for whom the contacts of rule ${index + 1} are` } as const],
    ),
    ...(ofOwners ? [{ step: 'rules', what: 'Say what the categories that name somebody begin with' } as const] : []),
  ];
}

function missingInRings(entry: Entry): Missing[] {
  const rings = read(entry, ['rollout', 'rings']);
  if (!Array.isArray(rings)) return [];
  return rings.flatMap((ring: Entry, index) =>
    namesSomebody(ring, []) || ring.share !== undefined
      ? []
      : [{ step: 'policies', what: `Say who is in ring ${index + 1}` } as const],
  );
}

function namesSomebody(entry: Entry, path: Path): boolean {
  return ['groups', 'mailboxes'].some(kind => textsAt(entry, [...path, kind]).length > 0);
}

/** What nothing can be read without. */
export function missingInSources(entry: Entry): Missing[] {
  return sourcesOf(entry).flatMap(({ source }) => {
    const what = missingIn(source);
    return what === undefined ? [] : [{ step: 'source', what } as const];
  });
}

function missingInFolders(source: Entry): string | undefined {
  if (textAt(source, ['mailbox']) === '') return 'Choose the mailbox that it reads';
  return Array.isArray(source.folders) ? undefined : 'Tick the folders that it reads';
}

function missingIn(source: Entry): string | undefined {
  const needsConnection = 'connection' in source || ['sql', 'exchangeServer'].includes(kindOf(source));
  if (needsConnection && textAt(source, ['connection']) === '') return 'Choose the connection that it reads by';
  if (readsFolders(source)) return missingInFolders(source);
  switch (kindOf(source)) {
    case 'csv':
      return source.blob === undefined && source.url === undefined ? 'Send the file that it reads' : undefined;
    case 'sql':
      return source.query === undefined || source.key === undefined ? 'Write the query, and name its key' : undefined;
    default:
      return undefined;
  }
}
