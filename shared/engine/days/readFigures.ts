import type { DayStanding } from '../../domain/dayFigures.ts';
import { countMailboxes } from '../../domain/mailboxTally.ts';
import { DamagedRow } from '../../store/damagedRow.ts';
import type { Days } from '../../store/totals.ts';
import type { Services } from '../services.ts';

export type FigureServices = Pick<Services, 'progress' | 'openListPartition' | 'clock'>;

export interface CountedList {
  readonly id: string;
  /** The fingerprint that its mailboxes are to be in line with; undefined where only the position counts. */
  readonly settings: string | undefined;
}

/** What the rows of a list tell right now. */
interface Figures {
  /** Undefined of a list that was never captured or has no mailboxes, and where nobody has counted yet. */
  readonly standing: DayStanding | undefined;
  readonly days: Days;
}

/** Two requests, whatever the number of mailboxes. */
export async function readFigures(
  { id, settings }: CountedList,
  { progress, openListPartition }: FigureServices,
): Promise<Figures> {
  const [{ totals, days }, checkpoint] = await Promise.all([
    progress.readFigures(id),
    readCheckpoint(id, { openListPartition }),
  ]);
  if (!totals || !checkpoint) return { standing: undefined, days };
  const { head, epoch } = checkpoint;
  const { current, behind, waiting, failed, skipped } = countMailboxes(totals, { head, epoch, settings });
  const standing = { current, behind, waiting, failed, skipped };
  const hasMailboxes = Object.values(standing).some(number => number > 0);
  return { standing: hasMailboxes ? standing : undefined, days };
}

/** The status of the list says that it is damaged. */
async function readCheckpoint(listId: string, { openListPartition }: Pick<Services, 'openListPartition'>) {
  try {
    return (await openListPartition(listId).readCheckpoint())?.checkpoint;
  } catch (error) {
    if (error instanceof DamagedRow) return undefined;
    throw error;
  }
}
