import type { HttpResponseInit } from '@azure/functions';
import type { Caller } from '../../shared/api/caller.ts';
import { ApiProblem } from '../../shared/api/problem.ts';
import type { App } from '../../shared/app.ts';
import type { Decided } from '../../shared/engine/audit/index.ts';

/** What a decision is about; never an address or anything of a contact, unless whoever decides writes it into a reason. */
interface Subject {
  readonly list?: string | undefined;
  readonly mailbox?: string | undefined;
  readonly details?: Decided['details'];
}

/** Carries out what the caller decided, and keeps that. @param action the name of the route */
export function decide(
  app: App,
  caller: Caller,
  action: string,
  { list = '', mailbox = '', details = {} }: Subject,
  work: () => Promise<HttpResponseInit>,
): Promise<HttpResponseInit> {
  const person = caller.kind === 'person' ? caller.objectId : '';
  return app.decide({ action, person, list, mailbox, details }, work, error =>
    error instanceof ApiProblem ? error.message : undefined,
  );
}
