import { TidemarkError } from '@tidemark/core';
import type { DeltaField } from './delta-type.ts';
import type { ColumnMappingMode } from './protocol-support.ts';

/**
 * The name under which a field lies in data files and partition values (PROTOCOL.md, "Column Mapping").
 *
 * Throws DELTA_LOG_INVALID when the table maps its columns and this field has no physical name.
 */
export function physicalName(field: DeltaField, mode: ColumnMappingMode): string {
  if (mode === 'none') return field.name;
  const name = field.metadata['delta.columnMapping.physicalName'];
  if (typeof name === 'string') return name;
  throw unmapped(field, 'physical name');
}

/**
 * The id under which a field lies in data files.
 *
 * Throws DELTA_LOG_INVALID when the field has none.
 */
export function fieldId(field: DeltaField): number {
  const id = field.metadata['delta.columnMapping.id'];
  if (typeof id === 'number' && Number.isInteger(id)) return id;
  throw unmapped(field, 'id');
}

function unmapped(field: DeltaField, missing: string): TidemarkError {
  return new TidemarkError(
    'DELTA_LOG_INVALID',
    `The table maps its columns, but its schema gives column '${field.name}' no ${missing}. The log was not written by a writer that knows column mapping.`,
    { details: { column: field.name } },
  );
}
