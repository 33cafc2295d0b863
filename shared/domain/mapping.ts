import { didYouMean } from './closestName.ts';
import {
  type Contact,
  type ContactField,
  type ContactValue,
  contactFields,
  isContactField,
  isExtendedField,
  kindOf,
  type ListField,
} from './contact.ts';
import { type EntryLimits, entryLimits } from './entryLimits.ts';
import { type FieldPath, kindOfPath, parseFieldPath, readField } from './fieldPath.ts';
import { type PhoneRule, phoneFields, rewritePhone } from './phone.ts';
import { compileTemplate, type Template } from './template.ts';

/**
 * Target field -> where its value comes from; null leaves the target field alone. What is not named maps to itself, but
 * for extended fields, which are left alone.
 */
export type MappingRules = Readonly<Record<string, MappingRule>>;
export type MappingRule = string | null | { readonly template: string };

/** What a list does with values beside its rules. */
export interface ValueRules {
  readonly phones?: PhoneRule | undefined;
  /** Of target fields that nothing was mapped to. */
  readonly defaults?: DefaultValues | undefined;
}

export type DefaultValues = Readonly<Record<string, string | readonly string[]>>;

/** How one list turns a source contact into the contact that its targets hold. */
export interface Mapping {
  /** The fields we write; every other field of a target contact is the user's. */
  readonly managedFields: readonly ContactField[];
  apply(source: Contact): Contact;
}

export interface MappingFault {
  /** The target field that the rule names. */
  readonly field: string;
  readonly problem: string;
}

const namesOfKinds: Readonly<Record<ReturnType<typeof kindOf>, string>> = {
  text: 'a text',
  list: 'a list',
  address: 'an address',
  date: 'a date',
  emailAddresses: 'a list of e-mail addresses',
};

type ValueSource = FieldPath | Template;

function parseRule(field: string, rule: MappingRule): ValueSource | null | MappingFault {
  if (!isContactField(field)) {
    const problem = `"${field}" is not a field of a contact that can be written${didYouMean(field, contactFields)}`;
    return { field, problem };
  }
  if (rule === null) return null;
  if (typeof rule === 'object') return parseTemplate(field, rule.template);
  const source = parseFieldPath(rule);
  if (typeof source === 'string') return { field, problem: source };
  if (kindOfPath(source) !== kindOf(field)) {
    const problem = `${namesOfKinds[kindOf(field)]} cannot hold "${rule}", which is ${namesOfKinds[kindOfPath(source)]}`;
    return { field, problem };
  }
  return source;
}

/** A template gives one text, which a list holds as its only entry. */
function parseTemplate(field: ContactField, text: string): Template | MappingFault {
  const template = compileTemplate(text);
  if (typeof template === 'string') return { field, problem: template };
  const kind = kindOf(field);
  if (kind === 'text' || kind === 'list') return template;
  return { field, problem: `${namesOfKinds[kind]} cannot hold a template, which gives a text` };
}

/** Every fault of default values: unknown fields, fields that the rules leave alone, and values that do not fit. */
export function findDefaultFaults(defaults: DefaultValues, rules: MappingRules): MappingFault[] {
  return Object.entries(defaults).flatMap(([field, value]) => {
    const parsed = parseRule(field, field);
    if (parsed && 'problem' in parsed) return [parsed];
    if (rules[field] === null) return [{ field, problem: 'is left alone by the mapping: it takes no default' }];
    if (isExtendedField(field as ContactField) && !(field in rules)) {
      return [{ field, problem: `is written only where the mapping names it: "mapping": {"${field}": "${field}"}` }];
    }
    const kind = kindOf(field as ContactField);
    if (kind === (Array.isArray(value) ? 'list' : 'text')) return [];
    return [{ field, problem: `${namesOfKinds[kind]} cannot hold ${Array.isArray(value) ? 'a list' : 'a text'}` }];
  });
}

/** Every fault of the rules: unknown fields, and values whose type does not fit. Empty when they are good. */
export function findMappingFaults(rules: MappingRules): MappingFault[] {
  return Object.entries(rules).flatMap(([field, rule]) => {
    const parsed = parseRule(field, rule);
    return parsed && 'problem' in parsed ? [parsed] : [];
  });
}

