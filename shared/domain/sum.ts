/** Adds numbers up by their names. */
export function sum<Name extends string>(
  start: Readonly<Record<Name, number>>,
  parts: readonly Readonly<Record<Name, number>>[],
): Record<Name, number> {
  const total: Record<Name, number> = { ...start };
  for (const name of Object.keys(start) as Name[]) {
    for (const part of parts) total[name] += part[name];
  }
  return total;
}
