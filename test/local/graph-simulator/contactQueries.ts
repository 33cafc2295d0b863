/** `$filter` and `$orderby` on contacts: only what Graph documents, and its error for the rest. */
import { readStored } from './contactEntity.ts';
import { contactProperties } from './contactProperties.ts';
import { type ExtendedPropertyCondition, parseOrRefuse, readPropertyCondition } from './extendedProperties.ts';
import { compareName, compareText, compileFilter, type FilterAny, type FilterComparison } from './filterExpression.ts';
import { invalidFilter, unparsableQuery } from './graphError.ts';
import type { Contact } from './mailbox.ts';

type ContactFilter = (contact: Contact) => boolean;

/** @throws ErrorInvalidUrlQueryFilter for any other predicate than those on texts, addresses and extended properties */
export function contactFilter(filter: string | null): ContactFilter {
  return filter === null ? () => true : compileFilter(parseOrRefuse(filter), contactCondition);
}

function contactCondition(condition: FilterComparison | FilterAny): ContactFilter {
  if (condition.kind !== 'any') return textFilter(condition);
  const path = condition.path.toLowerCase();
  if (path === 'singlevalueextendedproperties') return extendedPropertyFilter(readPropertyCondition(condition));
  if (path === 'emailaddresses') return addressFilter(condition);
  throw invalidFilter();
}

/** `displayName eq 'Ada'`, `startswith(surname,'L')`: texts compare without regard to case. */
function textFilter({ path, operator, value }: FilterComparison): ContactFilter {
  if (contactProperties[path] !== 'string' || !['eq', 'ne', 'startswith'].includes(operator)) throw invalidFilter();
  return contact => compareName(readStored(contact)[path], operator, value);
}

function addressFilter({ condition, variable }: FilterAny): ContactFilter {
  if (condition.kind !== 'comparison' || condition.path !== `${variable}/address` || condition.operator !== 'eq') {
    throw invalidFilter();
  }
  const wanted = condition.value;
  return contact =>
    readStored(contact).emailAddresses?.some(({ address }) => compareName(address, 'eq', wanted)) ?? false;
}

/** Looks at the stored text first: a search over a large folder need not parse every contact. */
function extendedPropertyFilter({ id, operator, value }: ExtendedPropertyCondition): ContactFilter {
  const written = JSON.stringify(id);
  return contact => {
    if (!contact.properties.includes(written)) return false;
    const actual = readStored(contact).extendedProperties?.[id];
    return actual !== undefined && compareText(actual, operator, value);
  };
}

export function contactOrder(orderBy: string | null, contacts: Contact[]): Contact[] {
  if (orderBy === null) return contacts;
  const [, name = '', direction = 'asc'] = /^\s*(\w+)(?:\s+(asc|desc))?\s*$/i.exec(orderBy) ?? [];
  if (contactProperties[name] !== 'string')
    throw unparsableQuery(`The property '${name}' cannot be used in the $orderby query option.`);
  const sign = direction.toLowerCase() === 'desc' ? -1 : 1;
  return contacts
    .map(contact => ({ contact, text: String(readStored(contact)[name] ?? '') }))
    .sort((a, b) => sign * a.text.localeCompare(b.text))
    .map(({ contact }) => contact);
}
