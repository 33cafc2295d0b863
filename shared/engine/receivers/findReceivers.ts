import type { SkipReason } from '../../domain/reason.ts';
import type { ContactMailbox } from '../../ports/contactMailbox.ts';
import type { Directory } from '../../ports/directory.ts';
import type { ContactList } from '../../settings/contactList.ts';
import type { Problem } from '../../store/progress.ts';
import type { Services } from '../services.ts';
import { type Receivers, type ResolvedTargets, resolveTargets } from './resolveTargets.ts';
import { findTakenMailboxes } from './sharedFolders.ts';
import { findLoop } from './sourceLoops.ts';

export interface FindReceiversServices
  extends Pick<Services, 'configuredLists' | 'openListPartition' | 'choices' | 'sourceReaders'> {
  readonly openMailbox: (mailboxId: string) => Pick<ContactMailbox, 'findFolder'>;
}

/**
 * The targets of a list, less the mailboxes in which it would double what another list writes. A loop, if there is one,
 * refuses the list as a whole.
 *
 * @throws GraphFailure when a source's address has to be looked up and the directory does not answer
 */
export async function findReceivers(
  list: ContactList,
  directory: Directory,
  now: number,
  services: FindReceiversServices,
): Promise<{ targets: ResolvedTargets; loop: Problem | undefined }> {
  const { openListPartition, choices, sourceReaders, openMailbox } = services;
  const targets = await resolveTargets(list, directory, { partition: openListPartition(list.id), choices }, now);
  const loop = await findLoop(list, targets.mailboxes, sourceReaders, openListPartition, directory, openMailbox);
  // Who receives the list receives it all the more when fewer are excluded.
  const taken = await findTakenMailboxes(list, targets.released.mailboxes, directory, now, services);
  if (taken.size === 0) return { targets, loop };
  return { targets: { ...skipTaken(targets, taken), released: skipTaken(targets.released, taken) }, loop };
}

function skipTaken<Some extends Receivers>(receivers: Some, taken: ReadonlyMap<string, string>): Some {
  const here = [...taken].filter(([id]) => receivers.mailboxes.has(id));
  const reasons = here.map(([id, list]): [string, SkipReason] => [id, { kind: 'folderOfAnotherList', list }]);
  return {
    ...receivers,
    mailboxes: new Set([...receivers.mailboxes].filter(id => !taken.has(id))),
    skipped: new Map([...receivers.skipped, ...reasons]),
  };
}
