/** Columns of numbers below their headings; the first `texts` columns are text. */
export function formatTable(rows: readonly (readonly string[])[], texts = 1): string {
  const widths = columnWidths(rows);
  const lines = rows.map(row =>
    row
      .map((cell, index) => (index < texts ? cell.padEnd(widths[index] ?? 0) : cell.padStart(widths[index] ?? 0)))
      .join('   ')
      .trimEnd(),
  );
  const [heading = '', ...body] = lines;
  return [heading, '-'.repeat(heading.length), ...body].join('\n');
}

/** Columns of text. */
export function formatTexts(rows: readonly (readonly string[])[]): string {
  const widths = columnWidths(rows);
  return rows
    .map(row =>
      row
        .map((cell, index) => cell.padEnd(widths[index] ?? 0))
        .join('   ')
        .trimEnd(),
    )
    .join('\n');
}

function columnWidths(rows: readonly (readonly string[])[]): number[] {
  const columns = rows[0]?.length ?? 0;
  return Array.from({ length: columns }, (_, index) => Math.max(...rows.map(row => row[index]?.length ?? 0)));
}
