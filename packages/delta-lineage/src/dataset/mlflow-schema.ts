import type { DeltaPrimitiveName, DeltaStructType, DeltaType } from '../schema/delta-type.ts';

/** A column in the JSON of MLflow's schemas (mlflow/types/schema.py, ColSpec.to_dict). */
export type MlflowColumn = { readonly name: string; readonly required: boolean } & MlflowType;

type MlflowType =
  | { readonly type: string }
  | { readonly type: 'array'; readonly items: MlflowType }
  | { readonly type: 'map'; readonly values: MlflowType }
  | {
      readonly type: 'object';
      readonly properties: Readonly<Record<string, MlflowType & { readonly required: boolean }>>;
    };

/**
 * The columns of a table in MLflow's types, which are fewer. Bytes and shorts become integers, dates and
 * timestamps become datetimes, and decimals become strings, the only type that keeps all their digits.
 */
export function mlflowColumns(schema: DeltaStructType): MlflowColumn[] {
  return schema.fields.map((field) => ({
    ...mlflowType(field.type),
    name: field.name,
    required: !field.nullable,
  }));
}

function mlflowType(type: DeltaType): MlflowType {
  switch (type.kind) {
    case 'primitive':
      return { type: PRIMITIVES[type.name] };
    case 'decimal':
      return { type: 'string' };
    case 'struct':
      return {
        type: 'object',
        properties: Object.fromEntries(
          type.fields.map((field) => [
            field.name,
            { ...mlflowType(field.type), required: !field.nullable },
          ]),
        ),
      };
    case 'array':
      return { type: 'array', items: mlflowType(type.element) };
    case 'map':
      return { type: 'map', values: mlflowType(type.value) };
  }
}

const PRIMITIVES: Readonly<Record<DeltaPrimitiveName, string>> = {
  string: 'string',
  long: 'long',
  integer: 'integer',
  short: 'integer',
  byte: 'integer',
  float: 'float',
  double: 'double',
  boolean: 'boolean',
  binary: 'binary',
  date: 'datetime',
  timestamp: 'datetime',
  timestamp_ntz: 'datetime',
  void: 'any',
};
