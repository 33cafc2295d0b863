import { type Entry, kindOf, type Path, read, readsFolders, sourcesOf, write } from './entry.ts';

const nobody = { mailboxes: ['nobody@invalid.example'] };

/** The entry as it can be tried while some of it is still to be said: nothing of what stands in for that is shown. */
export function probeOf(entry: Entry): Entry {
  const { id, targets, destination, name: _, ...rest } = entry;
  const { folder = 'Not yet named' } = (destination ?? {}) as Entry;
  return {
    ...rest,
    id: id || 'not-yet-named',
    targets: targets ?? nobody,
    destination: { ...(destination as Entry | undefined), folder },
  };
}

/** Any database answers it. */
const anyQuery = { query: `SELECT 1 AS id, 'x' AS display_name`, key: 'id' };

/** As it can be tested before folders are ticked or a query is written: a source that cannot be read is why one tests. */
export function testedEntryOf(entry: Entry): Entry {
  const tested = sourcesOf(entry).reduce((whole, { path, source }) => {
    if (isWithoutFolders(source)) return write(whole, [...path, 'folders'], ['contacts']);
    return isWithoutQuery(source) ? write(whole, path, { ...source, ...anyQuery }) : whole;
  }, entry);
  return probeOf(tested);
}

/** Whether a step of the test is about what stands in, which nobody asked for. */
export function isOfStandIn(step: string, entry: Entry): boolean {
  const sources = sourcesOf(entry).map(({ source }) => source);
  if (entry.targets === undefined && /^(target|write permission|group)/.test(step)) return true;
  if (sources.some(isWithoutFolders) && /^(source folder|delta query|contacts of) "contacts"/.test(step)) return true;
  return sources.some(isWithoutQuery) && step.startsWith('query of');
}

function isWithoutFolders(source: Entry): boolean {
  return readsFolders(source) && source.folders === undefined;
}

function isWithoutQuery(source: Entry): boolean {
  return kindOf(source) === 'sql' && (source.query === undefined || source.key === undefined);
}

/** As its first rows can be read before its key is chosen of their columns. */
export function probeOfQuery(entry: Entry, path: Path): Entry {
  const key = [...path, 'key'];
  return probeOf(read(entry, key) === undefined ? write(entry, key, anyQuery.key) : entry);
}

/** A list that reads one source alone, for what there is to pick from there. */
export function probeOfSource(id: string, { where: _, folders: __, name: ___, ...source }: Entry): Entry {
  return {
    id: id || 'not-yet-named',
    source: { ...source, folders: ['Not yet named'] },
    targets: nobody,
    destination: { folder: 'Not yet named' },
  };
}
