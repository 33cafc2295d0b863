/**
 * Parser of the part of OData's $filter that Graph documents for users, groups, folders and contacts: comparisons,
 * `in`, `startswith` and `contains`, `and`, `or`, parentheses and `any(x: ...)`.
 */

export type FilterComparison = { kind: 'comparison'; path: string; operator: string; value: string };
export type FilterAny = { kind: 'any'; path: string; variable: string; condition: FilterExpression };
export type FilterExpression =
  | FilterComparison
  | FilterAny
  | { kind: 'and'; left: FilterExpression; right: FilterExpression }
  | { kind: 'or'; left: FilterExpression; right: FilterExpression };

/** The text is no filter that this parser knows. Each resource has its own error for that. */
export class FilterSyntaxError extends Error {}

/** A predicate of the expression; `leaf` makes that of one condition, or throws for one that the resource refuses. */
export function compileFilter<T>(
  expression: FilterExpression,
  leaf: (condition: FilterComparison | FilterAny) => (item: T) => boolean,
): (item: T) => boolean {
  if (expression.kind !== 'and' && expression.kind !== 'or') return leaf(expression);
  const left = compileFilter(expression.left, leaf);
  const right = compileFilter(expression.right, leaf);
  return expression.kind === 'and' ? item => left(item) && right(item) : item => left(item) || right(item);
}

type Tokens = { list: string[]; next: number };

const tokenPattern = /\s*('(?:[^']|'')*'|[A-Za-z_@$][\w.$]*(?:\/[A-Za-z_@$][\w.$]*)*|-?\d[\w:.+-]*|[(),:])/y;

export function parseFilter(text: string): FilterExpression {
  const tokens: Tokens = { list: tokenize(text), next: 0 };
  const expression = parseOr(tokens);
  if (tokens.next !== tokens.list.length) throw new FilterSyntaxError(text);
  return expression;
}

function tokenize(text: string): string[] {
  const list: string[] = [];
  const trimmed = text.trimEnd();
  let position = 0;
  while (position < trimmed.length) {
    tokenPattern.lastIndex = position;
    const token = tokenPattern.exec(trimmed)?.[1];
    if (token === undefined) throw new FilterSyntaxError(text);
    list.push(token);
    position = tokenPattern.lastIndex;
  }
  return list;
}

function parseOr(tokens: Tokens): FilterExpression {
  let left = parseAnd(tokens);
  while (accept(tokens, 'or')) left = { kind: 'or', left, right: parseAnd(tokens) };
  return left;
}

function parseAnd(tokens: Tokens): FilterExpression {
  let left = parseCondition(tokens);
  while (accept(tokens, 'and')) left = { kind: 'and', left, right: parseCondition(tokens) };
  return left;
}

function parseCondition(tokens: Tokens): FilterExpression {
  if (accept(tokens, '(')) {
    const inner = parseOr(tokens);
    expect(tokens, ')');
    return inner;
  }
  const word = take(tokens);
  if (accept(tokens, '(')) return parseCall(tokens, word);
  if (accept(tokens, 'in')) return parseIn(tokens, word);
  const operator = take(tokens).toLowerCase();
  if (!['eq', 'ne', 'gt', 'ge', 'lt', 'le'].includes(operator)) throw new FilterSyntaxError(operator);
  return { kind: 'comparison', path: word, operator, value: literal(take(tokens)) };
}

/** `id in ('a','b')`: as if each were asked for. */
function parseIn(tokens: Tokens, path: string): FilterExpression {
  expect(tokens, '(');
  let expression = equality(path, take(tokens));
  while (accept(tokens, ',')) expression = { kind: 'or', left: expression, right: equality(path, take(tokens)) };
  expect(tokens, ')');
  return expression;
}

function equality(path: string, value: string): FilterExpression {
  return { kind: 'comparison', path, operator: 'eq', value: literal(value) };
}

function parseCall(tokens: Tokens, name: string): FilterExpression {
  if (['startswith', 'contains', 'endswith'].includes(name.toLowerCase())) {
    const path = take(tokens);
    expect(tokens, ',');
    const value = literal(take(tokens));
    expect(tokens, ')');
    return { kind: 'comparison', path, operator: name.toLowerCase(), value };
  }
  const lambda = /^(.+)\/any$/i.exec(name)?.[1];
  if (lambda === undefined) throw new FilterSyntaxError(name);
  const variable = take(tokens);
  expect(tokens, ':');
  const condition = parseOr(tokens);
  expect(tokens, ')');
  return { kind: 'any', path: lambda, variable, condition };
}

function take(tokens: Tokens): string {
  const token = tokens.list[tokens.next];
  if (token === undefined) throw new FilterSyntaxError('unexpected end');
  tokens.next += 1;
  return token;
}

function accept(tokens: Tokens, wanted: string): boolean {
  if (tokens.list[tokens.next]?.toLowerCase() !== wanted) return false;
  tokens.next += 1;
  return true;
}

function expect(tokens: Tokens, wanted: string): void {
  if (!accept(tokens, wanted)) throw new FilterSyntaxError(wanted);
}

function literal(token: string): string {
  if (token.startsWith("'")) return token.slice(1, -1).replaceAll("''", "'");
  if (/^(true|false|null|-?\d.*)$/.test(token)) return token;
  throw new FilterSyntaxError(token);
}

/** `eq`, `ne`, `startswith`, `contains` and `endswith` on text, letters' case included. */
export function compareText(actual: string, operator: string, wanted: string): boolean {
  if (operator === 'eq') return actual === wanted;
  if (operator === 'ne') return actual !== wanted;
  if (operator === 'startswith') return actual.startsWith(wanted);
  if (operator === 'endswith') return actual.endsWith(wanted);
  if (operator === 'contains') return actual.includes(wanted);
  throw new FilterSyntaxError(operator);
}

/** The same without regard to case: names and addresses compare so in Exchange and in the directory. */
export function compareName(actual: unknown, operator: string, wanted: string): boolean {
  return compareText(String(actual ?? 'null').toLowerCase(), operator, wanted.toLowerCase());
}
