import { type Restriction, type Sight, sightOf } from '../../domain/audience.ts';
import type { WantedChange } from '../../domain/plan.ts';
import type { Viewer } from './ownersAmongTargets.ts';
import type { Wanted, WantedReader } from './wantedContacts.ts';

/**
 * What is read for all mailboxes, as those of one audience see it. Readings are kept and shared as they are for
 * everybody, and narrowed anew for each mailbox, so that none can get what was read for another.
 */
export function withinAudience(reader: WantedReader, viewer: Viewer): WantedReader {
  const see = sightOf(viewer.audience, viewer.amongTargets);
  return {
    mappingOf: list => reader.mappingOf(list),
    readWanted: async (list, start, goal) => narrow(await reader.readWanted(list, start, goal), viewer),
    async readContacts(list, sourceKeys, goal) {
      const changes = await reader.readContacts(list, sourceKeys, goal);
      return changes.map(change => asSeen(change, see));
    },
  };
}

/** What the mailbox did not see before, its ledger does not know. */
export function narrow(wanted: Wanted, { audience, amongTargets }: Viewer): Wanted {
  const { changes, known, restrictedBefore } = wanted;
  const see = sightOf(audience, amongTargets);
  const isSeen = (restriction: Restriction | undefined) => !restriction || see(restriction) === 'visible';
  return {
    ...wanted,
    changes: changes.map(change => asSeen(change, see)),
    known: restrictedBefore.size === 0 ? known : new Set([...known].filter(key => isSeen(restrictedBefore.get(key)))),
  };
}

function asSeen(change: WantedChange, see: (restriction: Restriction) => Sight): WantedChange {
  const sights = change.restrictions?.map(see) ?? [];
  const sight = sights.find(each => each === 'hidden') ?? sights.find(each => each === 'undecided');
  return sight ? { ...change, sight } : change;
}
