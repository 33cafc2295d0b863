import { RestError } from '@azure/data-tables';
import * as z from 'zod';
import { RowConflict } from '../../ports/tableStorage.ts';

const detailsSchema = z.object({ odataError: z.object({ code: z.string() }) });

/** The code that Table Storage gave, such as `TableNotFound`; undefined when the error is no answer of the service. */
export function serviceErrorCode(error: unknown): string | undefined {
  if (!(error instanceof RestError)) return undefined;
  // A single request's error has its code in the parsed body, a transaction's on the error itself.
  const details = detailsSchema.safeParse(error.details);
  return details.success ? details.data.odataError.code : error.code;
}

export function isMissingRow(error: unknown): boolean {
  return ['ResourceNotFound', 'EntityNotFound'].includes(serviceErrorCode(error) ?? '');
}

/** A refused guard or insert as `RowConflict`, anything else as it is. */
export function asRowConflict(error: unknown): unknown {
  const code = serviceErrorCode(error) ?? '';
  const refused = ['UpdateConditionNotSatisfied', 'ConditionNotMet', 'EntityAlreadyExists'].includes(code);
  if (!refused && !isMissingRow(error)) return error;
  return new RowConflict(`The row is not as it was when it was read (${code})`, { cause: error });
}
