const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?$/;
const dotted = /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/;
const slashed = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/;

/**
 * A date as `YYYY-MM-DD`; undefined for what is none, and for one that nobody can read for sure, such as 5/6/1985, which
 * is in May or in June.
 */
export function readDate(text: string): string | undefined {
  const [, year, month, day] = iso.exec(text) ?? [];
  if (year) return dateOf(year, month, day);
  const [, dottedDay, dottedMonth, dottedYear] = dotted.exec(text) ?? [];
  if (dottedYear) return dateOf(dottedYear, dottedMonth, dottedDay);
  const [, first = '', second = '', slashedYear] = slashed.exec(text) ?? [];
  if (!slashedYear) return undefined;
  if (Number(first) > 12) return dateOf(slashedYear, second, first);
  return Number(second) > 12 || first === second ? dateOf(slashedYear, first, second) : undefined;
}

function dateOf(year: string, month = '', day = ''): string | undefined {
  const text = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  const date = new Date(`${text}T00:00:00Z`);
  return Number(year) > 0 && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text) ? text : undefined;
}
