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
  return new RowConflict(`The row is not as it was when it was read (${code})`, {
    cause: error,
    index: indexOf(error),
  });
}

/**
 * A transaction's error names the operation before its text, as in `2:The update condition ...`
 * (https://learn.microsoft.com/rest/api/storageservices/performing-entity-group-transactions).
 */
function indexOf(error: unknown): number | undefined {
  const index = error instanceof Error ? /^(\d+):/.exec(error.message)?.[1] : undefined;
  return index === undefined ? undefined : Number(index);
}
