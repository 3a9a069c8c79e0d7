import { TidemarkError } from '@tidemark/core';
import type { ColumnMappingMode } from '../log/protocol-support.ts';
import type { DeltaField } from './delta-type.ts';

/**
 * The name of a field in data files and partition values (PROTOCOL.md, "Column Mapping").
 *
 * @throws DELTA_LOG_INVALID when the table maps its columns and this field has no physical name in the schema.
 */
export function physicalName(field: DeltaField, mode: ColumnMappingMode): string {
  if (mode === 'none') return field.name;
  const name = field.metadata['delta.columnMapping.physicalName'];
  if (typeof name === 'string') return name;
  throw unmapped(field, 'physical name');
}

/**
 * The id of a field in data files.
 *
 * @throws DELTA_LOG_INVALID when the field has none.
 */
export function fieldId(field: DeltaField): number {
  const id = field.metadata['delta.columnMapping.id'];
  if (typeof id === 'number' && Number.isInteger(id)) return id;
  throw unmapped(field, 'id');
}

function unmapped(field: DeltaField, missing: string): TidemarkError {
  return new TidemarkError(
    'DELTA_LOG_INVALID',
    `The table maps its columns, but its schema gives column '${field.name}' no ${missing}. Its writer does not support column mapping: write the table again with one that does.`,
    { details: { column: field.name } },
  );
}
