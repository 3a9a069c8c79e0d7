import type { DuckDBConnection } from '@duckdb/node-api';
import { TidemarkError } from '@tidemark/core';
import { fieldId, physicalName } from '../schema/column-mapping.ts';
import type { DeltaField, DeltaType } from '../schema/delta-type.ts';
import type { DeltaSnapshot } from '../snapshot/delta-snapshot.ts';

/**
 * Checks that the fields of structs can be found in a table that maps its columns by id. DuckDB finds top-level
 * columns by id, but nested fields by name. Delta's writers use the physical names for them; files that were
 * converted from another format may not. Reads the variable `live_paths`.
 *
 * @throws DELTA_FEATURE_UNSUPPORTED when a file has another name for a field
 */
export async function assertNestedFieldIds(
  connection: DuckDBConnection,
  snapshot: DeltaSnapshot,
  fields: readonly DeltaField[],
): Promise<void> {
  if (snapshot.columnMapping !== 'id') return;
  const nested = new Map<number, string>();
  for (const field of fields) collectNested(field.type, nested);
  if (nested.size === 0) return;
  const result = await connection.runAndReadAll(
    "SELECT DISTINCT field_id, name FROM parquet_schema(getvariable('live_paths')) WHERE field_id IS NOT NULL",
  );
  for (const [id, name] of result.getRows()) {
    const expected = nested.get(Number(id));
    if (expected === undefined || expected === name) continue;
    throw new TidemarkError(
      'DELTA_FEATURE_UNSUPPORTED',
      `A data file has the name '${name}' for the field with id ${id}, the log has '${expected}', and Tidemark finds fields within structs by name. ` +
        'Rewrite the table (OPTIMIZE or REORG) in the system that wrote it, or leave the column out.',
      { details: { features: ['columnMapping by id within structs'] } },
    );
  }
}

function collectNested(type: DeltaType, into: Map<number, string>): void {
  switch (type.kind) {
    case 'struct':
      for (const field of type.fields) {
        into.set(fieldId(field), physicalName(field, 'id'));
        collectNested(field.type, into);
      }
      break;
    case 'array':
      collectNested(type.element, into);
      break;
    case 'map':
      collectNested(type.key, into);
      collectNested(type.value, into);
      break;
  }
}
