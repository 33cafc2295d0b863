import {
  type Address,
  type AddressField,
  type AddressPart,
  addressParts,
  type Contact,
  type ContactField,
  type ContactValue,
  contactFields,
  isContactField,
  kindOf,
  type ListField,
} from './contact.ts';

/** Target field -> where its value comes from; null leaves the target field alone. What is not named maps to itself. */
export type MappingRules = Readonly<Record<string, string | null>>;

type ValueSource =
  | { readonly from: 'field'; readonly field: ContactField }
  | { readonly from: 'addressPart'; readonly field: AddressField; readonly part: AddressPart }
  | { readonly from: 'listElement'; readonly field: ListField; readonly index: number };

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

const partOfField = /^(\w+)\.(\w+)$/;
const elementOfField = /^(\w+)\[(\d+)\]$/;

function parseValueSource(text: string): ValueSource | string {
  if (isContactField(text)) return { from: 'field', field: text };
  const [, addressField, part] = partOfField.exec(text) ?? [];
  if (addressField && part) {
    if (!isContactField(addressField) || kindOf(addressField) !== 'address')
      return `"${addressField}" is not an address`;
    if (!(addressParts as readonly string[]).includes(part)) {
      return `an address has no part "${part}"; it has ${addressParts.join(', ')}`;
    }
    return { from: 'addressPart', field: addressField as AddressField, part: part as AddressPart };
  }
  const [, listField, index] = elementOfField.exec(text) ?? [];
  if (listField && index) {
    if (!isContactField(listField) || kindOf(listField) !== 'list') return `"${listField}" is not a list of texts`;
    return { from: 'listElement', field: listField as ListField, index: Number(index) };
  }
  return `"${text}" is not a field of a contact`;
}

function kindOfSource(source: ValueSource): string {
  return source.from === 'field' ? kindOf(source.field) : 'text';
}

function parseRule(field: string, rule: string | null): ValueSource | null | MappingFault {
  if (!isContactField(field)) return { field, problem: `"${field}" is not a field of a contact that can be written` };
  if (rule === null) return null;
  const source = parseValueSource(rule);
  if (typeof source === 'string') return { field, problem: source };
  if (kindOfSource(source) !== kindOf(field)) {
    return { field, problem: `a ${kindOf(field)} cannot hold "${rule}", which is a ${kindOfSource(source)}` };
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

function readValue(contact: Contact, source: ValueSource): ContactValue | undefined {
  if (source.from === 'field') return contact[source.field];
  if (source.from === 'addressPart') return (contact[source.field] as Address | undefined)?.[source.part];
  return contact[source.field]?.[source.index];
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
  const sources = new Map<ContactField, ValueSource>();
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
      const value = readValue(contact, source);
      if (value !== undefined) values[field] = value;
    }
    const categories = withCategory((values.categories as readonly string[] | undefined) ?? [], category);
    if (categories.length > 0) values.categories = categories;
    return values as Contact;
  }
}
