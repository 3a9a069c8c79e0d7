import { assertArguments, TidemarkError } from '@tidemark/core';
import { z } from 'zod';

/**
 * The types of a Delta table's columns, as PROTOCOL.md, "Schema Serialization Format", defines them.
 */
export type DeltaType = DeltaPrimitiveType | DeltaDecimalType | DeltaNestedType;

/** The names of Delta's primitive types. `timestamp` is an instant, `timestamp_ntz` a wall-clock time; both in µs. */
export type DeltaPrimitiveName =
  | 'string'
  | 'long'
  | 'integer'
  | 'short'
  | 'byte'
  | 'float'
  | 'double'
  | 'boolean'
  | 'binary'
  | 'date'
  | 'timestamp'
  | 'timestamp_ntz'
  | 'void';

/** A primitive type. */
export interface DeltaPrimitiveType {
  readonly kind: 'primitive';
  readonly name: DeltaPrimitiveName;
}

/** A decimal of at most 38 digits. */
export interface DeltaDecimalType {
  readonly kind: 'decimal';
  readonly precision: number;
  readonly scale: number;
}

/** A type that contains other types. */
export type DeltaNestedType = DeltaStructType | DeltaArrayType | DeltaMapType;

/** A struct. The schema of a table is a struct. */
export interface DeltaStructType {
  readonly kind: 'struct';
  readonly fields: readonly DeltaField[];
}

/** An array. */
export interface DeltaArrayType {
  readonly kind: 'array';
  readonly element: DeltaType;
  readonly containsNull: boolean;
}

/** A map. Its keys are never null. */
export interface DeltaMapType {
  readonly kind: 'map';
  readonly key: DeltaType;
  readonly value: DeltaType;
  readonly valueContainsNull: boolean;
}

/** A column, or a field of a struct. `metadata` holds column mapping, type changes, generation expressions … */
export interface DeltaField {
  readonly name: string;
  readonly type: DeltaType;
  readonly nullable: boolean;
  readonly metadata: Readonly<Record<string, unknown>>;
}

const MAX_DECIMAL_PRECISION = 38;

const PRIMITIVE_NAMES: ReadonlySet<string> = new Set<DeltaPrimitiveName>([
  'string',
  'long',
  'integer',
  'short',
  'byte',
  'float',
  'double',
  'boolean',
  'binary',
  'date',
  'timestamp',
  'timestamp_ntz',
  'void',
]);

const structJson = z.object({
  type: z.literal('struct'),
  fields: z.array(
    z.object({
      name: z.string(),
      type: z.unknown(),
      nullable: z.boolean().default(true),
      metadata: z.record(z.string(), z.unknown()).nullish(),
    }),
  ),
});

const nestedJson = z.discriminatedUnion('type', [
  structJson,
  z.object({
    type: z.literal('array'),
    elementType: z.unknown(),
    containsNull: z.boolean().default(true),
  }),
  z.object({
    type: z.literal('map'),
    keyType: z.unknown(),
    valueType: z.unknown(),
    valueContainsNull: z.boolean().default(true),
  }),
]);

/**
 * Parses the `schemaString` of a `metaData` action.
 *
 * @throws DELTA_LOG_INVALID when it is not a schema, DELTA_FEATURE_UNSUPPORTED when this reader does not
 * support the type of a column.
 */
export function parseDeltaSchema(schemaString: string): DeltaStructType {
  let json: unknown;
  try {
    json = JSON.parse(schemaString);
  } catch (cause) {
    throw invalidSchema('it is not JSON', cause);
  }
  const parsed = structJson.safeParse(json);
  if (!parsed.success) throw invalidSchema('it is not a struct', parsed.error);
  const type = parseType(parsed.data, []);
  if (type.kind !== 'struct') throw invalidSchema('it is not a struct');
  return type;
}

/** The inverse of `parseDeltaSchema`: the JSON text that a `metaData` action carries. */
export function formatDeltaSchema(schema: DeltaStructType): string {
  return JSON.stringify(typeJson(schema));
}

