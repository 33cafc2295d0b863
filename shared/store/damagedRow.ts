import type { TableName } from '../ports/tableStorage.ts';

/** Where a row lies. */
export interface RowPlace {
  readonly table: TableName;
  readonly partitionKey: string;
  readonly rowKey: string;
}

/** A property that is missing, of another type, or holds broken JSON. Never says what it holds. */
export class UnreadableProperty extends Error {
  override readonly name = 'UnreadableProperty';
  readonly property: string;

  constructor(property: string) {
    super(`The property ${property} cannot be read`);
    this.property = property;
  }
}

/**
 * A row that does not say what a row of its kind says. It names the row and the property, and never what they hold: the
 * parser's own error would repeat characters of a contact, so that it is no cause of this one.
 */
export class DamagedRow extends Error {
  override readonly name = 'DamagedRow';
  readonly place: RowPlace;
  readonly property: string;

  constructor(place: RowPlace, property: string) {
    const { table, partitionKey, rowKey } = place;
    super(`Table ${table}, partition key ${partitionKey}, row key ${rowKey}: the property ${property} cannot be read`);
    this.place = place;
    this.property = property;
  }
}

/** @throws DamagedRow for an `UnreadableProperty` */
export function readRow<Value>(place: RowPlace, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    throw error instanceof UnreadableProperty ? new DamagedRow(place, error.property) : error;
  }
}

/** The value, or what stands for it where the row is damaged. */
export function readRowOr<Value>(place: RowPlace, read: () => Value, instead: (damage: DamagedRow) => Value): Value {
  try {
    return readRow(place, read);
  } catch (error) {
    if (error instanceof DamagedRow) return instead(error);
    throw error;
  }
}

/** A problem as rows and pages hold it. `outcome`: what comes of the damage, as a whole sentence. */
export function describeDamage({ message }: DamagedRow, outcome: string): { code: string; detail: string } {
  return { code: 'DamagedRow', detail: `${message}. ${outcome}` };
}
