const date = /^(\d{4})-(\d{2})-(\d{2})$/;

/** A date (`YYYY-MM-DD`) by a format with %Y, %y, %m, %d, and %-m and %-d without a zero; any other text as it is. */
export function formatDate(text: string, format: string): string {
  return text.replace(date, (_, year: string, month: string, day: string) => {
    const parts: Readonly<Record<string, string>> = {
      Y: year,
      y: year.slice(2),
      m: month,
      d: day,
      '-m': String(Number(month)),
      '-d': String(Number(day)),
      '%': '%',
    };
    return format.replace(/%(-?[A-Za-z%])/g, (all, part: string) => parts[part] ?? all);
  });
}
