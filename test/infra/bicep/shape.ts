/** A type, of Bicep's or of a resource's: what a value must look like. Nested ones are made when asked for: some contain themselves. */
export type Shape =
  | { readonly is: 'any' | 'boolean' | 'null' }
  | ({ readonly is: 'string' } & LengthBounds & { readonly pattern?: string })
  | { readonly is: 'integer'; readonly minValue?: number; readonly maxValue?: number }
  | { readonly is: 'literal'; readonly value: LiteralValue }
  | ({ readonly is: 'array'; readonly of: () => Shape } & LengthBounds)
  | ObjectShape
  | { readonly is: 'oneOf'; readonly of: readonly Shape[] }
  | {
      readonly is: 'discriminated';
      readonly by: string;
      readonly of: ReadonlyMap<string, ObjectShape>;
    };

export type LiteralValue = string | number | boolean;

export interface LengthBounds {
  readonly minLength?: number;
  readonly maxLength?: number;
}

export interface ObjectShape {
  readonly is: 'object';
  readonly properties: ReadonlyMap<string, PropertyShape>;
  readonly additional?: () => Shape;
}

export interface PropertyShape {
  readonly shape: () => Shape;
  readonly required: boolean;
  readonly readOnly: boolean;
  /** What a reader takes in its place, where the type says so. */
  readonly standard?: unknown;
}

export const anything: Shape = { is: 'any' };

/** In words, for a message. */
export function describeShape(shape: Shape): string {
  if (shape.is === 'literal') return JSON.stringify(shape.value);
  if (shape.is === 'oneOf') return shape.of.map(describeShape).join(' | ');
  return shape.is;
}
