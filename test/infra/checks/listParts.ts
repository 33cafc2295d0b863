/** One part of a contact list, as the schema or the type of the parameter says it. */
export interface Part extends PartRest {
  /** What it is, with its bounds or its values. */
  readonly kind: string;
}

export interface PartRest {
  readonly required: boolean;
  readonly standard?: unknown;
}

export function bounded(kind: string, least = -Infinity, most = Infinity): string {
  return `${kind} ${least}..${most}`;
}

export function choice(values: readonly unknown[]): string {
  return `one of ${values.map(String).sort().join(', ')}`;
}
