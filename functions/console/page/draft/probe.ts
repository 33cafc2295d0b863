import type { Entry } from './entry.ts';

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

/** A list that reads one source alone, for what there is to pick from there. */
export function probeOfSource(id: string, { where: _, folders: __, name: ___, ...source }: Entry): Entry {
  return {
    id: id || 'not-yet-named',
    source: { ...source, folders: ['Not yet named'] },
    targets: nobody,
    destination: { folder: 'Not yet named' },
  };
}
