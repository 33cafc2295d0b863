import { contactFields } from '../core/contact.ts';
import { GraphFailure } from '../ports/contactMailbox.ts';
import { type BatchedAnswer, batchUrl, mostRequests, type SendBatch } from './batch.ts';
import { failureOf, isCode } from './failures.ts';
import { type GraphContact, graphContactSchema } from './graphContact.ts';
import { type RequestScope, repeatReading } from './requests.ts';
import { isMailboxWide, isPassing } from './writeOutcome.ts';

type Row = GraphContact & { readonly id: string };

/** Gives rows of a collection with the notes whole that the collection may have cut. */
export type CompleteRows = <Each extends Row>(rows: readonly Each[]) => Promise<Each[]>;

/**
 * Graph gives notes that begin with a line break without any line break and cut to 256 characters when it gives several
 * contacts, and whole by id (microsoft-graph-docs-contrib issue 413; Exchange's own listings cut at 255).
 */
export function mayBeCut({ personalNotes }: Pick<GraphContact, 'personalNotes'>): boolean {
  const notes = personalNotes ?? '';
  return (notes.length === 255 || notes.length === 256) && !/[\r\n]/.test(notes);
}

/** Reads rows by id whose notes may be cut, in batches; rejects with `GraphFailure`. A row that is gone is left out. */
export function createCompletion(scope: RequestScope, mailboxId: string, sendBatch: SendBatch): CompleteRows {
  return async rows => {
    const cut = rows.filter(mayBeCut);
    const whole = new Map<string, GraphContact | 'gone'>();
    for (let start = 0; start < cut.length; start += mostRequests) {
      const ids = cut.slice(start, start + mostRequests).map(({ id }) => id);
      for (const [id, contact] of await readWhole(ids)) whole.set(id, contact);
    }
    return rows.flatMap(row => {
      const read = whole.get(row.id);
      if (read === 'gone') return [];
      return [read ? { ...row, ...read } : row];
    });
  };

  /** Without those that Graph does not give by id, which stay as they are. */
  async function readWhole(ids: readonly string[]): Promise<Map<string, GraphContact | 'gone'>> {
    const whole = new Map<string, GraphContact | 'gone'>();
    let open = ids;
    while (open.length > 0) {
      await repeatReading(scope, async () => {
        const answers = await sendBatch(open.map(id => ({ method: 'GET', url: urlOf(id) })));
        const readings = open.map((id, index) => ({ id, reading: readAnswer(answers[index] ?? 'unanswered') }));
        for (const { id, reading } of readings) {
          if (reading === 'gone' || isContact(reading)) whole.set(id, reading);
        }
        open = readings
          .filter(({ reading }) => reading === 'unsent' || reading instanceof GraphFailure)
          .map(({ id }) => id);
        const failed = readings.find(({ reading }) => reading instanceof GraphFailure);
        if (failed) throw failed.reading;
      });
    }
    return whole;
  }

  function urlOf(id: string): string {
    return batchUrl(['users', mailboxId, 'contacts', id], `?$select=${contactFields.join()}`);
  }

  function readAnswer(answer: BatchedAnswer): Reading {
    if (answer === 'unsent') return answer;
    if (answer === 'unanswered') return new GraphFailure('unavailable', { status: 0, code: 'NoAnswerInBatch' });
    const { status, body } = answer;
    const contact = status === 200 ? graphContactSchema.safeParse(body) : undefined;
    if (contact) return contact.success ? contact.data : 'kept';
    const failure = failureOf(answer, scope.client.clock.now());
    if (isCode(failure, 'ErrorItemNotFound')) return 'gone';
    // The next request has a fresh token.
    if (status === 401) return new GraphFailure('unavailable', { status, code: failure.code });
    return failure.kind === 'throttled' || isPassing(failure) || isMailboxWide(failure) ? failure : 'kept';
  }
}

/** `kept`: Graph does not give it by id, so the collection's row has to do, which one contact must not stop. */
type Reading = GraphContact | 'gone' | 'kept' | 'unsent' | GraphFailure;

function isContact(reading: Reading): reading is GraphContact {
  return typeof reading === 'object' && !(reading instanceof GraphFailure);
}
