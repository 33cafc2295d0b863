import { fingerprint } from '../../domain/fingerprint.ts';
import type { SourceKind } from '../../ports/sourceKind.ts';
import type { CsvSettings } from '../../settings/csvSource.ts';
import { openCsv } from './openCsv.ts';
import { readColumns } from './readColumns.ts';
import { replaceCsv } from './replaceCsv.ts';
import { testCsv } from './testCsv.ts';

/** A CSV file, in the app's storage or at an address. */
export const csv: SourceKind<CsvSettings, unknown> = {
  identity: fingerprint,
  open: openCsv,
  test: testCsv,
  columns: readColumns,
  replaceFile: replaceCsv,
};
