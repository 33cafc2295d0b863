import type { MailboxProof, Proof } from '../../api/proof.ts';
import type { RunView } from '../../api/runs.ts';
import type { ProofQuestion, ProofResult } from '../../store/proofRuns.ts';
import type { Services } from '../services.ts';
import { readQuestionedContacts } from './questionedContacts.ts';
import { viewMailbox, viewProof } from './viewProof.ts';

export const resultsKeptFor = 7 * 86_400_000;

type ProofRunServices = Pick<Services, 'clock' | 'proofRuns' | 'openSource' | 'messagePatience'>;

/** How a run stands that looks into mailboxes; undefined where there is no such run. */
export async function viewProofRun(id: string, services: ProofRunServices): Promise<RunView | undefined> {
  const read = await readRun(id, services);
  if (!read) return undefined;
  const { question, results, heardAt, isOver } = read;
  const failed = results.filter(({ finding }) => finding.state === 'unknown').length;
  const left = question.mailboxes - results.length;
  const nothing = { created: 0, updated: 0, deleted: 0, failed: 0 };
  return {
    id,
    state: isOver ? 'finished' : 'running',
    cause: 'proof',
    lists: [question.list],
    startedAt: new Date(question.startedAt).toISOString(),
    finishedAt: isOver ? new Date(heardAt).toISOString() : null,
    mailboxes: {
      total: question.mailboxes,
      done: results.length - failed,
      waiting: isOver ? left : 0,
      failed,
      skipped: 0,
    },
    contacts: nothing,
    repaired: { lost: 0, doubled: 0, orphaned: 0, drifted: 0 },
    graph: {
      requests: results.reduce((sum, { requests }) => sum + requests, 0),
      roundTrips: results.reduce((sum, { roundTrips }) => sum + roundTrips, 0),
    },
    problems: failed + (isOver ? left : 0) > 0 ? [unverified] : [],
    notes: [],
  };
}

const unverified = {
  code: 'NotVerified',
  detail: 'Of some mailboxes nobody can tell: GET /api/runs/{id}/result says of which, and why',
};

export type ProofRunResult = { readonly list: string } & (
  | { readonly kind: 'finished'; readonly proof: Proof }
  | { readonly kind: 'running' }
);

/** What a run found; undefined where there is none, or it is kept no more. */
export async function readProofResult(id: string, services: ProofRunServices): Promise<ProofRunResult | undefined> {
  const read = await readRun(id, services);
  if (!read || services.clock.now() - read.question.startedAt >= resultsKeptFor) return undefined;
  const { question, results, heardAt, isOver } = read;
  const { list, notes } = question;
  if (!isOver) return { list, kind: 'running' };
  const contacts = await readQuestionedContacts(question, services);
  const missing = question.mailboxes - results.length;
  const all = missing > 0 ? [...notes, unreached(missing)] : notes;
  const view = viewProof({ list, at: heardAt, verified: true }, { contacts, notes: all }, results.map(viewResult));
  return { list, kind: 'finished', proof: view };
}

function unreached(mailboxes: number): { code: string; detail: string } {
  return { code: 'NotReached', detail: `${mailboxes} mailboxes were not looked into: ask again` };
}

async function readRun(
  id: string,
  { clock, proofRuns, messagePatience }: ProofRunServices,
): Promise<
  | {
      readonly question: ProofQuestion;
      readonly results: readonly ProofResult[];
      /** Epoch milliseconds of the last word. */
      readonly heardAt: number;
      readonly isOver: boolean;
    }
  | undefined
> {
  const question = await proofRuns.read(id);
  if (!question) return undefined;
  const results = await proofRuns.readResults(id);
  const heardAt = results.reduce((latest, { reportedAt }) => Math.max(latest, reportedAt), question.startedAt);
  const isOver = results.length >= question.mailboxes || clock.now() >= heardAt + messagePatience;
  return { question, results, heardAt, isOver };
}

function viewResult({ mailboxId, finding, places }: ProofResult): MailboxProof {
  return { ...viewMailbox(mailboxId, finding), ...(places.length > 0 ? { places } : {}) };
}
