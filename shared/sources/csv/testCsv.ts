import { StepFailed, tryStep } from '../../connection-steps/connectionSteps.ts';
import { countOf } from '../../domain/countOf.ts';
import type { AppIdentity } from '../../ports/connectionProbes.ts';
import type { StepResult } from '../../ports/connectionStep.ts';
import { SourceFailure } from '../../ports/contactSource.ts';
import type { SourceAdapters } from '../../ports/sourceKind.ts';
import type { CsvSettings } from '../../settings/csvSource.ts';
import { decodeText } from './decodeText.ts';
import { describeMissingFile, readFile } from './openCsv.ts';
import { readCsvContacts } from './readContacts.ts';

/** Whether the file is there, and whether all of it can be used. */
export async function testCsv(
  settings: CsvSettings,
  _token: StepResult<AppIdentity>,
  adapters: SourceAdapters<unknown>,
): Promise<StepResult<unknown>[]> {
  const { clock } = adapters;
  const file = await tryStep('file', [], clock, () =>
    orFail(async () => {
      const found = await readFile(settings, undefined, adapters);
      if (found.kind !== 'read') throw new SourceFailure([describeMissingFile(settings)]);
      return { value: found.bytes, detail: `It is there, with ${found.bytes.length} bytes` };
    }, 'Upload it with: az storage blob upload --auth-mode login --container-name sources, or correct the source'),
  );
  const rows = await tryStep('rows', [file], clock, () =>
    orFail(async () => {
      const { contacts, problems } = readCsvContacts(
        decodeText(file.value ?? new Uint8Array(), settings.encoding),
        settings,
      );
      return {
        value: undefined,
        detail: [
          `All of it can be read: ${countOf(contacts.length, 'contact')}`,
          ...problems.map(each => each.detail),
        ].join('; '),
      };
    }, 'Correct the file, or what the source says of it'),
  );
  return [file, rows];
}

async function orFail<Value>(work: () => Promise<Value>, remedy: string): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof SourceFailure) throw new StepFailed({ detail: error.message, remedy });
    throw error;
  }
}
