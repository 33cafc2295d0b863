/** Any value of a contact. */
export function inOneLine(value: unknown): string {
  if (Array.isArray(value)) return value.map(inOneLine).filter(Boolean).join(', ');
  if (typeof value !== 'object' || value === null) return value === undefined ? '' : String(value);
  if ('address' in value) return inOneLine(value.address);
  return Object.values(value).map(inOneLine).join(', ');
}
