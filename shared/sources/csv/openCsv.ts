import * as z from 'zod';
import { entryLimits } from '../../domain/entryLimits.ts';
import { fingerprint } from '../../domain/fingerprint.ts';
import { type ContactSource, type Reading, SourceFailure, type SourceNeeds } from '../../ports/contactSource.ts';
import { createRequestMeter } from '../../ports/requestMeter.ts';
import { type FileReading, FileUnavailable } from '../../ports/sourceFiles.ts';
import type { SourceAdapters } from '../../ports/sourceKind.ts';
import type { CsvSettings } from '../../settings/csvSource.ts';
import { describeMissingFile, describeUnavailableFile } from './describeFile.ts';
import { readCsvContacts } from './readContacts.ts';

const cursorSchema = z.object({
  etag: z.string(),
  /** Of how many entries of a list were kept. */
  limits: z.string().optional(),
  /** Of the file with that ETag: they stay while it does. */
  problems: z.array(z.object({ code: z.string(), detail: z.string() })).default([]),
});
const scopeId = 'file';

/** Read whole whenever its ETag is another; the comparison with the snapshot finds what changed. */
export function openCsv(
  settings: CsvSettings,
  adapters: Pick<SourceAdapters<unknown>, 'files' | 'download'>,
  { entries, extended }: Pick<SourceNeeds, 'entries' | 'extended'> = { entries: entryLimits, extended: [] },
): ContactSource {
  const hidesPrivate = extended.includes('sensitivity');
  // A file that did not change is read again where more of it counts.
  const limits = fingerprint(hidesPrivate ? { entries, hidesPrivate } : entries);
  const meter = createRequestMeter();
  return { calls: () => [meter.read()], read, readStanding: async () => new Map() };

  async function read(cursor: string | undefined, beginWhole?: () => void): Promise<Reading> {
    const before = readCursor(cursor);
    const known = before?.limits === limits ? before : undefined;
    meter.sent(1);
    const file = await readFile(settings, known?.etag, adapters);
    const scope = { folderId: scopeId, mayMiss: false, mayBeCut: true };
    if (file.kind === 'unchanged') {
      const { etag = '', problems = [] } = known ?? {};
      const scopes = [{ ...scope, complete: false, contacts: [] }];
      return { scopes, cursor: JSON.stringify({ etag, limits, problems }), problems, partsMissing: false };
    }
    if (file.kind === 'missing') throw new SourceFailure([describeMissingFile(settings, file.account)]);
    beginWhole?.();
    const { contacts, problems } = await readCsvContacts(file.bytes, settings, { entries, hidesPrivate });
    return {
      scopes: [{ ...scope, complete: true, contacts }],
      cursor: JSON.stringify({ etag: file.etag, limits, problems }),
      problems,
      partsMissing: false,
    };
  }
}

/** One that nobody can read is none. */
function readCursor(cursor: string | undefined): z.infer<typeof cursorSchema> | undefined {
  try {
    return cursorSchema.safeParse(JSON.parse(cursor ?? '')).data;
  } catch {
    return undefined;
  }
}

/** @throws SourceFailure */
export async function readFile(
  { blob = '', url }: Pick<CsvSettings, 'blob' | 'url'>,
  etag: string | undefined,
  { files, download }: Pick<SourceAdapters<unknown>, 'files' | 'download'>,
): Promise<FileReading> {
  try {
    // An address that gives no ETag is read each time.
    return await (url === undefined ? files.read(blob, etag) : download(url, etag || undefined));
  } catch (error) {
    if (!(error instanceof FileUnavailable)) throw error;
    throw new SourceFailure([describeUnavailableFile(error, url)], { cause: error });
  }
}
