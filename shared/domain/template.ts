import { Liquid, type Template as LiquidTemplate } from 'liquidjs';
import { didYouMean } from './closestName.ts';
import { addressParts, type Contact, type ContactField, contactFields, isContactField, kindOf } from './contact.ts';
import { formatDate } from './dateFormat.ts';
import { isPhoneRegion, type PhoneFormat, phoneFormats, rewritePhone } from './phone.ts';

/** A text of Liquid over the fields of one contact. */
export interface Template {
  readonly from: 'template';
  /** The fields that it reads. */
  readonly fields: readonly ContactField[];
  /** Empty where nothing comes of it. */
  render(contact: Contact): string;
}

const tags = ['if', 'unless', 'case'];
const filters = [
  'append',
  'capitalize',
  'default',
  'downcase',
  'first',
  'join',
  'last',
  'lstrip',
  'prepend',
  'remove',
  'replace',
  'rstrip',
  'size',
  'slice',
  'split',
  'strip',
  'truncate',
  'upcase',
];
const mostCharacters = 2000;
const mostMemory = 1_000_000;
const engine = createEngine();

/** @returns the fault where the text is no template */
export function compileTemplate(text: string): Template | string {
  if (text.length > mostCharacters) return `a template has at most ${mostCharacters} characters`;
  try {
    const parsed = engine.parse(text);
    const fields = readFields(parsed);
    if (typeof fields === 'string') return fields;
    const template: Template = { from: 'template', fields, render: contact => renderText(parsed, contact) };
    for (const contact of [{}, fullContact]) template.render(contact);
    return template;
  } catch (error) {
    return describeFault(error);
  }
}

/** No files, no loops, no filter that is not named above; a value is never taken for a template. */
function createEngine(): Liquid {
  const liquid = new Liquid({
    strictFilters: true,
    ownPropertyOnly: true,
    parseLimit: mostCharacters,
    memoryLimit: mostMemory,
    templates: {},
    outputEscape: textOf,
  });
  for (const name of Object.keys(liquid.tags)) if (!tags.includes(name)) delete liquid.tags[name];
  for (const name of Object.keys(liquid.filters)) if (!filters.includes(name)) delete liquid.filters[name];
  liquid.registerFilter('date', (value: unknown, format: unknown) => formatDate(textOf(value), textOf(format)));
  liquid.registerFilter('phone', formatPhone);
  return liquid;
}

function formatPhone(value: unknown, format: unknown, region?: unknown): string {
  if (!(phoneFormats as readonly unknown[]).includes(format)) {
    throw new TemplateFault(`the filter "phone" takes one of ${phoneFormats.map(name => `"${name}"`).join(', ')}`);
  }
  if (region !== undefined && !isPhoneRegion(textOf(region))) {
    throw new TemplateFault(`"${textOf(region)}" is no region: give two capital letters, such as "DE"`);
  }
  const rule = { format: format as PhoneFormat, region: region === undefined ? undefined : textOf(region) };
  return rewritePhone(textOf(value), rule);
}

class TemplateFault extends Error {}

function readFields(parsed: LiquidTemplate[]): ContactField[] | string {
  const fields = new Set<ContactField>();
  for (const [name, ...rest] of engine.globalVariableSegmentsSync(parsed)) {
    const field = String(name);
    if (!isContactField(field)) return `"${field}" is not a field of a contact${didYouMean(field, contactFields)}`;
    const fault = findSegmentFault(field, rest);
    if (fault) return fault;
    fields.add(field);
  }
  return [...fields];
}

function findSegmentFault(field: ContactField, [segment]: readonly unknown[]): string | undefined {
  if (segment === undefined) return undefined;
  const kind = kindOf(field);
  if (kind === 'address') {
    if ((addressParts as readonly unknown[]).includes(segment)) return undefined;
    return `an address has no part "${String(segment)}"; it has ${addressParts.join(', ')}${didYouMean(String(segment), addressParts)}`;
  }
  const isElement = typeof segment === 'number' || ['first', 'last', 'size'].includes(String(segment));
  if ((kind === 'list' || kind === 'emailAddresses') && isElement) return undefined;
  return `"${field}" has no part "${String(segment)}"`;
}

function renderText(parsed: LiquidTemplate[], contact: Contact): string {
  const scope = Object.assign(Object.create(null), contact);
  return String(engine.renderSync(parsed, scope)).trim();
}

/** A list or an address that is written as a whole must not run together into one word. */
function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(textOf).join(', ');
  return value === undefined || value === null ? '' : String(value);
}

function describeFault(error: unknown): string {
  const { originalError = error, message } = error as { originalError?: unknown; message: string };
  if (originalError instanceof TemplateFault) return originalError.message;
  const [line = ''] = message.split('\n');
  const [, filter] = /^undefined filter: (\w+)/.exec(line) ?? [];
  const meant = filter === undefined ? '' : didYouMean(filter, Object.keys(engine.filters));
  return `the template cannot be read: ${line}${meant}`;
}

/** With something in every field, to find in advance what fails only then. */
const fullContact = Object.fromEntries(contactFields.map(field => [field, exampleOf(field)])) as Contact;

function exampleOf(field: ContactField): unknown {
  switch (kindOf(field)) {
    case 'list':
      return ['a', 'b'];
    case 'address':
      return Object.fromEntries(addressParts.map(part => [part, 'a']));
    case 'emailAddresses':
      return [{ name: 'a', address: 'a@contoso.example' }];
    case 'date':
      return '2000-02-29';
    case 'text':
      return 'a';
  }
}
