/**
 * A table as a CSV file that Excel opens as it is (RFC 4180, with the byte order mark that Excel asks for). A cell that
 * a spreadsheet would take for a formula gets an apostrophe before it, since names in it may come from anybody.
 */
export function writeCsv(rows: readonly (readonly string[])[]): string {
  return `\ufeff${rows.map(row => row.map(writeCell).join(',')).join('\r\n')}\r\n`;
}

function writeCell(text: string): string {
  const harmless = /^[=+\-@\t\r]/.test(text) && !/^-?\d+(\.\d+)?$/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
