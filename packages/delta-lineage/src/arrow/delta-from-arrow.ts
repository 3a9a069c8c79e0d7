import { TidemarkError } from '@tidemark/core';
import { type DataType, type Decimal, type Field, type Schema, Type } from 'apache-arrow';
import type {
  DeltaField,
  DeltaPrimitiveName,
  DeltaStructType,
  DeltaType,
} from '../schema/delta-type.ts';

const MAX_DECIMAL_PRECISION = 38;
const DECIMAL_BITS = 128;

/**
 * Returns the Delta schema for Arrow columns. Every column is nullable, as in the tables that Spark
 * creates: `nullable: false` would bind all later writers. Unsigned integers get the next wider type,
 * dictionaries the type of their values, and half floats become floats. A timestamp without a zone is
 * treated as UTC, because Delta's `timestamp_ntz` needs a table feature that older readers refuse.
 *
 * @throws INVALID_ARGUMENT for a type that Delta does not have. The message says how to convert it.
 */
export function deltaSchemaFromArrow(schema: Schema): DeltaStructType {
  return { kind: 'struct', fields: schema.fields.map((field) => deltaField(field, field.name)) };
}

function deltaField(field: Field, column: string): DeltaField {
  return {
    name: field.name,
    type: deltaType(field.type, column),
    nullable: true,
    metadata: {},
  };
}

function deltaType(type: DataType, column: string): DeltaType {
  switch (type.typeId) {
    case Type.Bool:
      return primitive('boolean');
    case Type.Int:
      return integerType(type as DataType & { bitWidth: number; isSigned: boolean }, column);
    case Type.Float:
      return primitive(
        (type as DataType & { precision: number }).precision === 2 ? 'double' : 'float',
      );
    case Type.Utf8:
    case Type.LargeUtf8:
      return primitive('string');
    case Type.Binary:
    case Type.LargeBinary:
    case Type.FixedSizeBinary:
      return primitive('binary');
    case Type.Date:
      return primitive('date');
    case Type.Timestamp:
      return primitive('timestamp');
    case Type.Decimal: {
      const { precision, scale, bitWidth } = type as DataType & Decimal;
      if (bitWidth !== DECIMAL_BITS) throw noDeltaType(type, column, 'use a decimal of 128 bits');
      if (precision > MAX_DECIMAL_PRECISION || scale < 0 || scale > precision) {
        throw noDeltaType(
          type,
          column,
          `use at most ${MAX_DECIMAL_PRECISION} digits and a scale from 0`,
        );
      }
      return { kind: 'decimal', precision, scale };
    }
    case Type.Dictionary:
      return deltaType((type as DataType & { dictionary: DataType }).dictionary, column);
    case Type.List:
    case Type.FixedSizeList: {
      const element = onlyChild(type);
      return {
        kind: 'array',
        element: deltaType(element.type, `${column}.element`),
        containsNull: true,
      };
    }
    case Type.Struct:
      if (type.children.length === 0) throw noDeltaType(type, column, 'give the struct a field');
      return {
        kind: 'struct',
        fields: type.children.map((child: Field) => deltaField(child, `${column}.${child.name}`)),
      };
    case Type.Map: {
      const [key, value] = onlyChild(type).type.children as [Field, Field];
      return {
        kind: 'map',
        key: deltaType(key.type, `${column}.key`),
        value: deltaType(value.type, `${column}.value`),
        valueContainsNull: true,
      };
    }
    case Type.Null:
      throw noDeltaType(type, column, 'give the column the type that its values would have');
    case Type.Time:
    case Type.Interval:
    case Type.Duration:
      throw noDeltaType(type, column, 'store it as a whole number and name the unit in the column');
    default:
      throw noDeltaType(type, column, 'convert the column to another type');
  }
}

function integerType(
  type: DataType & { bitWidth: number; isSigned: boolean },
  column: string,
): DeltaType {
  const bits = type.isSigned ? type.bitWidth : type.bitWidth * 2;
  const name = INTEGERS.get(bits);
  if (name === undefined) throw noDeltaType(type, column, 'use Int64, or a decimal of 20 digits');
  return primitive(name);
}

const INTEGERS: ReadonlyMap<number, DeltaPrimitiveName> = new Map([
  [8, 'byte'],
  [16, 'short'],
  [32, 'integer'],
  [64, 'long'],
]);

function primitive(name: DeltaPrimitiveName): DeltaType {
  return { kind: 'primitive', name };
}

function onlyChild(type: DataType): Field {
  const [child] = type.children as Field[];
  if (child === undefined) throw new TypeError(`${type} has no child`);
  return child;
}

function noDeltaType(type: DataType, column: string, wayOut: string): TidemarkError {
  return new TidemarkError(
    'INVALID_ARGUMENT',
    `Column '${column}' has the Arrow type ${type}, which Delta does not have: ${wayOut}.`,
    { details: { column, type: String(type) } },
  );
}
