import { type CsvCell, type CsvForm, csvLine } from '@tidemark/core';
import { jsonRow, jsonValue } from './json-value.ts';
import type { QueryColumn, QueryRow } from './query-row.ts';
import type { QueryValue } from './query-value.ts';

/** A result whose rows are encoded as text. Timestamps are texts already. */
export interface RowsToEncode {
  readonly columns: readonly QueryColumn[];
  readonly isCut: boolean;
  readonly batches: AsyncIterable<readonly QueryRow[]>;
}

/** An array of objects, one on each line. */
export async function* jsonText({ batches }: RowsToEncode): AsyncGenerator<string> {
  let before = '[';
  for await (const batch of batches) {
    const lines = batch.map((row) => `\n  ${JSON.stringify(jsonRow(row))}`);
    yield before + lines.join(',');
    before = ',';
  }
  yield before === '[' ? '[]\n' : '\n]\n';
}

/** The answer of a server: an object with the columns, the rows, and whether rows were cut. */
export async function* jsonAnswerText({
  columns,
  isCut,
  batches,
}: RowsToEncode): AsyncGenerator<string> {
  yield `{"columns":${JSON.stringify(columns)},"is_cut":${isCut},"rows":[`;
  let before = '';
  for await (const batch of batches) {
    yield before + batch.map((row) => JSON.stringify(jsonRow(row))).join(',\n');
    before = ',\n';
  }
  yield ']}\n';
}

/** One object on each line. */
export async function* jsonLinesText({ batches }: RowsToEncode): AsyncGenerator<string> {
  for await (const batch of batches) {
    yield batch.map((row) => `${JSON.stringify(jsonRow(row))}\n`).join('');
  }
}

/** CSV with the names of the columns in its first line. NULL is an empty cell, the empty text is `""`. */
export async function* csvText(
  { columns, batches }: RowsToEncode,
  form: CsvForm,
): AsyncGenerator<string> {
  const names = columns.map(({ name }) => name);
  yield csvLine(names, form);
  for await (const batch of batches) {
    yield batch
      .map((row) =>
        csvLine(
          names.map((name) => plainCell(row[name] ?? null)),
          form,
        ),
      )
      .join('');
  }
}

/** A table of GitHub's Markdown. NULL is an empty cell. */
export async function* markdownText({ columns, batches }: RowsToEncode): AsyncGenerator<string> {
  yield markdownLine(columns.map(({ name }) => name));
  yield markdownLine(columns.map(({ type }) => (isNumberType(type) ? '---:' : '---')));
  for await (const batch of batches) {
    yield batch
      .map((row) => markdownLine(columns.map(({ name }) => markdownCell(row[name] ?? null))))
      .join('');
  }
}

const NUMBER_TYPE =
  /^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL\(\d+,\s?\d+\)|BIGNUM)$/;

/** Whether the values of a type of DuckDB are numbers, which tables align right. */
export function isNumberType(type: string): boolean {
  return NUMBER_TYPE.test(type);
}

/** Returns a value of a row for a cell of a table or of CSV. A nested value is JSON on one line. */
export function plainCell(value: QueryValue): CsvCell {
  if (value === null || typeof value !== 'object') return value;
  const plain = jsonValue(value);
  return typeof plain === 'string' ? plain : JSON.stringify(plain);
}

function markdownLine(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`;
}

/** Returns the value so that it stays one cell and no markup: a line break becomes `<br>`. */
function markdownCell(value: QueryValue): string {
  if (value === null) return '';
  const text = String(plainCell(value));
  return text.replace(/[\\`*_{}[\]<>#~]/g, '\\$&').replace(/\r\n|\r|\n/g, '<br>');
}
