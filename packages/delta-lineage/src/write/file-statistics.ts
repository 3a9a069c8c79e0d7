import type { DeltaField } from '../schema/delta-type.ts';

/** DuckDB's statistics of one column of a Parquet file, as text (COPY … RETURN_STATS). */
export type MeasuredColumn = ReadonlyMap<string, string>;

/** Delta keeps statistics of the first 32 columns unless a property of the table says otherwise. */
const INDEXED_COLUMNS = 32;
const STRING_PREFIX_CHARACTERS = 32;
/** Sorts after every other character, so appending it to a truncated string gives an upper bound. */
const LAST_CHARACTER = '\u{10ffff}';

/**
 * The `stats` of an `add` action: row count, null counts, and bounds where they are exact (PROTOCOL.md,
 * "Per-file Statistics"). The JSON is assembled as text, so that numbers keep all their digits. There are
 * no bounds for columns with NaN or infinities, dates outside the years 1 to 9999, and boolean, binary
 * and nested columns.
 */
export function fileStatistics(
  rowCount: number,
  fields: readonly DeltaField[],
  measured: (column: string) => MeasuredColumn | undefined,
): string {
  const min: string[] = [];
  const max: string[] = [];
  const nulls: string[] = [];
  for (const field of fields.slice(0, INDEXED_COLUMNS)) {
    const column = measured(field.name);
    if (column === undefined || field.type.kind === 'struct') continue;
    const key = JSON.stringify(field.name);
    const nullCount = column.get('null_count');
    if (nullCount !== undefined) nulls.push(`${key}:${nullCount}`);
    if (column.get('has_nan') === 'true') continue;
    const low = bound(field, column.get('min'), 'min');
    const high = bound(field, column.get('max'), 'max');
    if (low !== undefined) min.push(`${key}:${low}`);
    if (high !== undefined) max.push(`${key}:${high}`);
  }
  return `{"numRecords":${rowCount},"minValues":{${min}},"maxValues":{${max}},"nullCount":{${nulls}}}`;
}

function bound(
  { type }: DeltaField,
  text: string | undefined,
  side: 'min' | 'max',
): string | undefined {
  if (text === undefined) return undefined;
  if (type.kind === 'decimal') return jsonNumber(text);
  if (type.kind !== 'primitive') return undefined;
  switch (type.name) {
    case 'byte':
    case 'short':
    case 'integer':
    case 'long':
    case 'double':
      return jsonNumber(text);
    case 'float': {
      // The shortest text of a float may be below its value; the text of the value as a double is not.
      const value = Math.fround(Number(text));
      return Number.isFinite(value) ? String(value) : undefined;
    }
    case 'string':
      return stringBound(text, side);
    case 'date':
      return /^\d{4}-\d\d-\d\d$/.test(text) ? JSON.stringify(text) : undefined;
    case 'timestamp': {
      // Truncated to milliseconds, as in Spark; readers widen the upper bound by one millisecond.
      const match = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d+))?\+00$/.exec(text);
      if (match === null) return undefined;
      const milliseconds = (match[3] ?? '').slice(0, 3).padEnd(3, '0');
      return JSON.stringify(`${match[1]}T${match[2]}.${milliseconds}Z`);
    }
    default:
      return undefined;
  }
}

function jsonNumber(text: string): string | undefined {
  return /^-?(0|[1-9]\d*)(\.\d+)?(e[+-]?\d+)?$/.test(text) ? text : undefined;
}

function stringBound(text: string, side: 'min' | 'max'): string | undefined {
  const characters = [...text];
  if (characters.length <= STRING_PREFIX_CHARACTERS) return JSON.stringify(text);
  const prefix = characters.slice(0, STRING_PREFIX_CHARACTERS).join('');
  if (side === 'min') return JSON.stringify(prefix);
  if (characters[STRING_PREFIX_CHARACTERS] === LAST_CHARACTER) return undefined;
  return JSON.stringify(prefix + LAST_CHARACTER);
}
