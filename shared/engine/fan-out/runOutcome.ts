import type { RequestCounts } from '../../ports/contactMailbox.ts';
import type { RunProblem } from '../../store/runProblem.ts';
import type { RunSummary } from '../../store/runSummary.ts';
import type { ListStatus } from './listStatus.ts';

export interface RunOutcome {
  readonly id: string;
  readonly cause: RunSummary['cause'];
  /** How many lists it was asked for. */
  readonly lists: number;
  /** Mailboxes that got a message. */
  readonly sent: number;
  /** Lists whose source another capture is reading right now. */
  readonly busy: readonly string[];
  readonly problems: readonly RunProblem[];
  /** What this pass cost, without the mailboxes. */
  readonly graph: RequestCounts;
  /** Of every list, when the schedule asked. */
  readonly statuses: readonly ListStatus[];
}

/** Some lists could not be run for a reason that was not foreseen (storage or queue out of reach); the others were. */
export class RunIncomplete extends AggregateError {
  override readonly name = 'RunIncomplete';
  readonly outcome: RunOutcome;

  constructor(errors: readonly unknown[], message: string, outcome: RunOutcome) {
    super(errors, message);
    this.outcome = outcome;
  }
}
