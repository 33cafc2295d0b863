import type { Node } from 'web-tree-sitter';
import { type BicepFile, propertiesOf, readLoop } from '../bicep/bicepFile.ts';
import { parameterShape } from '../bicep/bicepShapes.ts';
import { readConstant } from '../bicep/evaluate.ts';
import { lineOf, partsOf } from '../bicep/parser.ts';
import { anything, describeShape, type ObjectShape, type Shape } from '../bicep/shape.ts';
import type { Infra } from '../infra.ts';

/** Where a value stands. */
export interface Place {
  readonly infra: Infra;
  readonly file: BicepFile;
  /** In words, for a message: `app.properties.siteConfig`. */
  readonly path: string;
}

/** What is wrong with a value for a type. What only a deployment knows passes. */
export function checkValue(node: Node, shape: Shape, place: Place): string[] {
  const value = resolve(node, place.file);
  if (shape.is === 'any') return [];
  if (value.type === 'ternary_expression') {
    return partsOf(value)
      .slice(1)
      .flatMap(branch => checkValue(branch, shape, place));
  }
  if (shape.is === 'oneOf') return checkAlternatives(value, shape.of, place);
  if (value.type === 'object') return checkObject(value, shape, place);
  if (value.type === 'array' || value.type === 'for_statement') return checkArray(value, shape, place);
  const given = givenShape(value, place);
  return fits(given, shape) ? [] : [complain(value, place, `is ${describeShape(given)}, not ${describeShape(shape)}`)];
}

/** Of alternatives that are all wrong, the one that is nearest says what is wrong. */
function checkAlternatives(value: Node, alternatives: readonly Shape[], place: Place): string[] {
  if (!/^(string|object|array|for_statement)$/.test(value.type)) {
    const given = givenShape(value, place);
    const wanted: Shape = { is: 'oneOf', of: alternatives };
    return fits(given, wanted)
      ? []
      : [complain(value, place, `is ${describeShape(given)}, not ${describeShape(wanted)}`)];
  }
  const literal = value.type === 'string' && !hasInterpolation(value);
  const tried = literal ? knownValues(givenShape(value, place), alternatives) : alternatives;
  const results = tried.map(alternative => checkValue(value, alternative, place));
  if (results.some(problems => problems.length === 0)) return [];
  const nested = results.find(([first]) => first !== undefined && !first.includes(`${place.path} `));
  const wanted = describeShape({ is: 'oneOf', of: tried });
  return nested ?? [complain(value, place, `is ${value.text.slice(0, 40)}, not ${wanted}`)];
}

function checkObject(value: Node, shape: Shape, place: Place): string[] {
  if (shape.is === 'discriminated') {
    const variants = variantsOf(value, shape);
    if (variants.length === 0) return [complain(value, place, `has no known "${shape.by}"`)];
    const results = variants.map(variant => checkObject(value, variant, place));
    return results.find(problems => problems.length === 0) ?? results[0] ?? [];
  }
  if (shape.is !== 'object') return [complain(value, place, `is an object, not ${describeShape(shape)}`)];
  return [...checkProperties(value, shape, place), ...missingProperties(value, shape, place)];
}

function variantsOf(value: Node, { by, of }: Extract<Shape, { is: 'discriminated' }>): ObjectShape[] {
  const discriminator = propertiesOf(value).get(by)?.value;
  if (discriminator?.type !== 'string' || hasInterpolation(discriminator)) return [...of.values()];
  const variant = of.get(String(readConstant(discriminator)));
  return variant ? [variant] : [];
}

function checkProperties(value: Node, shape: ObjectShape, place: Place): string[] {
  return [...propertiesOf(value)].flatMap(([name, { value: given }]) => {
    const property = shape.properties.get(name);
    const inner = { ...place, path: `${place.path}.${name}` };
    if (property?.readOnly) return [complain(given, inner, 'is read-only')];
    if (property) return checkValue(given, orNull(property), inner);
    if (shape.additional) return checkValue(given, shape.additional(), inner);
    return [complain(given, inner, 'does not exist')];
  });
}

/** A property that need not be there may be null. */
function orNull({ shape, required }: { shape: () => Shape; required: boolean }): Shape {
  const inner = shape();
  if (required || inner.is === 'any') return inner;
  return { is: 'oneOf', of: [...(inner.is === 'oneOf' ? inner.of : [inner]), { is: 'null' }] };
}

