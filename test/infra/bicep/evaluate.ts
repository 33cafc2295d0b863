import type { Node } from 'web-tree-sitter';
import { azureAnswer } from './azureAnswers.ts';
import { type Loop, propertiesOf, readLoop } from './bicepFile.ts';
import { callFunction } from './functions.ts';
import { partsOf } from './parser.ts';

/** What a name stands for. */
export interface Scope {
  lookup(name: string): unknown;
}

/** A resource as an expression sees it before there is one: its name is known, most else is not. */
export class ResourceReference {
  readonly symbol: string;
  readonly type: string;
  readonly name: string;

  constructor(symbol: string, type: string, name: string) {
    this.symbol = symbol;
    this.type = type;
    this.name = name;
  }

  get id(): string {
    return runtimeValue(`${this.symbol}.id`);
  }
}

/** A module as an expression sees it. */
export class ModuleReference {
  readonly outputs: Readonly<Record<string, unknown>>;

  constructor(outputs: Readonly<Record<string, unknown>>) {
    this.outputs = outputs;
  }
}

/** A lambda's value. */
export type Lambda = (argument: unknown) => unknown;

/** One turn of a loop. */
export interface Expanded {
  readonly body: Node;
  readonly scope: Scope;
}

/** Stands for what only Azure knows. Part of a longer text, it stays readable. */
export function runtimeValue(expression: string): string {
  return `<${expression}>`;
}

/** The value of an expression that needs no names, such as a decorator's argument. */
export function readConstant(node: Node): unknown {
  return evaluate(node, { lookup: runtimeValue });
}

/** The value of an expression as far as it is known before a deployment. */
export function evaluate(node: Node, scope: Scope): unknown {
  const [first, second, third] = partsOf(node);
  const valueAt = (part: Node | undefined | null) => (part ? evaluate(part, scope) : undefined);
  switch (node.type) {
    case 'string':
      return evaluateString(node, scope);
    case 'number':
      return Number(node.text);
    case 'boolean':
      return node.text === 'true';
    case 'null':
      return null;
    case 'object':
      return Object.fromEntries([...propertiesOf(node)].map(([name, { value }]) => [name, evaluate(value, scope)]));
    case 'array':
      return partsOf(node).map(valueAt);
    case 'parenthesized_expression':
      return valueAt(first);
    case 'identifier':
      return scope.lookup(node.text);
    case 'ternary_expression':
      return valueAt(first) ? valueAt(second) : valueAt(third);
    case 'unary_expression':
      return node.text.startsWith('!') ? !valueAt(first) : -Number(valueAt(first));
    case 'binary_expression':
      return evaluateBinary(node.childForFieldName('operator')?.text ?? '', valueAt(first), () => valueAt(second));
    case 'member_expression':
      return memberOf(valueAt(first), second?.text ?? '', node);
    case 'subscript_expression':
      return memberOf(valueAt(first), String(valueAt(second)), node);
    case 'for_statement':
      return expandLoop(readLoop(node), scope).map(({ body, scope: inner }) => evaluate(body, inner));
    case 'lambda_expression': {
      const lambda: Lambda = argument =>
        second ? evaluate(second, bind(scope, { [first?.text ?? '']: argument })) : undefined;
      return lambda;
    }
    case 'call_expression': {
      const values = partsOf(node.childForFieldName('arguments') ?? node).map(valueAt);
      return callFunction(first?.text ?? '', values) ?? runtimeValue(node.text);
    }
  }
  return runtimeValue(node.text);
}

/** The body of a loop once for each item, with the names that it has there. */
export function expandLoop({ items, variable, index, body }: Loop & { readonly body: Node }, scope: Scope): Expanded[] {
  const values = evaluate(items, scope);
  if (!Array.isArray(values)) throw new Error(`What is looped over is not known before a deployment: ${items.text}`);
  return values.map((item, position) => ({
    body,
    scope: bind(scope, { [variable]: item, ...(index !== undefined && { [index]: position }) }),
  }));
}

function bind(scope: Scope, names: Readonly<Record<string, unknown>>): Scope {
  return { lookup: name => (Object.hasOwn(names, name) ? names[name] : scope.lookup(name)) };
}

function evaluateString(node: Node, scope: Scope): string {
  if (node.text.startsWith("'''")) return node.text.slice(3, -3).replace(/^\r?\n/, '');
  let text = '';
  let position = node.startIndex;
  for (const part of partsOf(node).filter(({ type }) => type === 'interpolation')) {
    text += node.text.slice(position - node.startIndex, part.startIndex - node.startIndex);
    const [expression] = partsOf(part);
    text += expression ? String(evaluate(expression, scope)) : '';
    position = part.endIndex;
  }
  text += node.text.slice(position - node.startIndex);
  return text.slice(1, -1).replace(/\\(.)/g, '$1');
}

function evaluateBinary(operator: string, left: unknown, right: () => unknown): unknown {
  switch (operator) {
    case '==':
      return left === right();
    case '!=':
      return left !== right();
    case '&&':
      return Boolean(left) && Boolean(right());
    case '||':
      return Boolean(left) || Boolean(right());
    case '??':
      return left ?? right();
    case '+':
      return Number(left) + Number(right());
    case '-':
      return Number(left) - Number(right());
    case '*':
      return Number(left) * Number(right());
    case '/':
      return Math.trunc(Number(left) / Number(right()));
    case '>':
      return Number(left) > Number(right());
    case '<':
      return Number(left) < Number(right());
  }
  throw new Error(`The operator ${operator} is not read`);
}

function memberOf(object: unknown, name: string, node: Node): unknown {
  if (object === null || object === undefined) return undefined;
  if (typeof object === 'string') return azureAnswer(name) ?? runtimeValue(node.text);
  if (object instanceof ResourceReference) {
    if (name === 'name' || name === 'id' || name === 'type') return object[name];
    return runtimeValue(node.text);
  }
  return (object as Record<string, unknown>)[name];
}
