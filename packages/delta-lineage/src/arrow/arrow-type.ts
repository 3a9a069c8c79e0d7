import {
  Binary,
  Bool,
  type DataType,
  DateDay,
  Decimal,
  Field,
  Float32,
  Float64,
  Int8,
  Int16,
  Int32,
  Int64,
  List,
  Map_,
  Null,
  Struct,
  TimestampMicrosecond,
  Utf8,
} from 'apache-arrow';
import type { DeltaField, DeltaPrimitiveName, DeltaType } from '../schema/delta-type.ts';

const DECIMAL_BITS = 128;

/**
 * Returns the Arrow field of a Delta column. A `timestamp` has microseconds in UTC, a `timestamp_ntz`
 * microseconds without a zone.
 */
export function arrowField(field: DeltaField): Field {
  return new Field(field.name, arrowType(field.type), field.nullable);
}

/** The Arrow type of a Delta type. */
export function arrowType(type: DeltaType): DataType {
  switch (type.kind) {
    case 'primitive':
      return PRIMITIVES[type.name]();
    case 'decimal':
      return new Decimal(type.scale, type.precision, DECIMAL_BITS);
    case 'struct':
      return new Struct(type.fields.map(arrowField));
    case 'array':
      return new List(new Field('element', arrowType(type.element), type.containsNull));
    case 'map':
      return new Map_(
        new Field(
          'entries',
          new Struct<{ key: DataType; value: DataType }>([
            new Field('key', arrowType(type.key), false),
            new Field('value', arrowType(type.value), type.valueContainsNull),
          ]),
          false,
        ),
      );
  }
}

const PRIMITIVES: Readonly<Record<DeltaPrimitiveName, () => DataType>> = {
  string: () => new Utf8(),
  long: () => new Int64(),
  integer: () => new Int32(),
  short: () => new Int16(),
  byte: () => new Int8(),
  float: () => new Float32(),
  double: () => new Float64(),
  boolean: () => new Bool(),
  binary: () => new Binary(),
  date: () => new DateDay(),
  timestamp: () => new TimestampMicrosecond('UTC'),
  timestamp_ntz: () => new TimestampMicrosecond(),
  void: () => new Null(),
};
