/**
 * Single-value extended properties: set in the body of a contact or folder, hidden unless expanded, filterable.
 * https://learn.microsoft.com/graph/api/resources/extended-properties-overview
 */
import { z } from 'zod';
import { type FilterAny, type FilterExpression, FilterSyntaxError, parseFilter } from './filterExpression.ts';
import { invalidFilter, invalidProperty, undeserializableBody, unparsableQuery } from './graphError.ts';

export type ExtendedProperties = Record<string, string>;
export type ExtendedPropertyCondition = { id: string; operator: string; value: string };

const types =
  'ApplicationTime|Binary|Boolean|CLSID|Currency|Double|Error|Float|Integer|Long|Null|Object|Short|String|SystemTime';
const named = new RegExp(
  `^(${types}) (\\{[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\\}) (Name \\S.*|Id 0x[0-9a-f]+)$`,
  'i',
);
const tagged = new RegExp(`^(${types}) (0x[0-9a-f]{1,8})$`, 'i');

const bodySchema = z.array(z.looseObject({ id: z.string(), value: z.string() }));

/** One spelling for an id: the property set in lower case, numbers without leading zeros. The name's case counts. */
function canonicalPropertyId(id: string): string {
  const match = named.exec(id) ?? tagged.exec(id);
  if (!match) {
    throw invalidProperty(
      "PropertyId values may only be in one of the following formats: 'MapiPropertyType namespaceGuid Name propertyName', 'MapiPropertyType namespaceGuid Id propertyId' or 'MapiPropertyType propertyTag'.",
    );
  }
  const [, type, setOrTag = '', name] = match;
  if (name === undefined) return `${type} ${canonicalNumber(setOrTag)}`;
  const written = /^id /i.test(name) ? `Id ${canonicalNumber(name.slice('Id '.length))}` : name;
  return `${type} ${setOrTag.toLowerCase()} ${written}`;
}

function canonicalNumber(hexadecimal: string): string {
  return `0x${Number(hexadecimal).toString(16)}`;
}

export function readExtendedProperties(body: unknown): ExtendedProperties {
  const parsed = bodySchema.safeParse(body);
  if (!parsed.success) throw undeserializableBody('singleValueExtendedProperties');
  return Object.fromEntries(parsed.data.map(property => [canonicalPropertyId(property.id), property.value]));
}

/** The ids that `$expand=singleValueExtendedProperties($filter=id eq 'A' or id eq 'B')` names. */
export function readExpand(expand: string | null): string[] {
  if (expand === null) return [];
  const filter = /^\s*singleValueExtendedProperties\s*\(\s*\$filter\s*=(.*)\)\s*$/is.exec(expand)?.[1];
  if (filter === undefined) throw unparsableQuery(`Parsing OData Select and Expand failed: '${expand}'.`);
  return idsOf(parseOrRefuse(filter)).map(canonicalPropertyId);
}

/** Items that have none of the wanted properties lack the member. */
export function expandedMember(properties: ExtendedProperties, wanted: string[]): Record<string, unknown> {
  const found = wanted.flatMap(id => {
    const value = properties[id];
    return value === undefined ? [] : [{ id, value }];
  });
  return found.length === 0 ? {} : { singleValueExtendedProperties: found };
}

/** Reads the condition of `singleValueExtendedProperties/any(ep: ep/id eq 'A' and ep/value eq 'x')`. */
export function readPropertyCondition(expression: FilterAny): ExtendedPropertyCondition {
  const { condition, variable } = expression;
  if (condition.kind !== 'and') throw invalidFilter();
  const sides = [condition.left, condition.right];
  const id = sides.find(side => side.kind === 'comparison' && side.path === `${variable}/id` && side.operator === 'eq');
  const value = sides.find(side => side.kind === 'comparison' && side.path === `${variable}/value`);
  if (id?.kind !== 'comparison' || value?.kind !== 'comparison') throw invalidFilter();
  if (!['eq', 'ne', 'startswith', 'contains'].includes(value.operator)) throw invalidFilter();
  return { id: canonicalPropertyId(id.value), operator: value.operator, value: value.value };
}

function idsOf(expression: FilterExpression): string[] {
  if (expression.kind === 'or') return [...idsOf(expression.left), ...idsOf(expression.right)];
  if (expression.kind !== 'comparison' || expression.path.toLowerCase() !== 'id' || expression.operator !== 'eq') {
    throw invalidFilter();
  }
  return [expression.value];
}

export function parseOrRefuse(filter: string): FilterExpression {
  try {
    return parseFilter(filter);
  } catch (error) {
    if (error instanceof FilterSyntaxError) throw invalidFilter();
    throw error;
  }
}
