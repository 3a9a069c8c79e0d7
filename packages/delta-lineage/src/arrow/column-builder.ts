import type { DataType } from 'apache-arrow';
import type { DeltaType } from '../schema/delta-type.ts';
import { arrowType } from './arrow-type.ts';
import type { ColumnBuilder } from './builders/builder.ts';
import { BytesBuilder } from './builders/bytes-builder.ts';
import {
  BooleanBuilder,
  DecimalBuilder,
  FixedWidthBuilder,
} from './builders/fixed-width-builders.ts';
import { ListBuilder, StructBuilder } from './builders/nested-builders.ts';
import { NullBuilder } from './builders/null-builder.ts';

const FIXED_WIDTHS = {
  byte: 1,
  short: 2,
  integer: 4,
  date: 4,
  float: 4,
  long: 8,
  double: 8,
  timestamp: 8,
  timestamp_ntz: 8,
} as const;

/** Creates the builder for a column. The vector must have the DuckDB type that `duckdbTypeName` gives for `type`. */
export function columnBuilder(type: DeltaType): ColumnBuilder {
  switch (type.kind) {
    case 'primitive':
      switch (type.name) {
        case 'void':
          return new NullBuilder(arrowType(type));
        case 'boolean':
          return new BooleanBuilder(arrowType(type));
        case 'string':
        case 'binary':
          return new BytesBuilder(arrowType(type));
        default:
          return new FixedWidthBuilder(arrowType(type), FIXED_WIDTHS[type.name]);
      }
    case 'decimal':
      return new DecimalBuilder(arrowType(type), type.precision);
    case 'struct':
      return new StructBuilder(
        arrowType(type),
        type.fields.map((field) => columnBuilder(field.type)),
      );
    case 'array':
      return new ListBuilder(arrowType(type), columnBuilder(type.element));
    case 'map': {
      const list = arrowType(type);
      const entries = new StructBuilder(list.children[0]?.type as DataType, [
        columnBuilder(type.key),
        columnBuilder(type.value),
      ]);
      return new ListBuilder(list, entries);
    }
  }
}
