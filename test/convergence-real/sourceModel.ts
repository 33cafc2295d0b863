import { category, expectedContent } from '../end-to-end/congress.ts';

export type Json = Readonly<Record<string, unknown>>;

/** What a target should show of a source contact, from a time on (milliseconds since 1970). */
interface Revision {
  readonly at: number;
  readonly content: Json;
}

/** A contact of the source, as far as the driver wrote it. */
export interface SourceContact {
  /** Its immutable id, which is the source key. */
  readonly id: string;
  /** Its name in the directory's history; contacts that were added at random have one of their own. */
  readonly key: string;
  fields: Json;
  folderId: string;
  readonly revisions: Revision[];
}

/** What the source holds and has held, apart from what the product makes of it. */
export interface SourceModel {
  readonly contacts: ReadonlyMap<string, SourceContact>;
  findByKey(key: string): SourceContact | undefined;
  add(contact: Omit<SourceContact, 'revisions'>, at: number): void;
  change(id: string, fields: Json, at: number): void;
  remove(id: string): void;
  /**
   * What the source holds, by the keys that the product knows it by. Who was removed and came again under another id, and
   * was recognised, keeps the key of before, and what targets were written then still counts.
   *
   * @param keys by id; a key counts only where the source had it
   */
  byKeys(keys: ReadonlyMap<string, string>): ReadonlyMap<string, SourceContact>;
}

export function createSourceModel(): SourceModel {
  const contacts = new Map<string, SourceContact>();
  const removed = new Map<string, SourceContact>();
  const byKey = new Map<string, SourceContact>();
  return { contacts, findByKey: key => byKey.get(key), add, change, remove, byKeys };

  function add(added: Omit<SourceContact, 'revisions'>, at: number): void {
    const contact: SourceContact = { ...added, revisions: [{ at, content: mapped(added.fields) }] };
    contacts.set(contact.id, contact);
    byKey.set(contact.key, contact);
  }

  function change(id: string, fields: Json, at: number): void {
    const contact = contacts.get(id);
    if (!contact) return;
    contact.fields = fields;
    contact.revisions.push({ at, content: mapped(fields) });
  }

  function remove(id: string): void {
    const contact = contacts.get(id);
    if (!contact) return;
    contacts.delete(id);
    removed.set(id, contact);
    byKey.delete(contact.key);
  }

  function byKeys(keys: ReadonlyMap<string, string>): ReadonlyMap<string, SourceContact> {
    return new Map(
      [...contacts.values()].map(contact => {
        const former = removed.get(keys.get(contact.id) ?? '');
        return former
          ? [former.id, { ...contact, id: former.id, revisions: [...former.revisions, ...contact.revisions] }]
          : [contact.id, contact];
      }),
    );
  }
}

/** What the targets should show of it in the end. */
export function wantedOf({ revisions }: SourceContact): Json {
  return revisions.at(-1)?.content ?? {};
}

/**
 * Whether a target may have been written, by that time, what is wanted in the end: then the product had no reason to
 * write it again, and what a user did at that time may stay. Without a field, the contact as a whole.
 */
export function mayHaveBeenWritten(contact: SourceContact, at: number, field?: string): boolean {
  const wanted = wantedOf(contact);
  return contact.revisions.some(
    revision =>
      revision.at <= at &&
      (field === undefined ? isSame(revision.content, wanted) : isSame(revision.content[field], wanted[field])),
  );
}

export function isSame(left: unknown, right: unknown): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

/** The list's category comes beside those that the contact has at the source. */
function mapped(fields: Json): Json {
  const content = JSON.parse(expectedContent({ ...fields })) as Json;
  return { ...content, categories: [...((fields.categories ?? []) as string[]), category] };
}
