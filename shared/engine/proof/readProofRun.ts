import { week } from '../../domain/durations.ts';
import type { ProofQuestion, ProofResult } from '../../store/proofRuns.ts';
import type { Services } from '../services.ts';
import type { ShownRun } from '../status/index.ts';
import type { Evidence } from './evidence.ts';
import { readQuestionedContacts } from './questionedContacts.ts';

export const resultsKeptFor = week;

type ProofRunServices = Pick<Services, 'clock' | 'proofRuns' | 'openListPartition' | 'messagePatience'>;

/** How a run stands that looks into mailboxes; undefined where there is no such run. */
export async function readProofRun(id: string, services: ProofRunServices): Promise<ShownRun | undefined> {
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
    startedAt: question.startedAt,
    finishedAt: isOver ? heardAt : undefined,
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
  | { readonly kind: 'finished'; readonly evidence: Evidence }
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
  const mailboxes = results.map(readResult);
  return { list, kind: 'finished', evidence: { list, at: heardAt, verified: true, contacts, mailboxes, notes: all } };
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

function readResult({ mailboxId, finding, places }: ProofResult): Evidence['mailboxes'][number] {
  return { id: mailboxId, finding, places };
}
