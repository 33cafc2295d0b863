import type { PipelineResponse } from '@azure/core-rest-pipeline';
import { RestError } from '@azure/data-tables';
import * as z from 'zod';
import { RowConflict } from '../../ports/tableStorage.ts';

const bodySchema = z.object({
  'odata.error': z.object({ code: z.string(), message: z.object({ value: z.string() }).optional() }),
});

/** An answer that is no success, with the code and the text of its body where it has them. */
export function failureOfAnswer(response: PipelineResponse, statusCode: number, body = ''): RestError {
  const { code, message } = readError(body) ?? {};
  const text = message?.value ?? `Table Storage answered ${statusCode}`;
  return new RestError(text, { statusCode, request: response.request, response, ...(code !== undefined && { code }) });
}

/** A gateway's error page is no JSON: then the status has to do. */
function readError(body: string) {
  try {
    return bodySchema.parse(JSON.parse(body))['odata.error'];
  } catch {
    return undefined;
  }
}

/** The code that Table Storage gave, such as `TableNotFound`, or of the connection; undefined where there is none. */
export function serviceErrorCode(error: unknown): string | undefined {
  return error instanceof RestError ? error.code : undefined;
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
