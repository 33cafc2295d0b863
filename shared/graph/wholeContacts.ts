import { graphFields } from '../domain/contact.ts';
import type { GraphFailure } from '../ports/contactMailbox.ts';
import type { SendBatch } from './batch.ts';
import { readBatched } from './batchedReading.ts';
import type { GraphAnswer } from './client.ts';
import { failureOf, isCode, isMailboxWide, isPassing } from './failures.ts';
import { type GraphContact, graphContactSchema } from './graphContact.ts';
import { batchUrl } from './links.ts';
import type { RequestScope } from './requests.ts';

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
    const cut = rows.filter(mayBeCut).map(({ id }) => id);
    const readings = await readBatched(scope, sendBatch, cut.map(urlOf), readWhole);
    const whole = new Map(cut.map((id, index) => [id, readings[index]]));
    return rows.flatMap(row => {
      const reading = whole.get(row.id) ?? 'kept';
      if (reading === 'gone') return [];
      return [reading === 'kept' ? row : { ...row, ...reading }];
    });
  };

  function urlOf(id: string): string {
    return batchUrl(['users', mailboxId, 'contacts', id], { $select: graphFields });
  }

  /** `kept`: Graph does not give it by id, so the collection's row has to do, which one contact must not stop. */
  function readWhole(answer: GraphAnswer): GraphContact | 'gone' | 'kept' | GraphFailure {
    if (answer.status === 200) return graphContactSchema.safeParse(answer.body).data ?? 'kept';
    const failure = failureOf(answer, scope.client.clock.now());
    if (isCode(failure, 'ErrorItemNotFound')) return 'gone';
    return failure.kind === 'throttled' || isPassing(failure) || isMailboxWide(failure) ? failure : 'kept';
  }
}
