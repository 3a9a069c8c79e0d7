import { assertRecord, shownInput, TidemarkError } from '@tidemark/core';

/** A table: records with the same fields, or columns of the same length. */
export type TableInput =
  | readonly Readonly<Record<string, unknown>>[]
  | Readonly<Record<string, ArrayLike<unknown>>>;

/**
 * Returns the text of a table in the form of MLflow's `log_table` (pandas' orient "split"): the columns in the
 * order in which they first appear, null where a record lacks one, and null for NaN and the infinities.
 * @throws INVALID_ARGUMENT when columns differ in length
 */
export function tableJson(table: TableInput): string {
  if (isRecords(table)) for (const record of table) assertRecord(record, 'A record of a table');
  else assertRecord(table, 'A table');
  try {
    const { columns, data } = isRecords(table) ? fromRecords(table) : fromColumns(table);
    return JSON.stringify({ columns, data }, cellJson);
  } catch (cause) {
    if (cause instanceof TidemarkError) throw cause;
    throw new TidemarkError(
      'INVALID_ARGUMENT',
      'The table holds a value that has no JSON, such as an object that refers to itself. Give cells of numbers, texts, true or false, or null.',
      { cause },
    );
  }
}

/** Converts a value for JSON. It refuses values that JSON would silently turn into `{}` or null. */
function cellJson(_: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<unknown>);
  const isLost =
    typeof value === 'function' ||
    typeof value === 'symbol' ||
    [Map, Set, RegExp, Promise].some((type) => value instanceof type);
  if (!isLost) return value;
  throw new TidemarkError(
    'INVALID_ARGUMENT',
    `A cell of the table is ${shownInput(value)}, which has no JSON. Give numbers, texts, true or false, null, or arrays and plain objects of them.`,
  );
}

interface SplitTable {
  readonly columns: readonly string[];
  readonly data: readonly (readonly unknown[])[];
}

function fromRecords(records: readonly Readonly<Record<string, unknown>>[]): SplitTable {
  const columns = [...new Set(records.flatMap((record) => Object.keys(record)))];
  const data = records.map((record) =>
    columns.map((column) => (Object.hasOwn(record, column) ? (record[column] ?? null) : null)),
  );
  return { columns, data };
}

function fromColumns(table: Readonly<Record<string, ArrayLike<unknown>>>): SplitTable {
  const columns = Object.keys(table);
  const length = columns[0] === undefined ? 0 : (table[columns[0]]?.length ?? 0);
  const odd = columns.find((column) => table[column]?.length !== length);
  if (odd !== undefined) {
    throw new TidemarkError(
      'INVALID_ARGUMENT',
      `The column ${JSON.stringify(odd)} has ${table[odd]?.length} values where ${JSON.stringify(columns[0])} has ${length}. Give columns of one length.`,
    );
  }
  const data = Array.from({ length }, (_, row) =>
    columns.map((column) => table[column]?.[row] ?? null),
  );
  return { columns, data };
}

function isRecords(table: TableInput): table is readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(table);
}
