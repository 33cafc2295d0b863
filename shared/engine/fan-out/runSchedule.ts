import { newRunId } from '../../store/runId.ts';
import type { RunSummary } from '../../store/runSummary.ts';
import type { Services } from '../services.ts';
import { type RunServices, runLists } from './runLists.ts';
import type { RunOutcome } from './runOutcome.ts';

/**
 * Runs every list. A scheduled run whose host died while it sent goes on under its id, so that no mailbox that it had
 * announced waits for a message that nobody sends; until its messages count as lost, when it is shown as interrupted.
 */
export async function runSchedule(services: RunServices & Pick<Services, 'newId'>): Promise<RunOutcome> {
  const { clock, newId, lists } = services;
  const interrupted = await findInterrupted(services);
  const id = interrupted?.id ?? newRunId(clock.now(), newId());
  return runLists({ id, cause: 'schedule', lists, interrupted }, services);
}

async function findInterrupted({
  runs,
  clock,
  messagePatience,
}: Pick<RunServices, 'runs' | 'clock' | 'messagePatience'>): Promise<RunSummary | undefined> {
  const id = await runs.readFanOut();
  if (id === undefined) return undefined;
  const summary = await runs.readSummary(id);
  if (summary?.fannedOutAt === 0 && clock.now() < summary.startedAt + messagePatience) return summary;
  await runs.endFanOut();
  return undefined;
}
