import type { Contact, ContactField, ContactValue } from './contact.ts';
import { parseFieldPath, readField } from './fieldPath.ts';

/** What a contact must meet, as data. Texts are compared without regard to case and outer blanks. */
export type Condition =
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly not: Condition }
  | FieldCondition;

/** Of a list, an entry that meets it is enough; of an e-mail entry its address counts, of an address any part of it. */
export type FieldCondition = { readonly field: string } & (
  | { readonly in: readonly string[] }
  | { readonly startsWith: string }
  | { readonly has: string }
  | { readonly exists: boolean }
);

/** @param condition one whose fields were found to be fields of a contact */
export function meets(contact: Contact, condition: Condition): boolean {
  if ('all' in condition) return condition.all.every(each => meets(contact, each));
  if ('any' in condition) return condition.any.some(each => meets(contact, each));
  if ('not' in condition) return !meets(contact, condition.not);
  return meetsField(textsOf(contact, condition.field), condition);
}

/** The fields of a contact that a condition looks at. */
export function fieldsOfCondition(condition: Condition): ContactField[] {
  if ('all' in condition) return condition.all.flatMap(fieldsOfCondition);
  if ('any' in condition) return condition.any.flatMap(fieldsOfCondition);
  if ('not' in condition) return fieldsOfCondition(condition.not);
  const path = parseFieldPath(condition.field);
  return typeof path === 'string' ? [] : [path.field];
}

function meetsField(texts: readonly string[], condition: FieldCondition): boolean {
  if ('exists' in condition) return texts.length > 0 === condition.exists;
  if ('has' in condition) return texts.includes(plain(condition.has));
  if ('startsWith' in condition) return texts.some(text => text.startsWith(plain(condition.startsWith)));
  return condition.in.some(text => texts.includes(plain(text)));
}

function textsOf(contact: Contact, field: string): string[] {
  const path = parseFieldPath(field);
  const value: ContactValue | undefined = typeof path === 'string' ? undefined : readField(contact, path);
  if (value === undefined) return [];
  if (typeof value === 'string') return [plain(value)];
  if (!Array.isArray(value)) return Object.values(value).map(plain);
  return value.flatMap(entry =>
    typeof entry === 'string' ? [plain(entry)] : entry.address ? [plain(entry.address)] : [],
  );
}

function plain(text: string): string {
  return text.trim().toLowerCase();
}
