import { GraphFailure } from '../ports/contactMailbox.ts';
import { type BatchedAnswer, mostRequests, type SendBatch } from './batch.ts';
import type { GraphAnswer } from './client.ts';
import { failureOf } from './failures.ts';
import { type RequestScope, waitToRepeat } from './requests.ts';

/** What an answer says; a failure is asked for again while it may pass, and rejects the reading then. */
type ReadAnswer<Result> = (answer: GraphAnswer) => Result | GraphFailure;

/**
 * GETs in batches, as many as it takes; what they say, in the order of the urls. Repeated for as long as Graph answers
 * some of them: of hundreds a busy Graph refuses a few in each batch.
 *
 * @param urls below the version
 * @throws GraphFailure
 */
export async function readBatched<Result>(
  scope: RequestScope,
  sendBatch: SendBatch,
  urls: readonly string[],
  readAnswer: ReadAnswer<Result>,
): Promise<Result[]> {
  const results = new Map<string, Result>();
  let open = [...new Set(urls)];
  let repeats = 0;
  while (open.length > 0) {
    const known = results.size;
    const failure = await readSome(open.slice(0, mostRequests)).catch((error: unknown) => error);
    open = open.filter(url => !results.has(url));
    if (results.size > known) repeats = 0;
    if (failure !== undefined) await waitToRepeat(scope, failure, repeats++);
  }
  return urls.map(url => results.get(url) as Result);

  async function readSome(asked: readonly string[]): Promise<GraphFailure | undefined> {
    const answers = await sendBatch(asked.map(url => ({ method: 'GET', url })));
    const read = asked.map((url, index) => ({ url, said: readOne(answers[index] ?? 'unanswered') }));
    const failed = read.flatMap(({ said }) => (said instanceof GraphFailure ? [said] : []));
    const done = read.filter(({ said }) => said !== 'unsent' && !(said instanceof GraphFailure));
    for (const { url, said } of done) results.set(url, said as Result);
    return failed[0];
  }

  function readOne(answer: BatchedAnswer): Result | GraphFailure | 'unsent' {
    if (answer === 'unsent') return answer;
    if (answer === 'unanswered') return new GraphFailure('unavailable', { status: 0, code: 'NoAnswerInBatch' });
    // The next request has a fresh token.
    if (answer.status === 401) return new GraphFailure('unavailable', failureOf(answer, scope.client.clock.now()));
    return readAnswer(answer);
  }
}
