import type { Node } from 'web-tree-sitter';
import { type Infra, resolveFile } from '../infra.ts';
import { type BicepFile, type Decorators, type Parameter, propertiesOf, textOf } from './bicepFile.ts';
import { readConstant } from './evaluate.ts';
import { partsOf } from './parser.ts';
import { anything, type LengthBounds, type PropertyShape, type Shape } from './shape.ts';

/** The shape that a parameter must have; `null` is allowed where its type ends in `?`. */
export function parameterShape(parameter: Parameter, file: BicepFile, infra: Infra): Shape {
  return shapeOf(parameter.type, parameter.decorators, file, infra);
}

/** The shape of a user-defined type. */
export function declaredShape(name: string, file: BicepFile, infra: Infra): Shape | undefined {
  const declaration = file.types.get(name);
  if (declaration) return shapeOf(declaration.type, declaration.decorators, file, infra);
  const source = file.imports.get(name);
  const imported = source === undefined ? undefined : resolveFile(infra, file, source);
  return imported && declaredShape(name, imported, infra);
}

export function isNullable(shape: Shape): boolean {
  return shape.is === 'null' || (shape.is === 'oneOf' && shape.of.some(isNullable));
}

function shapeOf(type: Node, decorators: Decorators, file: BicepFile, infra: Infra): Shape {
  const inner = (node: Node | undefined, own: Decorators = new Map()) =>
    node ? shapeOf(node, own, file, infra) : anything;
  const [first] = partsOf(type);
  switch (type.type) {
    case 'type':
    case 'parenthesized_type':
    case 'parenthesized_expression':
      return inner(first, decorators);
    case 'nullable_type':
      return { is: 'oneOf', of: [inner(first, decorators), { is: 'null' }] };
    case 'union_type':
    case 'binary_expression':
      return { is: 'oneOf', of: partsOf(type).flatMap(part => membersOf(inner(part))) };
    case 'array_type':
      return { is: 'array', of: () => inner(first), ...lengthBounds(decorators) };
    case 'object':
      return objectShape(type, inner);
    case 'string':
      return { is: 'literal', value: textOf(type) };
    case 'number':
      return { is: 'literal', value: Number(type.text) };
    case 'boolean':
      return { is: 'literal', value: type.text === 'true' };
    case 'null':
      return { is: 'null' };
  }
  return primitiveShape(type.text, decorators) ?? declaredShape(type.text, file, infra) ?? anything;
}

function membersOf(shape: Shape): readonly Shape[] {
  return shape.is === 'oneOf' ? shape.of : [shape];
}

function objectShape(type: Node, inner: (node: Node, decorators: Decorators) => Shape): Shape {
  const properties = new Map<string, PropertyShape>();
  let additional: (() => Shape) | undefined;
  for (const [name, { value, decorators }] of propertiesOf(type)) {
    const shape = () => inner(value, decorators);
    if (name === '*') additional = shape;
    else {
      const metadata = decorators.get('metadata');
      const standard = metadata && Object(readConstant(metadata)).default;
      properties.set(name, {
        shape,
        required: !isNullable(shape()),
        readOnly: false,
        ...(standard !== undefined && { standard }),
      });
    }
  }
  return { is: 'object', properties, ...(additional && { additional }) };
}

function primitiveShape(name: string, decorators: Decorators): Shape | undefined {
  const number = (decorator: string) => Number(decorators.get(decorator)?.text);
  switch (name) {
    case 'string':
    case 'secureString':
      return { is: 'string', ...lengthBounds(decorators) };
    case 'int':
      return {
        is: 'integer',
        ...(decorators.has('minValue') && { minValue: number('minValue') }),
        ...(decorators.has('maxValue') && { maxValue: number('maxValue') }),
      };
    case 'bool':
      return { is: 'boolean' };
    case 'object':
      return { is: 'object', properties: new Map(), additional: () => anything };
    case 'array':
      return { is: 'array', of: () => anything, ...lengthBounds(decorators) };
  }
  return undefined;
}

function lengthBounds(decorators: Decorators): LengthBounds {
  const number = (decorator: string) => Number(decorators.get(decorator)?.text);
  return {
    ...(decorators.has('minLength') && { minLength: number('minLength') }),
    ...(decorators.has('maxLength') && { maxLength: number('maxLength') }),
  };
}
