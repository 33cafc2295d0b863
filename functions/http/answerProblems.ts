import type { HttpResponseInit, InvocationContext } from '@azure/functions';
import type * as z from 'zod';
import { ApiProblem, type problemDetails } from '../../shared/api/problem.ts';
import { damagedRow, unansweredByGraph, unexpected } from '../../shared/api/problems.ts';
import { GraphFailure } from '../../shared/ports/contactMailbox.ts';
import { DamagedRow } from '../../shared/store/damagedRow.ts';

/** Whatever is thrown becomes problem details. */
export function answerProblems(
  context: InvocationContext,
  work: () => Promise<HttpResponseInit>,
): Promise<HttpResponseInit> {
  return work().catch(error => answerWith(problemOf(error, context)));
}

function problemOf(error: unknown, context: InvocationContext): ApiProblem {
  if (error instanceof ApiProblem) return error;
  if (error instanceof GraphFailure) return unansweredByGraph(error.message);
  if (error instanceof DamagedRow) {
    context.error('A row is damaged', { ...error.place, property: error.property });
    return damagedRow(error.message);
  }
  const { name = typeof error, stack = '' } = error instanceof Error ? error : {};
  // Without the message, which may repeat what came in.
  context.error('A request could not be handled', { error: name, at: stack.split('\n').filter(isFrame) });
  return unexpected(context.invocationId);
}

function answerWith({ status, message: title, detail, place }: ApiProblem): HttpResponseInit {
  return {
    status,
    headers: { 'Content-Type': 'application/problem+json' },
    body: JSON.stringify({ title, status, detail, ...place } satisfies z.infer<typeof problemDetails>),
  };
}

function isFrame(line: string): boolean {
  return /^\s+at /.test(line);
}
