import type { DuckDBConnection } from '@duckdb/node-api';
import { TidemarkError } from '@tidemark/core';
import { Table, Utf8, vectorFromArray } from 'apache-arrow';
import { physicalName } from '../schema/column-mapping.ts';
import { type DeltaField, deltaTypeName } from '../schema/delta-type.ts';
import { duckdbTypeName } from '../schema/duckdb-type.ts';
import type { DeltaSnapshot } from '../snapshot/delta-snapshot.ts';
import { createTable } from './scan-tables.ts';

/**
 * Creates the table `live_files` (file_index, p0, p1 …) with the typed partition values of a snapshot's
 * files. The values come from the log, never from the names of folders (PROTOCOL.md, "Partition Value
 * Serialization").
 *
 * @throws DELTA_LOG_INVALID when a value does not fit its column, DELTA_FEATURE_UNSUPPORTED when the type of
 * a partition column has no values in the log.
 */
export async function createPartitionTable(
  connection: DuckDBConnection,
  snapshot: DeltaSnapshot,
  fields: readonly DeltaField[],
): Promise<void> {
  const columns = Object.fromEntries(
    fields.map((field, index) => {
      const key = physicalName(field, snapshot.columnMapping);
      const values = snapshot.files.map((file) => file.partitionValues[key] || null);
      return [`v${index}`, vectorFromArray(values, new Utf8())];
    }),
  );
  const fileIndex = vectorFromArray(Int32Array.from(snapshot.files.keys()));
  const select = fields.map(
    (field, index) => `${parseExpression(field, `v${index}`)} AS p${index}`,
  );
  try {
    await createTable(
      connection,
      'live_files',
      new Table({ file_index: fileIndex, ...columns }),
      ['file_index::UBIGINT AS file_index', ...select].join(', '),
    );
  } catch (cause) {
    const names = fields.map((field) => `${field.name} (${deltaTypeName(field.type)})`).join(', ');
    throw new TidemarkError(
      'DELTA_LOG_INVALID',
      `A partition value in the log does not fit its column, one of ${names}: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
}

function parseExpression(field: DeltaField, value: string): string {
  const { type } = field;
  if (type.kind === 'struct' || type.kind === 'array' || type.kind === 'map') {
    throw new TidemarkError(
      'DELTA_LOG_INVALID',
      `The table is partitioned by '${field.name}', a ${deltaTypeName(type)}; Delta has no partition values of this type. Rewrite the table with another partition column.`,
    );
  }
  if (type.kind === 'primitive') {
    if (type.name === 'string') return value;
    if (type.name === 'binary') return `encode(${value})`;
    // A partition column that was widened from a date to a timestamp keeps its values without a time.
  }
  return `CAST(${value} AS ${duckdbTypeName(type, 'none')})`;
}
