import { TidemarkError } from '../errors.ts';
import { assertArguments } from '../model/plain-input.ts';

/**
 * Matches a text that a spreadsheet reads as a formula, after blanks that it may remove. Excel also reads the wide
 * forms as formulas in Japanese and Chinese editions.
 */
const FORMULA = /^\s*[=+@\-＝＋＠－]|^[\t\r\n]/;
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;

/** A value of a row in CSV. */
export type CsvCell = string | number | bigint | boolean | null;

/** How texts are written: `sheet` so that a spreadsheet runs none as a formula, `raw` unchanged. */
export type CsvForm = 'sheet' | 'raw';

/**
 * Renders one line of CSV (RFC 4180, with a newline at its end). NULL is an empty cell, and the empty text is `""`.
 * NaN and the infinities are written as words. A text that a spreadsheet would run as a formula gets an apostrophe
 * before it (https://owasp.org/www-community/attacks/CSV_Injection), except in the form `raw`.
 * @throws TidemarkError INVALID_ARGUMENT for a cell of another type, such as an object
 */
export function csvLine(cells: readonly CsvCell[], form: CsvForm = 'sheet'): string {
  assertArguments({ cells, form }, 'csvLine', { cells: 'array', form: 'string' });
  return `${cells.map((cell) => cellText(cell, form)).join(',')}\n`;
}

function cellText(cell: CsvCell, form: CsvForm): string {
  if (cell === null) return '';
  if (!/^(?:string|number|bigint|boolean)$/.test(typeof cell)) {
    throw new TidemarkError(
      'INVALID_ARGUMENT',
      `A cell of CSV has to be text, a number, a boolean or null, not ${typeof cell}. Convert it before.`,
    );
  }
  const text = typeof cell === 'string' && form === 'sheet' ? asText(cell) : String(cell);
  const plain = typeof cell !== 'string' || (text !== '' && !/[",\r\n]|^\s|\s$/.test(text));
  return plain ? text : `"${text.replaceAll('"', '""')}"`;
}

function asText(text: string): string {
  return FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
}
