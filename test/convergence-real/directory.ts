import { type ChangeSet, hasHistory, readHistory } from '../end-to-end/congress.ts';
import { generatePeople } from '../local/sample-tenant/people.ts';
import type { Json } from './sourceModel.ts';

/** The contacts that the source starts with, by key, and how they really changed. */
export interface Directory {
  readonly origin: string;
  readonly contacts: Readonly<Record<string, Json>>;
  readonly changeSets: readonly ChangeSet[];
}

/** The history of the Congress, or generated people without a history where it is not there. */
export function readDirectory(): Directory {
  if (!hasHistory()) return generateDirectory(540);
  const { start, changeSets } = readHistory();
  return { origin: 'congress directory', contacts: start, changeSets };
}

export function generateDirectory(count: number): Directory {
  const contacts = generatePeople(count, 'contoso.example').map(({ birthday, ...person }, index): [string, Json] => [
    `P${index}`,
    typeof birthday === 'string' ? { ...person, birthday: birthday.slice(0, 10) } : person,
  ]);
  return { origin: 'generated people', contacts: Object.fromEntries(contacts), changeSets: [] };
}
