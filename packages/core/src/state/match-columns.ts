import type { Filter, FilterField, FilterValue } from '../query/filter.ts';
import { valueTest } from '../query/match-filter.ts';
import type { RunReading } from './run-reading.ts';
import type { NumberColumn, RunTable, TextColumn } from './run-table.ts';

/** A test of one row. */
export type RowTest = (row: number) => boolean;

/**
 * Returns the filter as a test of the rows of a table, by the rules of `matchFilter`. Each distinct text is compared
 * only once, and not in every row that has it.
 */
export function matchColumns(table: RunTable, reading: RunReading, filter: Filter): RowTest {
  switch (filter.kind) {
    case 'and': {
      const tests = filter.operands.map((operand) => matchColumns(table, reading, operand));
      return (row) => tests.every((test) => test(row));
    }
    case 'or': {
      const tests = filter.operands.map((operand) => matchColumns(table, reading, operand));
      return (row) => tests.some((test) => test(row));
    }
    case 'not': {
      const test = matchColumns(table, reading, filter.operand);
      return (row) => !test(row);
    }
    case 'isNull': {
      const has = presence(table, filter.field);
      return (row) => has(row) === filter.negated;
    }
    default:
      return matchValues(table, reading, filter.field, valueTest(filter));
  }
}

/** Returns a function that reads a row's sort value for one field; `null` for a missing value. */
export function columnReader(
  table: RunTable,
  reading: RunReading,
  field: FilterField,
): (row: number) => FilterValue | null {
  const computed = computedReader(table, reading, field);
  if (computed !== undefined) return computed;
  if (isNumber(field)) {
    const column = table.numbers(field);
    if (column === undefined) return () => null;
    const { values, present } = column;
    return (row) => (present?.[row] === 0 ? null : (values[row] as number));
  }
  const column = table.texts(field);
  if (column === undefined) return () => null;
  const { codes, values } = column;
  return (row) => values[(codes[row] as number) - 1]?.[0] ?? null;
}

function matchValues(
  table: RunTable,
  reading: RunReading,
  field: FilterField,
  test: (value: FilterValue) => boolean,
): RowTest {
  const computed = computedReader(table, reading, field);
  if (computed !== undefined) return (row) => test(computed(row));
  return isNumber(field)
    ? matchNumbers(table.numbers(field), test)
    : matchTexts(table.texts(field), test);
}

function matchNumbers(
  column: NumberColumn | undefined,
  test: (value: FilterValue) => boolean,
): RowTest {
  if (column === undefined) return () => false;
  const { values, present } = column;
  if (present === undefined) return (row) => test(values[row] as number);
  return (row) => present[row] === 1 && test(values[row] as number);
}

function matchTexts(
  column: TextColumn | undefined,
  test: (value: FilterValue) => boolean,
): RowTest {
  if (column === undefined) return () => false;
  const { codes, values } = column;
  // Indexed by code; 0 means no texts, and matches nothing.
  const matches = Uint8Array.from([0, ...values.map((texts) => (texts.some(test) ? 1 : 0))]);
  return (row) => matches[codes[row] as number] === 1;
}

function presence(table: RunTable, field: FilterField): RowTest {
  if (isComputed(field)) return () => true;
  if (isNumber(field)) {
    const column = table.numbers(field);
    if (column === undefined) return () => false;
    return (row) => column.present?.[row] !== 0;
  }
  const column = table.texts(field);
  if (column === undefined) return () => false;
  return (row) => column.codes[row] !== 0;
}

function isNumber({ entity, key }: FilterField): boolean {
  return entity === 'metric' || (entity === 'attribute' && key.endsWith('_time'));
}

function isComputed({ entity, key }: FilterField): boolean {
  return (
    entity === 'attribute' && (key === 'run_id' || key === 'status' || key === 'experiment_id')
  );
}

/** Returns the reader of an attribute without a column: it computes one text for each row. */
function computedReader(
  table: RunTable,
  reading: RunReading,
  field: FilterField,
): ((row: number) => string) | undefined {
  if (!isComputed(field)) return undefined;
  switch (field.key) {
    case 'run_id':
      return (row) => table.runId(row);
    case 'status':
      return (row) => reading.status(table.status(row), () => table.openers(row));
    default: {
      const { codes, ids } = table.experiments();
      return (row) => ids[(codes[row] as number) - 1] ?? '';
    }
  }
}
