import type { Clock } from '../../ports/clock.ts';
import { type ConfiguredLists, sortLists } from '../../settings/configuredLists.ts';
import { type Definitions, printOf } from '../../store/definitions.ts';
import { type CodeSettings, resolveLists } from './resolveLists.ts';

/** Milliseconds after which a definition that another process stored is seen at the latest. */
const keptFor = 5000;

/** The lists as they are now: those of the settings, and those that are stored. */
export interface CurrentLists {
  /**
   * As they were read a few seconds ago at most; anew where one of these ids is unknown, which another process may have
   * stored a moment ago.
   */
  read(ids?: readonly string[]): Promise<ConfiguredLists>;
  /** The same, or the latest where the tables are out of reach: a connection test is to find that out. */
  readOrLatest(ids?: readonly string[]): Promise<ConfiguredLists>;
  /** As they were when they were read last; those of the settings before. */
  latest(): ConfiguredLists;
  /** What is read next is read anew. */
  forget(): void;
}

interface Reading {
  readonly at: number;
  /** Ids that it was made for: those that it lacks are gone, as of a list whose mailboxes are being cleaned up. */
  readonly askedFor: ReadonlySet<string>;
  readonly lists: Promise<ConfiguredLists>;
}

export function createCurrentLists(
  code: CodeSettings,
  definitions: Pick<Definitions, 'readAll'>,
  clock: Clock,
): CurrentLists {
  let latest = sortLists(code);
  let versions = '';
  let reading: Reading | undefined;
  return { read, readOrLatest: ids => read(ids).catch(() => latest), latest: () => latest, forget };

  async function read(ids: readonly string[] = []): Promise<ConfiguredLists> {
    const now = clock.now();
    const known = reading && now - reading.at < keptFor ? reading : readAnew(ids);
    const lists = await known.lists;
    const isMissing = (id: string) => !hasList(id, lists) && !known.askedFor.has(id);
    return ids.some(isMissing) ? readAnew([...known.askedFor, ...ids]).lists : lists;
  }

  function readAnew(ids: readonly string[]): Reading {
    const made = { at: clock.now(), askedFor: new Set(ids), lists: resolve() };
    made.lists.catch(forget);
    reading = made;
    return made;
  }

  /** Lists whose definitions are the same stay the same objects: what is compiled of them is kept by that. */
  async function resolve(): Promise<ConfiguredLists> {
    const stored = await definitions.readAll();
    const read = printOf(stored);
    if (read !== versions) {
      latest = resolveLists(code, stored);
      versions = read;
    }
    return latest;
  }

  function forget(): void {
    reading = undefined;
  }
}

function hasList(id: string, { configuredLists, refusedLists }: ConfiguredLists): boolean {
  return [...configuredLists, ...refusedLists].some(list => list.id === id);
}