interface ParsedRule {
  readonly field: string;
  readonly source: ValueSource;
}

/** Of the rules without a fault, those that take a value from somewhere. */
function parsedRules(rules: MappingRules): ParsedRule[] {
  return Object.entries(rules).flatMap(([field, rule]) => {
    const source = parseRule(field, rule);
    return source && 'from' in source ? [{ field, source }] : [];
  });
}

/** Rules that cannot do anything: elements of a list that Exchange never has. */
export function findMappingDoubts(rules: MappingRules): MappingFault[] {
  return parsedRules(rules).flatMap(({ field, source }) => {
    const most = source.from === 'listElement' ? entryLimits[source.field] : undefined;
    if (source.from !== 'listElement' || most === undefined || source.index < most) return [];
    const problem = `"${rules[field]}" is never there: ${source.field} holds at most ${most} entries, [0] to [${most - 1}]`;
    return [{ field, problem }];
  });
}

/** The fields of a source contact that the rules name. */
export function sourceFieldsOf(rules: MappingRules): ContactField[] {
  return parsedRules(rules).flatMap(({ source }) => (source.from === 'template' ? source.fields : [source.field]));
}

/** How many entries of each list the rules give a place, those included that a list itself takes. */
export function entriesPlaced(rules: MappingRules): EntryLimits {
  const placed: Partial<Record<ListField, number>> = { ...entryLimits };
  for (const { source } of parsedRules(rules)) {
    const most = source.from === 'listElement' ? placed[source.field] : undefined;
    if (source.from === 'listElement' && most !== undefined && source.index >= most) {
      placed[source.field] = source.index + 1;
    }
  }
  return placed;
}

/** The entries that a list takes: the first ones. */
function withinLimits(field: ContactField, value: ContactValue): ContactValue {
  const most = entryLimits[field as ListField];
  return most !== undefined && Array.isArray(value) ? value.slice(0, most) : value;
}

function readValue(contact: Contact, field: ContactField, source: ValueSource): ContactValue | undefined {
  if (source.from !== 'template') return readField(contact, source);
  const text = source.render(contact);
  if (text === '') return undefined;
  return kindOf(field) === 'list' ? [text] : text;
}

function writePhones(field: ContactField, value: ContactValue, rule: PhoneRule): ContactValue {
  if (!phoneFields.includes(field)) return value;
  if (typeof value === 'string') return rewritePhone(value, rule);
  return Array.isArray(value) ? value.map(each => rewritePhone(each, rule)) : value;
}

/** Adds the list's category once, whatever its case at the source: Outlook's categories ignore case. */
function withCategory(categories: readonly string[], category: string | null): readonly string[] {
  if (category === null) return categories;
  const others = categories.filter(name => name.toLowerCase() !== category.toLowerCase());
  return [...others, category];
}

/**
 * The mapping of a list whose rules have no faults. The category is put beside the source's own categories.
 */
export function compileMapping(
  rules: MappingRules,
  category: string | null,
  { phones, defaults = {} }: ValueRules = {},
): Mapping {
  const sources = new Map<ContactField, ValueSource>();
  for (const field of contactFields) {
    const unnamed = isExtendedField(field) ? null : field;
    const rule = field in rules ? (rules[field] ?? null) : unnamed;
    const source = parseRule(field, rule);
    if (source && 'from' in source) sources.set(field, source);
  }
  const managedFields = contactFields.filter(
    field => sources.has(field) || (field === 'categories' && category !== null),
  );
  return { managedFields, apply };

  function apply(contact: Contact): Contact {
    const values: Partial<Record<ContactField, ContactValue>> = {};
    for (const [field, source] of sources) {
      const value = readValue(contact, field, source) ?? defaults[field];
      if (value === undefined) continue;
      const taken = withinLimits(field, value);
      values[field] = phones ? writePhones(field, taken, phones) : taken;
    }
    const categories = withCategory((values.categories as readonly string[] | undefined) ?? [], category);
    if (categories.length > 0) values.categories = categories;
    return values as Contact;
  }
}
