/** A value of a row, as CSV shows it. */
export type CsvCell = string | number | bigint | boolean | null;

/**
 * One line of CSV (RFC 4180, with a newline at its end). Nothing between two commas is NULL; the empty
 * text is `""`. NaN and the infinities are written as words.
 */
export function csvLine(cells: readonly CsvCell[]): string {
  return `${cells.map(cellText).join(',')}\n`;
}

function cellText(cell: CsvCell): string {
  if (cell === null) return '';
  const text = String(cell);
  const plain = typeof cell !== 'string' || (text !== '' && !/[",\r\n]|^\s|\s$/.test(text));
  return plain ? text : `"${text.replaceAll('"', '""')}"`;
}
