import { TidemarkError } from '@tidemark/core';
import type { DeltaStructType, DeltaType } from '../schema/delta-type.ts';

/** Characters that Delta refuses in column names of tables without column mapping. */
const REFUSED = /[ ,;{}()\n\t=]/;

/**
 * Checks that a new table can have these columns.
 *
 * @throws INVALID_ARGUMENT for a name that Delta refuses, two names that differ only in case, a schema
 * without columns, or partition columns that are unknown, repeated, nested or binary, or that are all columns.
 */
export function assertWritableSchema(
  schema: DeltaStructType,
  partitionColumns: readonly string[],
): void {
  if (schema.fields.length === 0) throw invalid('A Delta table needs at least one column.');
  assertNames(schema, []);
  for (const name of partitionColumns) {
    const field = schema.fields.find((candidate) => candidate.name === name);
    if (field === undefined) {
      throw invalid(`The table cannot be partitioned by '${name}': it has no such column.`);
    }
    const { type } = field;
    if (type.kind !== 'decimal' && (type.kind !== 'primitive' || type.name === 'binary')) {
      throw invalid(
        `The table cannot be partitioned by '${name}': choose a column of numbers, strings, booleans, dates or timestamps.`,
      );
    }
  }
  if (new Set(partitionColumns).size < partitionColumns.length) {
    throw invalid('A partition column is named twice: name each one once.');
  }
  if (partitionColumns.length === schema.fields.length) {
    throw invalid('The table would be partitioned by all of its columns: leave at least one out.');
  }
}

function assertNames(type: DeltaType, path: readonly string[]): void {
  switch (type.kind) {
    case 'struct': {
      const seen = new Map<string, string>();
      for (const field of type.fields) {
        assertName(field.name, path);
        const twin = seen.get(field.name.toLowerCase());
        if (twin !== undefined) {
          throw invalid(
            `The columns ${quoted(path, twin)} and ${quoted(path, field.name)} differ only in case, which Delta ignores. Rename one.`,
          );
        }
        seen.set(field.name.toLowerCase(), field.name);
        assertNames(field.type, [...path, field.name]);
      }
      break;
    }
    case 'array':
      assertNames(type.element, path);
      break;
    case 'map':
      assertNames(type.key, path);
      assertNames(type.value, path);
      break;
  }
}

function assertName(name: string, path: readonly string[]): void {
  if (name === '') throw invalid('A column has no name. Give every column a name.');
  if (!REFUSED.test(name)) return;
  const suggestion = name.replace(/[ ,;{}()\n\t=]+/g, '_').replace(/^_+|_+$/g, '') || 'column';
  throw invalid(
    `Delta refuses the column name ${quoted(path, name)}: names may not hold spaces, any of , ; { } ( ) =, tabs or line breaks. Rename it, for instance to '${suggestion}'.`,
    { column: [...path, name].join('.') },
  );
}

function quoted(path: readonly string[], name: string): string {
  return `'${[...path, name].join('.')}'`;
}

function invalid(message: string, details: Record<string, unknown> = {}): TidemarkError {
  return new TidemarkError('INVALID_ARGUMENT', message, { details });
}
