import { type Entry, kindOf, readsFolders, sourcesOf, textAt, textsAt } from './entry.ts';
import type { Step } from './faults.ts';

/** What has to be said before there is a list, and the step that asks for it. */
export interface Missing {
  readonly step: Step;
  readonly what: string;
}

export function missingOf(entry: Entry): Missing[] {
  const targets = [...textsAt(entry, ['targets', 'groups']), ...textsAt(entry, ['targets', 'mailboxes'])];
  return [
    ...(textAt(entry, ['id']) === '' ? [{ step: 'source', what: 'Give the list a name' } as const] : []),
    ...missingInSources(entry),
    ...(targets.length === 0 ? [{ step: 'targets', what: 'Name a group or a person who gets it' } as const] : []),
  ];
}

/** What nothing can be read without. */
export function missingInSources(entry: Entry): Missing[] {
  return sourcesOf(entry).flatMap(({ source }) => {
    const what = missingIn(source);
    return what === undefined ? [] : [{ step: 'source', what } as const];
  });
}

function missingIn(source: Entry): string | undefined {
  if (readsFolders(source)) return Array.isArray(source.folders) ? undefined : 'Tick the folders that it reads';
  switch (kindOf(source)) {
    case 'csv':
      return source.blob === undefined && source.url === undefined ? 'Send the file that it reads' : undefined;
    case 'sql':
      return source.query === undefined || source.key === undefined ? 'Write the query, and name its key' : undefined;
    default:
      return undefined;
  }
}
