import { RestError } from '@azure/data-tables';
import { ProbeFailure, type ServiceProbe } from '../../ports/connectionProbes.ts';
import type { Table } from '../../ports/tableStorage.ts';
import { serviceErrorCode } from './serviceErrors.ts';

/**
 * Deletes a row that is not there, which takes the permission to write and changes nothing. A table that is missing is
 * made, as by any other access.
 */
export function createTableProbe(table: Table): ServiceProbe {
  return async () => {
    try {
      await table.write('$connectionTest', [{ kind: 'delete', rowKey: 'missing' }]);
    } catch (error) {
      throw failureOf(error);
    }
  };
}

function failureOf(error: unknown): ProbeFailure {
  const status = error instanceof RestError ? error.statusCode : undefined;
  const code = serviceErrorCode(error) ?? (error instanceof Error ? error.name : 'Error');
  const denied = status === 401 || status === 403 || /Authentication|Credential/.test(code);
  return new ProbeFailure(denied ? 'denied' : 'unreachable', code, error);
}
