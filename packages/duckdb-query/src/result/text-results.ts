import { assertArguments, type CsvCell, type CsvForm, csvLine } from '@tidemark/core';
import { jsonTextOf, jsonValue } from './json-value.ts';
import type { ColumnBatch } from './query-chunks.ts';
import type { QueryColumn } from './query-row.ts';
import type { QueryValue } from './query-value.ts';

/** A result whose values are encoded as text. Timestamps are texts already. */
export interface ColumnsToEncode {
  readonly columns: readonly QueryColumn[];
  readonly isCut: boolean;
  readonly batches: AsyncIterable<ColumnBatch>;
}

/** An array of objects, one on each line. */
export async function* jsonText({ columns, batches }: ColumnsToEncode): AsyncGenerator<string> {
  let before = '[';
  for await (const batch of batches) {
    const lines = jsonObjects(columns, batch).map((row) => `\n  ${row}`);
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
}: ColumnsToEncode): AsyncGenerator<string> {
  yield `{"columns":${JSON.stringify(columns)},"is_cut":${isCut},"rows":[`;
  let before = '';
  for await (const batch of batches) {
    yield before + jsonObjects(columns, batch).join(',\n');
    before = ',\n';
  }
  yield ']}\n';
}

/** One object on each line. */
export async function* jsonLinesText({
  columns,
  batches,
}: ColumnsToEncode): AsyncGenerator<string> {
  for await (const batch of batches) {
    yield jsonObjects(columns, batch)
      .map((row) => `${row}\n`)
      .join('');
  }
}

/** CSV with the names of the columns in its first line. NULL is an empty cell, the empty text is `""`. */
export async function* csvText(
  { columns, batches }: ColumnsToEncode,
  form: CsvForm,
): AsyncGenerator<string> {
  yield csvLine(
    columns.map(({ name }) => name),
    form,
  );
  for await (const batch of batches) {
    yield rowsOf(batch, (values) => csvLine(values.map(plainCell), form)).join('');
  }
}

/** A table of GitHub's Markdown. NULL is an empty cell. */
export async function* markdownText({ columns, batches }: ColumnsToEncode): AsyncGenerator<string> {
  yield markdownLine(columns.map(({ name }) => name));
  yield markdownLine(columns.map(({ type }) => (isNumberType(type) ? '---:' : '---')));
  for await (const batch of batches) {
    yield rowsOf(batch, (values) => markdownLine(values.map(markdownCell))).join('');
  }
}

function rowsOf<Row>(
  { rowCount, columns }: ColumnBatch,
  make: (values: readonly QueryValue[]) => Row,
): Row[] {
  return Array.from({ length: rowCount }, (_, at) =>
    make(columns.map((values) => values[at] ?? null)),
  );
}

/** Returns the rows as objects of JSON. They are assembled as texts, because objects would cost as much again. */
function jsonObjects(columns: readonly QueryColumn[], batch: ColumnBatch): string[] {
  const keys = columns.map(({ name }) => `${JSON.stringify(name)}:`);
  return rowsOf(batch, (values) => {
    const members = values.map((value, index) => `${keys[index]}${jsonTextOf(value)}`);
    return `{${members.join(',')}}`;
  });
}

const NUMBER_TYPE =
  /^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL\(\d+,\s?\d+\)|BIGNUM)$/;

/** Whether the values of a type of DuckDB are numbers, which tables align right. */
export function isNumberType(type: string): boolean {
  assertArguments({ type }, 'isNumberType', { type: 'string' });
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
