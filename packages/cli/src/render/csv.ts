/**
 * What makes a spreadsheet read a cell as a formula, after blanks that it may take away; the wide forms are
 * what Excel takes for the others where people write Japanese or Chinese.
 */
const FORMULA = /^\s*[=+@\-＝＋＠－]|^[\t\r\n]/;
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;

/** A value of a row, as CSV shows it. */
export type CsvCell = string | number | bigint | boolean | null;

/** How texts are written: so that a spreadsheet runs none of them as a formula, or exactly as they are. */
export type CsvForm = 'sheet' | 'raw';

/**
 * One line of CSV (RFC 4180, with a newline at its end). Nothing between two commas is NULL; the empty
 * text is `""`. NaN and the infinities are written as words. A text that a spreadsheet would run as a
 * formula gets an apostrophe before it (https://owasp.org/www-community/attacks/CSV_Injection); not in
 * the form `raw`.
 */
export function csvLine(cells: readonly CsvCell[], form: CsvForm = 'sheet'): string {
  return `${cells.map((cell) => cellText(cell, form)).join(',')}\n`;
}

function cellText(cell: CsvCell, form: CsvForm): string {
  if (cell === null) return '';
  const text = typeof cell === 'string' && form === 'sheet' ? asText(cell) : String(cell);
  const plain = typeof cell !== 'string' || (text !== '' && !/[",\r\n]|^\s|\s$/.test(text));
  return plain ? text : `"${text.replaceAll('"', '""')}"`;
}

function asText(text: string): string {
  return FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
}
