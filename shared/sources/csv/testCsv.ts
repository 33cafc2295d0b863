import { adviceIn, StepFailed, tryStep } from '../../connection-steps/connectionSteps.ts';
import { testCertificate, testHostName } from '../../connection-steps/hostSteps.ts';
import { countOf } from '../../domain/countOf.ts';
import type { AppIdentity } from '../../ports/connectionProbes.ts';
import type { Advice, StepResult } from '../../ports/connectionStep.ts';
import { SourceFailure, type SourceProblem } from '../../ports/contactSource.ts';
import type { SourceAdapters } from '../../ports/sourceKind.ts';
import type { CsvSettings } from '../../settings/csvSource.ts';
import { describeMissingFile } from './describeFile.ts';
import { readFile } from './openCsv.ts';
import { readCsvContacts } from './readContacts.ts';

/** Whether its host is reached, the file is there, and whether all of it can be used. */
export async function testCsv(
  settings: CsvSettings,
  _token: StepResult<AppIdentity>,
  adapters: SourceAdapters<unknown>,
): Promise<StepResult<unknown>[]> {
  const { clock } = adapters;
  const host = settings.url === undefined ? [] : await testFileHost(new URL(settings.url), adapters);
  const file = await tryStep('file', host, clock, () =>
    explained(async () => {
      const found = await readFile(settings, undefined, adapters);
      if (found.kind === 'missing') throw new SourceFailure([describeMissingFile(settings, found.account)]);
      if (found.kind === 'unchanged') throw new Error('Nothing was known of the file');
      return { value: found.bytes, detail: `It is there, with ${found.bytes.length} bytes` };
    }, adviceIn),
  );
  const rows = await tryStep('rows', [file], clock, () =>
    explained(
      async () => {
        const { contacts, problems } = await readCsvContacts(file.value ?? new Uint8Array(), settings);
        return {
          value: undefined,
          detail: [
            `All of it can be read: ${countOf(contacts.length, 'contact')}`,
            ...problems.map(each => each.detail),
          ].join('; '),
        };
      },
      ({ detail }) => ({ detail, remedy: 'Correct the file, or what the source says of it' }),
    ),
  );
  return [...host, file, rows];
}

async function testFileHost(
  { hostname: host, port }: URL,
  adapters: SourceAdapters<unknown>,
): Promise<StepResult<unknown>[]> {
  const name = await testHostName(host, 'publicAlone', adapters);
  return [name, await testCertificate({ host, port: Number(port) || 443 }, { kind: 'public' }, [name], adapters)];
}

async function explained<Value>(
  work: () => Promise<Value>,
  explain: (problem: SourceProblem) => Advice,
): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    const [problem] = error instanceof SourceFailure ? error.problems : [];
    if (problem) throw new StepFailed(explain(problem));
    throw error;
  }
}
