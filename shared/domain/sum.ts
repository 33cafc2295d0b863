/** Adds numbers up by their names; one that is left out is 0. */
export function sum<Numbers extends object>(start: Numbers, parts: readonly Numbers[]): Numbers {
  const total = new Map<string, number>(Object.entries(start));
  for (const [name, number] of parts.flatMap(part => Object.entries(part))) {
    total.set(name, (total.get(name) ?? 0) + number);
  }
  return Object.fromEntries(total) as Numbers;
}
