import { didYouMean } from './closestName.ts';
import {
  type Contact,
  type ContactField,
  type ContactValue,
  contactFields,
  isContactField,
  kindOf,
  type ListField,
} from './contact.ts';
import { type FieldPath, kindOfPath, parseFieldPath, readField } from './fieldPath.ts';

/** Target field -> where its value comes from; null leaves the target field alone. What is not named maps to itself. */
export type MappingRules = Readonly<Record<string, string | null>>;

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

/** What Exchange takes of them at most; of the other lists it takes any number. */
const mostEntries: Partial<Record<ListField, number>> = { businessPhones: 2, homePhones: 2, imAddresses: 3 };

const namesOfKinds: Readonly<Record<ReturnType<typeof kindOf>, string>> = {
  text: 'a text',
  list: 'a list',
  address: 'an address',
  date: 'a date',
  emailAddresses: 'a list of e-mail addresses',
};

function parseRule(field: string, rule: string | null): FieldPath | null | MappingFault {
  if (!isContactField(field)) {
    const problem = `"${field}" is not a field of a contact that can be written${didYouMean(field, contactFields)}`;
    return { field, problem };
  }
  if (rule === null) return null;
  const source = parseFieldPath(rule);
  if (typeof source === 'string') return { field, problem: source };
  if (kindOfPath(source) !== kindOf(field)) {
    const problem = `${namesOfKinds[kindOf(field)]} cannot hold "${rule}", which is ${namesOfKinds[kindOfPath(source)]}`;
    return { field, problem };
  }
  return source;
}

/** Every fault of the rules: unknown fields, and values whose type does not fit. Empty when they are good. */
export function findMappingFaults(rules: MappingRules): MappingFault[] {
  return Object.entries(rules).flatMap(([field, rule]) => {
    const parsed = parseRule(field, rule);
    return parsed && 'problem' in parsed ? [parsed] : [];
  });
}

/** Rules that cannot do anything: elements of a list that Exchange never has. */
export function findMappingDoubts(rules: MappingRules): MappingFault[] {
  return Object.entries(rules).flatMap(([field, rule]) => {
    const parsed = parseRule(field, rule);
    if (!parsed || 'problem' in parsed || parsed.from !== 'listElement') return [];
    const most = mostEntries[parsed.field];
    if (most === undefined || parsed.index < most) return [];
    const problem = `"${rule}" is never there: ${parsed.field} holds at most ${most} entries, [0] to [${most - 1}]`;
    return [{ field, problem }];
  });
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
export function compileMapping(rules: MappingRules, category: string | null): Mapping {
  const sources = new Map<ContactField, FieldPath>();
  for (const field of contactFields) {
    const rule = field in rules ? (rules[field] ?? null) : field;
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
      const value = readField(contact, source);
      if (value !== undefined) values[field] = value;
    }
    const categories = withCategory((values.categories as readonly string[] | undefined) ?? [], category);
    if (categories.length > 0) values.categories = categories;
    return values as Contact;
  }
}
