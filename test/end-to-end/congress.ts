import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { chunksOf } from '../../shared/domain/chunks.ts';
import { contentOf } from '../world/contactRows.ts';
import type { GraphDriver } from '../world/graphDriver.ts';

/** The history of the directory of the Congress lies beside the project and is no part of it. */
const directory = join(import.meta.dirname, '../../../shared/data/congress');

const contact = z.record(z.string(), z.unknown());
const startFile = z.object({ contacts: z.record(z.string(), contact) });
const changeSet = z.object({ date: z.string(), changed: z.record(z.string(), contact.nullable()) });

type SourceContact = z.infer<typeof contact>;
export type ChangeSet = z.infer<typeof changeSet>;

export const category = 'Congress';

/** Leaves a field alone, and fills others from a text, from a part of an address and from an element of a list. */
export const mapping = {
  personalNotes: null,
  nickName: 'department',
  spouseName: 'businessAddress.state',
  assistantName: 'businessPhones[1]',
};

export function hasHistory(): boolean {
  return existsSync(directory);
}

export function readHistory(): { start: Record<string, SourceContact>; changeSets: ChangeSet[] } {
  const { contacts } = startFile.parse(JSON.parse(readFileSync(join(directory, 'start.json'), 'utf8')));
  const lines = readFileSync(join(directory, 'changes.jsonl'), 'utf8').trim().split('\n');
  return { start: contacts, changeSets: lines.map(line => changeSet.parse(JSON.parse(line))) };
}

/** The same history in fewer steps: so many change sets at once, the last state of each contact counts. */
export function joinChangeSets(changeSets: readonly ChangeSet[], size: number): ChangeSet[] {
  return chunksOf(changeSets, size).map(part => ({
    date: part.at(-1)?.date ?? '',
    changed: Object.assign({}, ...part.map(({ changed }) => changed)) as ChangeSet['changed'],
  }));
}

export function readEnd(): Record<string, SourceContact> {
  return z.record(z.string(), contact).parse(JSON.parse(readFileSync(join(directory, 'end.json'), 'utf8')));
}

/** What a target should show of a source contact by the mapping above, computed from the data alone. */
export function expectedContent(source: SourceContact): string {
  const { personalNotes, birthday, ...others } = source;
  const address = source.businessAddress as { state?: string } | undefined;
  const phones = source.businessPhones as string[] | undefined;
  return JSON.stringify(
    contentOf({
      ...others,
      birthday: isDate(birthday) ? birthday : undefined,
      nickName: source.department,
      spouseName: address?.state,
      assistantName: phones?.[1],
      categories: [category],
    }),
  );
}

export interface Expectation {
  created: number;
  updated: number;
  deleted: number;
}

/** The source folder as an admin keeps it: change sets go in, in the way Graph takes them. */
export function openSourceFolder(graph: Pick<GraphDriver, 'batch'>, mailbox: string, folder: string) {
  const contacts = new Map<string, { id: string; source: SourceContact; expected: string }>();
  return { apply, expectedContents, contents: () => Object.fromEntries([...contacts].map(toSource)) };

  function expectedContents(): string[] {
    return [...contacts.values()].map(({ expected }) => expected).sort();
  }

  /** Resolves with what each target has to be written. */
  async function apply(changed: ChangeSet['changed']): Promise<Expectation> {
    const counts = { created: 0, updated: 0, deleted: 0 };
    const gone = new Map<string, string>();
    const come = new Map<string, string>();
    const requests: { key: string; method: string; url: string; body?: unknown }[] = [];
    for (const [key, source] of Object.entries(changed)) {
      const before = contacts.get(key);
      const url = `/users/${mailbox}/contacts/${before?.id}`;
      if (!source) {
        if (!before) continue;
        requests.push({ key, method: 'DELETE', url });
        contacts.delete(key);
        gone.set(nameOf(before.source), before.expected);
        counts.deleted++;
        continue;
      }
      const expected = expectedContent(source);
      contacts.set(key, { id: before?.id ?? '', source, expected });
      if (!before) {
        const body = toGraph(source);
        requests.push({ key, method: 'POST', url: `/users/${mailbox}/contactFolders/${folder}/contacts`, body });
        come.set(nameOf(source), expected);
        counts.created++;
        continue;
      }
      const cleared = Object.fromEntries(Object.keys(before.source).map(name => [name, null]));
      requests.push({ key, method: 'PATCH', url, body: { ...cleared, ...toGraph(source) } });
      if (before.expected !== expected) counts.updated++;
    }
    const answers = await graph.batch(requests.map(({ key, ...request }) => request));
    for (const [index, { key, method }] of requests.entries()) {
      const added = contacts.get(key);
      if (method === 'POST' && added) added.id = String(answers[index]?.id);
    }
    return withoutImportedAnew(counts, gone, come);
  }
}

function nameOf({ displayName, companyName }: SourceContact = {}): string {
  return `${displayName} ${companyName}`;
}

/** Who goes under one id and comes under another is changed at most (rules.md: Imported anew). */
function withoutImportedAnew(
  { created, updated, deleted }: Expectation,
  gone: ReadonlyMap<string, string>,
  come: ReadonlyMap<string, string>,
): Expectation {
  const same = [...come].filter(([name]) => gone.has(name));
  const changed = same.filter(([name, expected]) => gone.get(name) !== expected);
  return { created: created - same.length, updated: updated + changed.length, deleted: deleted - same.length };
}

function toSource([key, { source }]: [string, { source: SourceContact }]): [string, SourceContact] {
  return [key, source];
}

function toGraph(source: SourceContact): Record<string, unknown> {
  const { birthday } = source;
  return { ...source, birthday: isDate(birthday) ? `${birthday}T00:00:00Z` : null };
}

/** One change set says only the year, which Exchange refuses. */
function isDate(birthday: unknown): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(String(birthday));
}