function missingProperties(value: Node, shape: ObjectShape, place: Place): string[] {
  const given = propertiesOf(value);
  return [...shape.properties]
    .filter(([name, property]) => property.required && !property.readOnly && !given.has(name))
    .map(([name]) => complain(value, place, `lacks ${name}`));
}

function checkArray(value: Node, shape: Shape, place: Place): string[] {
  if (shape.is !== 'array') return [complain(value, place, `is an array, not ${describeShape(shape)}`)];
  const items = value.type === 'array' ? partsOf(value) : [readLoop(value).body];
  const short = value.type === 'array' && items.length < (shape.minLength ?? 0);
  return [
    ...(short ? [complain(value, place, `has less than ${shape.minLength} elements`)] : []),
    ...items.flatMap((item, index) => checkValue(item, shape.of(), { ...place, path: `${place.path}[${index}]` })),
  ];
}

/** Follows a variable, and a property of one, to what it holds. */
function resolve(node: Node, file: BicepFile): Node {
  if (node.type === 'parenthesized_expression') return resolve(partsOf(node)[0] ?? node, file);
  if (node.type === 'identifier') {
    const variable = file.variables.get(node.text);
    return variable ? resolve(variable, file) : node;
  }
  if (node.type === 'member_expression') {
    const [object, property] = partsOf(node);
    const holder = object && resolve(object, file);
    const held = holder?.type === 'object' && property ? propertiesOf(holder).get(property.text) : undefined;
    return held ? resolve(held.value, file) : node;
  }
  return node;
}

const stringFunctions =
  /^(string|take|toLower|toUpper|guid|uniqueString|replace|cidrSubnet|resourceId|subscriptionResourceId|loadTextContent)$/;

function givenShape(value: Node, { file, infra }: Place): Shape {
  const parameter = value.type === 'identifier' ? file.parameters.get(value.text) : undefined;
  if (parameter) return parameterShape(parameter, file, infra);
  if (value.type === 'string' && hasInterpolation(value)) return { is: 'string' };
  if (/^(string|number|boolean)$/.test(value.type)) {
    return { is: 'literal', value: readConstant(value) as string };
  }
  if (value.type === 'null') return { is: 'null' };
  if (value.type === 'unary_expression') return { is: value.text.startsWith('!') ? 'boolean' : 'integer' };
  const called = value.type === 'call_expression' ? (partsOf(value)[0]?.text ?? '') : '';
  if (stringFunctions.test(called)) return { is: 'string' };
  if (called === 'union') return { is: 'object', properties: new Map(), additional: () => anything };
  return anything;
}

/** Whether each value of one shape may stand where another is wanted. Of objects and arrays the kind is compared. */
export function fits(given: Shape, wanted: Shape): boolean {
  if (given.is === 'any' || wanted.is === 'any') return true;
  if (given.is === 'oneOf') return given.of.every(each => fits(each, wanted));
  if (wanted.is === 'oneOf') return knownValues(given, wanted.of).some(each => fits(given, each));
  if (wanted.is === 'discriminated') return given.is === 'object';
  if (given.is !== 'literal') return given.is === wanted.is;
  switch (wanted.is) {
    case 'literal':
      return given.value === wanted.value;
    case 'string':
      return typeof given.value === 'string' && isWithin(given.value, wanted);
    case 'integer':
      return (
        typeof given.value === 'number' &&
        given.value >= (wanted.minValue ?? -Infinity) &&
        given.value <= (wanted.maxValue ?? Infinity)
      );
    case 'boolean':
      return typeof given.value === 'boolean';
  }
  return false;
}

/** A known value is wanted even where the service would take any: what is not known is mostly mistyped. */
function knownValues(given: Shape, alternatives: readonly Shape[]): readonly Shape[] {
  const literals = alternatives.filter(({ is }) => is === 'literal');
  return given.is === 'literal' && literals.length > 0 ? literals : alternatives;
}

function isWithin(text: string, { minLength = 0, maxLength = Infinity, pattern }: Extract<Shape, { is: 'string' }>) {
  return (
    text.length >= minLength && text.length <= maxLength && (pattern === undefined || new RegExp(pattern).test(text))
  );
}

function hasInterpolation(node: Node): boolean {
  return partsOf(node).some(({ type }) => type === 'interpolation');
}

function complain(node: Node, { file, path }: Place, what: string): string {
  return `${file.path}:${lineOf(node)}: ${path} ${what}`;
}
