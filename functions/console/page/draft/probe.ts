import { type Entry, readsFolders, sourcesOf, write } from './entry.ts';

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

/** As it can be tested before folders are ticked: a tree that cannot be read is why one tests. */
export function testedEntryOf(entry: Entry): Entry {
  const folders = ['contacts'];
  const withFolders = sourcesOf(entry)
    .filter(({ source }) => readsFolders(source) && source.folders === undefined)
    .reduce((tested, { path }) => write(tested, [...path, 'folders'], folders), entry);
  return probeOf(withFolders);
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
