/** Field to column, as a source has it in `columns`; null leaves a field empty that a column is named like. */
export type GivenColumns = Readonly<Record<string, string | null>>;

export interface Filling {
  readonly name: string;
  /** The field that the column fills now, by its name or because it was given. */
  readonly fills: string | null;
}

/**
 * What is given once the column fills another field.
 *
 * @param field empty for none
 * @param leavesOut whether the source can leave out what a column fills by its name; it fills that beside, otherwise
 * @returns undefined where nothing is given any more
 */
export function giveColumn(
  given: GivenColumns,
  { name, fills }: Filling,
  field: string,
  leavesOut: boolean,
): GivenColumns | undefined {
  const isByName = fills !== null && !Object.values(given).includes(name);
  const next = {
    ...Object.fromEntries(Object.entries(given).filter(([, column]) => column !== name)),
    ...(isByName && leavesOut && { [fills]: null }),
    ...(field !== '' && { [field]: name }),
  };
  return Object.keys(next).length > 0 ? next : undefined;
}
