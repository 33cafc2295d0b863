import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Contact } from '../../shared/domain/contact.ts';
import { generatePeople } from '../local/sample-tenant/people.ts';
import { graphContact } from '../world/graphDriver.ts';

/** The contacts that fill the source folder. */
export interface ContactDirectory {
  /** Where they come from, for the report. */
  readonly origin: string;
  /** Bodies as Graph takes them. */
  readonly contacts: readonly Readonly<Record<string, unknown>>[];
}

const congressFile = join(import.meta.dirname, '../../../shared/data/congress/start.json');
/** The size of the congress directory. */
const generatedContacts = 540;

const congressSchema = z.object({ contacts: z.record(z.string(), z.custom<Contact>()) });

/** The directory of the United States Congress of January 2019, or generated people where its file is not there. */
export async function readContactDirectory(file = congressFile): Promise<ContactDirectory> {
  if (!existsSync(file)) {
    const contacts = generatePeople(generatedContacts, 'contoso.example');
    return { origin: 'generated people (the congress directory is not there)', contacts };
  }
  const { contacts } = congressSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  return { origin: 'congress directory', contacts: Object.values(contacts).map(graphContact) };
}

/** So many of the directory's, or generated people where it has fewer. */
export function takeContacts({ contacts }: ContactDirectory, count = contacts.length): ContactDirectory['contacts'] {
  return count <= contacts.length ? contacts.slice(0, count) : generatePeople(count, 'contoso.example');
}
