import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openSourceFiles } from '../../../shared/blobs/sourceFiles.ts';

/** As the settings name it. */
const blob = 'partners.csv';

/** Made up, three of the company's own people aside, whom the directory has too. Below the project's folder. */
export const partnersFile = 'test/local/sample-tenant/partners.csv';

/** Puts the sample's file where the list "partners" reads it, unless there is one from an earlier start. */
export async function putPartnersFile(connectionString: string): Promise<void> {
  const bytes = await readFile(join(import.meta.dirname, blob));
  await openSourceFiles({ connectionString }).replace(blob, bytes, undefined);
}
