import {
  type Audience,
  getsUnassigned,
  identityIn,
  type OwnersAmongTargets,
  withOwnersAmongTargets,
} from '../../domain/audience.ts';
import { memoise } from '../../memoise.ts';
import type { ProgressTable } from '../../store/progress.ts';

/** Who a mailbox is to a list's contacts, with what it takes to tell which of them have no owner among the targets. */
export interface Viewer {
  readonly audience: Audience;
  /** Undefined where the mailbox gets none of these. */
  readonly amongTargets?: OwnersAmongTargets | undefined;
}

/**
 * The viewer of an audience. What was read for one mailbox is kept for the others of the same audience; who changes
 * meanwhile is in the viewer's audience, so that the fan-out finds the mailbox behind.
 */
export function createViewerReader(progress: Pick<ProgressTable, 'readPages'>) {
  const kept = memoise<OwnersAmongTargets>({ max: 16, ttl: 300_000 });
  return async (listId: string, audience: Audience): Promise<Viewer> => {
    if (!getsUnassigned(audience)) return { audience };
    const read = () => readOwnersAmongTargets(listId, progress);
    const print = audience.split(',').find(part => part.startsWith('?'));
    const known = await kept(`${listId} ${print}`, read);
    // Others were among the targets when that was read: it says nothing of those whom the print stands for.
    const amongTargets = withOwnersAmongTargets(audience, known) === audience ? known : await read();
    return { audience: withOwnersAmongTargets(audience, amongTargets), amongTargets };
  };
}

export type ViewerReader = ReturnType<typeof createViewerReader>;

async function readOwnersAmongTargets(
  listId: string,
  progress: Pick<ProgressTable, 'readPages'>,
): Promise<OwnersAmongTargets> {
  const owners = new Set<string>();
  for await (const rows of progress.readPages(listId)) {
    const targets = rows.filter(({ wanted }) => wanted === 'target');
    for (const print of targets.flatMap(({ wantedAudience }) => identityIn(wantedAudience))) owners.add(print);
  }
  return owners;
}