/** The name of the type in Delta's JSON, for messages: `decimal(10,2)`, `array<string>`. */
export function deltaTypeName(type: DeltaType): string {
  assertArguments({ type }, 'deltaTypeName', { type: 'object' });
  switch (type.kind) {
    case 'primitive':
      return type.name;
    case 'decimal':
      return `decimal(${type.precision},${type.scale})`;
    case 'struct':
      return `struct<${type.fields.map((f) => `${f.name}:${deltaTypeName(f.type)}`).join(',')}>`;
    case 'array':
      return `array<${deltaTypeName(type.element)}>`;
    case 'map':
      return `map<${deltaTypeName(type.key)},${deltaTypeName(type.value)}>`;
  }
}

function parseType(json: unknown, column: readonly string[]): DeltaType {
  if (typeof json === 'string') return parseNamedType(json, column);
  const parsed = nestedJson.safeParse(json);
  if (!parsed.success) {
    throw invalidSchema(
      `column ${columnName(column)} has no type that Delta defines`,
      parsed.error,
    );
  }
  const nested = parsed.data;
  switch (nested.type) {
    case 'struct':
      return {
        kind: 'struct',
        fields: nested.fields.map((field) => ({
          name: field.name,
          type: parseType(field.type, [...column, field.name]),
          nullable: field.nullable,
          metadata: field.metadata ?? {},
        })),
      };
    case 'array':
      return {
        kind: 'array',
        element: parseType(nested.elementType, [...column, 'element']),
        containsNull: nested.containsNull,
      };
    case 'map':
      return {
        kind: 'map',
        key: parseType(nested.keyType, [...column, 'key']),
        value: parseType(nested.valueType, [...column, 'value']),
        valueContainsNull: nested.valueContainsNull,
      };
  }
}

function parseNamedType(name: string, column: readonly string[]): DeltaType {
  if (PRIMITIVE_NAMES.has(name)) return { kind: 'primitive', name: name as DeltaPrimitiveName };
  if (name === 'null') return { kind: 'primitive', name: 'void' };
  const decimal = /^decimal(?:\(\s*(\d+)\s*,\s*(-?\d+)\s*\))?$/.exec(name);
  if (decimal !== null) {
    const precision = Number(decimal[1] ?? 10);
    const scale = Number(decimal[2] ?? 0);
    if (precision < 1 || precision > MAX_DECIMAL_PRECISION || scale < 0 || scale > precision) {
      throw invalidSchema(`column ${columnName(column)} has the impossible type ${name}`);
    }
    return { kind: 'decimal', precision, scale };
  }
  throw new TidemarkError(
    'DELTA_FEATURE_UNSUPPORTED',
    `Column ${columnName(column)} has the type '${name}', which this reader does not support. ` +
      'Write the column with another type, or read the table with a system that supports this one.',
    { details: { column: column.join('.'), type: name } },
  );
}

function typeJson(type: DeltaType): unknown {
  switch (type.kind) {
    case 'primitive':
      return type.name;
    case 'decimal':
      return deltaTypeName(type);
    case 'struct':
      return {
        type: 'struct',
        fields: type.fields.map((field) => ({
          name: field.name,
          type: typeJson(field.type),
          nullable: field.nullable,
          metadata: field.metadata,
        })),
      };
    case 'array':
      return {
        type: 'array',
        elementType: typeJson(type.element),
        containsNull: type.containsNull,
      };
    case 'map':
      return {
        type: 'map',
        keyType: typeJson(type.key),
        valueType: typeJson(type.value),
        valueContainsNull: type.valueContainsNull,
      };
  }
}

function columnName(column: readonly string[]): string {
  return `'${column.join('.')}'`;
}

function invalidSchema(reason: string, cause?: unknown): TidemarkError {
  return new TidemarkError(
    'DELTA_LOG_INVALID',
    `The schema in the table's log cannot be understood: ${reason}. The log is damaged, or its writer is not a Delta writer: restore it from a copy.`,
    { cause },
  );
}
