import { TidemarkError } from '@tidemark/core';
import { sqlString } from '../duckdb/duckdb-session.ts';
import { fieldId, physicalName } from '../schema/column-mapping.ts';
import type { DeltaField } from '../schema/delta-type.ts';
import { duckdbTypeName } from '../schema/duckdb-type.ts';
import type { DeltaSnapshot } from '../snapshot/delta-snapshot.ts';

/** The columns that a scan reads, and its SQL. */
export interface ScanPlan {
  /** The columns of the result, in order. */
  readonly fields: readonly DeltaField[];
  /** The partition columns among them, in the order of `p0`, `p1` … of the table `live_files`. */
  readonly partitionFields: readonly DeltaField[];
  /** The query. Uses the variable `live_paths`, and the tables `live_files` and `deleted_rows` where it needs them. */
  readonly sql: string;
}

/**
 * Plans the scan of a snapshot as one `read_parquet` over all its files. Partition values and deleted rows
 * are joined by the position of their file in the list.
 *
 * @throws INVALID_ARGUMENT when `columns` names one that the table does not have, or one twice.
 */
export function planScan(snapshot: DeltaSnapshot, columns?: readonly string[]): ScanPlan {
  const fields = selectFields(snapshot, columns);
  const partitions = new Set(snapshot.partitionColumns);
  const partitionFields = fields.filter((field) => partitions.has(field.name));
  const stored = fields.filter((field) => !partitions.has(field.name) && !isVoid(field));
  const select = fields.map((field) => {
    if (partitions.has(field.name)) return `p.p${partitionFields.indexOf(field)}`;
    return isVoid(field) ? 'NULL' : `f.c${stored.indexOf(field)}`;
  });
  const schema = stored.length === 0 ? '' : `, schema = ${schemaMap(snapshot, stored)}`;
  const from = [
    `read_parquet(getvariable('live_paths')${schema}${textOption(snapshot)}, hive_partitioning = false) AS f`,
  ];
  if (partitionFields.length > 0) {
    from.push('JOIN live_files AS p ON p.file_index = f.file_index');
  }
  if (snapshot.files.some((file) => file.deletionVector !== undefined)) {
    from.push(
      'ANTI JOIN deleted_rows AS d ON d.file_index = f.file_index AND d.row_index = f.file_row_number',
    );
  }
  // DuckDB keeps the order of a plain scan, but not of a join.
  const order = from.length === 1 ? '' : ' ORDER BY f.file_index, f.file_row_number';
  const sql = `SELECT ${select.length === 0 ? '1' : select.join(', ')} FROM ${from.join(' ')}${order}`;
  return { fields, partitionFields, sql };
}

function selectFields(snapshot: DeltaSnapshot, columns?: readonly string[]): readonly DeltaField[] {
  const { fields } = snapshot.schema;
  if (columns === undefined) return fields;
  if (new Set(columns).size < columns.length) {
    throw new TidemarkError('INVALID_ARGUMENT', 'A column is named twice: name each column once.', {
      details: { columns },
    });
  }
  return columns.map((name) => {
    const field = fields.find((candidate) => candidate.name === name);
    if (field !== undefined) return field;
    const names = fields.map((candidate) => candidate.name).join(', ');
    throw new TidemarkError(
      'INVALID_ARGUMENT',
      `The table has no column '${name}' in version ${snapshot.version}. Its columns are: ${names}.`,
      { details: { column: name } },
    );
  });
}

/** Renames columns to c0, c1 …, so that no name collides with DuckDB's own `filename` and `file_index`. */
function schemaMap(snapshot: DeltaSnapshot, stored: readonly DeltaField[]): string {
  const mode = snapshot.columnMapping;
  const entries = stored.map((field, index) => {
    const key = mode === 'id' ? `${fieldId(field)}` : sqlString(physicalName(field, mode));
    const type = sqlString(duckdbTypeName(field.type, mode));
    return `${key}: {name: 'c${index}', type: ${type}, default_value: NULL}`;
  });
  return `MAP {${entries.join(', ')}}`;
}

/** Some writers do not mark strings in Parquet. In a table without binary columns, unmarked bytes are strings. */
function textOption({ schemaString }: DeltaSnapshot): string {
  return schemaString.includes('"binary"') ? '' : ', binary_as_string = true';
}

function isVoid(field: DeltaField): boolean {
  return field.type.kind === 'primitive' && field.type.name === 'void';
}
