import * as z from 'zod';
import type { Reply } from './conversation.ts';
import { hold } from './finding.ts';
import { immutable, type Trial } from './trial.ts';

const mostRequests = 20;
const batchPath = '/v1.0/$batch';
const answersSchema = z.object({ responses: z.array(z.object({ id: z.string(), status: z.number() })) });

/** The app sends 20 at once. What Graph says to 21 is for the record. */
export async function askOfBatches(trial: Trial): Promise<string> {
  const requests = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ id: `${index}`, method: 'GET', url: relative(trial.path()) }));
  const { responses } = await trial.graph.ask('POST', batchPath, answersSchema, {
    body: { requests: requests(mostRequests) },
  });
  hold(responses.length === mostRequests, `${responses.length} answers came`);
  const refused = responses.filter(({ status }) => status !== 200 && status !== 429).map(({ status }) => status);
  hold(refused.length === 0, `within it were answered ${refused.join(', ')}`);
  const more = await trial.graph.send('POST', batchPath, { body: { requests: requests(mostRequests + 1) } });
  return `answered; one of 21 is answered ${more.status}`;
}

/** The app cuts batches below 4 MB. What Graph says to more is for the record. */
export async function askOfLargeBatches(trial: Trial): Promise<string> {
  const { status, body } = await sendNotes(trial, 3_600_000);
  hold(status === 200, `it is answered ${status}`);
  const refused = answersSchema.parse(body).responses.filter(answer => answer.status !== 201 && answer.status !== 429);
  hold(refused.length === 0, `within it were answered ${refused.map(answer => answer.status).join(', ')}`);
  return `accepted with notes of 180,000 characters; one of 4.6 MB is ${await fateOf(sendNotes(trial, 4_600_000))}`;
}

/** A server need not read what is too large before it answers. */
async function fateOf(answer: Promise<Reply>): Promise<string> {
  try {
    return `answered ${(await answer).status}`;
  } catch {
    return 'cut off';
  }
}

function sendNotes(trial: Trial, bytes: number): Promise<Reply> {
  const personalNotes = 'x'.repeat(bytes / mostRequests);
  const headers = { 'Content-Type': 'application/json', ...immutable };
  const requests = Array.from({ length: mostRequests }, (_, index) => ({
    id: `${index}`,
    method: 'POST',
    url: relative(trial.path('contacts')),
    headers,
    body: { displayName: `Check of notes ${index}`, personalNotes },
  }));
  return trial.graph.send('POST', batchPath, { body: { requests } });
}

/** A batch's addresses start below the version. */
function relative(path: string): string {
  return path.replace(/^\/v1\.0/, '');
}
