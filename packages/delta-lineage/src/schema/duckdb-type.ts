import { sqlName } from '../duckdb/duckdb-session.ts';
import type { ColumnMappingMode } from '../log/protocol-support.ts';
import { physicalName } from './column-mapping.ts';
import type { DeltaPrimitiveName, DeltaType } from './delta-type.ts';

/**
 * The DuckDB type, as SQL, into which a column of a data file is read. Fields of structs have their
 * physical names, by which DuckDB finds them in the file; fields that a file lacks become null.
 */
export function duckdbTypeName(type: DeltaType, mode: ColumnMappingMode): string {
  switch (type.kind) {
    case 'primitive':
      return PRIMITIVES[type.name];
    case 'decimal':
      return `DECIMAL(${type.precision}, ${type.scale})`;
    case 'struct': {
      const fields = type.fields.map(
        (field) => `${sqlName(physicalName(field, mode))} ${duckdbTypeName(field.type, mode)}`,
      );
      return `STRUCT(${fields.join(', ')})`;
    }
    case 'array':
      return `${duckdbTypeName(type.element, mode)}[]`;
    case 'map':
      return `MAP(${duckdbTypeName(type.key, mode)}, ${duckdbTypeName(type.value, mode)})`;
  }
}

const PRIMITIVES: Readonly<Record<DeltaPrimitiveName, string>> = {
  string: 'VARCHAR',
  long: 'BIGINT',
  integer: 'INTEGER',
  short: 'SMALLINT',
  byte: 'TINYINT',
  float: 'FLOAT',
  double: 'DOUBLE',
  boolean: 'BOOLEAN',
  binary: 'BLOB',
  date: 'DATE',
  timestamp: 'TIMESTAMPTZ',
  timestamp_ntz: 'TIMESTAMP',
  // Data files never hold this type, so any type will do for its nulls.
  void: 'INTEGER',
};
