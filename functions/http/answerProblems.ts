import type { HttpResponseInit, InvocationContext } from '@azure/functions';
import { ApiProblem } from '../../shared/api/problem.ts';
import { GraphFailure } from '../../shared/ports/contactMailbox.ts';
import { DamagedRow } from '../../shared/store/damagedRow.ts';
import { problem } from './problem.ts';

/** Whatever is thrown becomes problem details. */
export async function answerProblems(
  context: InvocationContext,
  work: () => Promise<HttpResponseInit>,
): Promise<HttpResponseInit> {
  try {
    return await work();
  } catch (error) {
    return describeError(error, context);
  }
}

/** Graph's own code helps the admin; anything else is for the log. */
function describeError(error: unknown, context: InvocationContext): HttpResponseInit {
  if (error instanceof ApiProblem) return problem(error.status, error.message, error.detail, error.place);
  if (error instanceof GraphFailure) {
    const advice = 'try again later; if that does not help, ask for a connection test of the list';
    return problem(503, 'Microsoft Graph did not answer as needed', `${error.message}: ${advice}`);
  }
  if (error instanceof DamagedRow) {
    context.error('A row is damaged', { ...error.place, property: error.property });
    return problem(503, 'A stored row is damaged', `${error.message}: the list or the mailbox shows what comes of it`);
  }
  const { name = typeof error, stack = '' } = error instanceof Error ? error : {};
  // Without the message, which may repeat what came in.
  context.error('A request could not be handled', { error: name, at: stack.split('\n').filter(isFrame) });
  return problem(500, 'Something went wrong', `Look for the invocation ${context.invocationId} in the log`);
}

function isFrame(line: string): boolean {
  return /^\s+at /.test(line);
}
