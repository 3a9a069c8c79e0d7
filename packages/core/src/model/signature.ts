/**
 * Model signatures as MLflow defines them (models/signature.py, types/schema.py). The JSON form in
 * an MLmodel file is the codec of `@tidemark/mlflow`.
 */

/** Scalar types of a column. */
export type ScalarType =
  | 'boolean'
  | 'integer'
  | 'long'
  | 'float'
  | 'double'
  | 'string'
  | 'binary'
  | 'datetime';

/** A column's type: a scalar, or one of MLflow's nested types. */
export type ColumnType =
  | ScalarType
  | { readonly kind: 'array'; readonly items: ColumnType }
  | { readonly kind: 'map'; readonly values: ColumnType }
  | { readonly kind: 'object'; readonly properties: Readonly<Record<string, ObjectProperty>> }
  | { readonly kind: 'any' };

/** A property of an object column. */
export interface ObjectProperty {
  readonly type: ColumnType;
  readonly required: boolean;
}

/** A column of a table-like input or output. Either all columns have names, or none has one. */
export interface ColumnSpec {
  readonly kind: 'column';
  readonly name?: string;
  readonly type: ColumnType;
  readonly required: boolean;
}

/**
 * A tensor: numpy's name of its type, and its shape with -1 for any size. If there are several tensors, each has a
 * name.
 */
export interface TensorSpec {
  readonly kind: 'tensor';
  readonly name?: string;
  readonly dtype: string;
  readonly shape: readonly number[];
}

/** A parameter of inference with its default. `shape` is absent for a scalar, `[-1]` for a list. */
export interface ParamSpec {
  readonly name: string;
  readonly type: ScalarType;
  readonly default: unknown;
  readonly shape?: readonly number[];
}

/** Either columns or tensors, never both. */
export type Schema = readonly ColumnSpec[] | readonly TensorSpec[];

/** The inputs, outputs and params of a model. */
export interface ModelSignature {
  readonly inputs?: Schema;
  readonly outputs?: Schema;
  readonly params?: readonly ParamSpec[];
}
