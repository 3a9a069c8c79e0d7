import { assertArguments, isOfKind, shownInput, TidemarkError } from '@tidemark/core';

/** The typed arrays that hold a tensor's numbers. */
export type NumericArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

/** A tensor's values in row-major order: numbers, 0 and 1 in a Uint8Array for `bool`, strings for `str`. */
export type TensorData = NumericArray | readonly string[];

/** Values with a shape. The length of `data` is the product of the sizes in `shape`. */
export interface Tensor {
  /** The dtype by numpy's name: `float32`, `int32`, `int64`, `bool`, `str` … */
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data: TensorData;
}

/** A number, string or boolean, or nested lists of them. All lists at one depth have the same length. */
export type NestedArray =
  | number
  | bigint
  | boolean
  | string
  | NumericArray
  | readonly NestedArray[];

/** A value that `toTensor` converts to a tensor. Without a `dtype`, the values determine it. */
export type TensorLike =
  | NestedArray
  | {
      readonly shape: readonly number[];
      readonly data: TensorData | readonly number[] | readonly boolean[];
      readonly dtype?: string;
    };

type Value = number | bigint | boolean | string;
type ArrayMaker = (values: ArrayLike<Value>) => TensorData;

const MAKERS: Readonly<Record<string, ArrayMaker>> = {
  float32: (values) => Float32Array.from(values, (value) => asNumber(value, 'float32')),
  float64: (values) => Float64Array.from(values, (value) => asNumber(value, 'float64')),
  int8: (values) => Int8Array.from(values, (value) => asInteger(value, -128, 127)),
  int16: (values) => Int16Array.from(values, (value) => asInteger(value, -(2 ** 15), 2 ** 15 - 1)),
  int32: (values) => Int32Array.from(values, (value) => asInteger(value, -(2 ** 31), 2 ** 31 - 1)),
  uint8: (values) => Uint8Array.from(values, (value) => asInteger(value, 0, 255)),
  uint16: (values) => Uint16Array.from(values, (value) => asInteger(value, 0, 2 ** 16 - 1)),
  uint32: (values) => Uint32Array.from(values, (value) => asInteger(value, 0, 2 ** 32 - 1)),
  int64: (values) =>
    BigInt64Array.from(
      Array.from(values, (value) => asBigInt(value, -(2n ** 63n), 2n ** 63n - 1n)),
    ),
  uint64: (values) =>
    BigUint64Array.from(Array.from(values, (value) => asBigInt(value, 0n, 2n ** 64n - 1n))),
  bool: (values) => Uint8Array.from(values, (value) => asBoolean(value)),
  str: (values) => Array.from(values, asText),
};

/** Whether a value is a `Tensor`, and not tensors by name or rows. */
export function isTensor(value: unknown): value is Tensor {
  return isShaped(value) && 'dtype' in value && typeof value.dtype === 'string';
}

/** Whether a value has `shape` and `data`, and so is one tensor and not several by name. */
export function isShaped(value: unknown): value is Exclude<TensorLike, NestedArray> {
  return (
    isOfKind(value, 'object') &&
    'shape' in value &&
    'data' in value &&
    Array.isArray(value.shape) &&
    value.shape.every((size) => Number.isSafeInteger(size) && size >= 0) &&
    (Array.isArray(value.data) || isNumericArray(value.data))
  );
}

/**
 * Creates a tensor from nested lists or shaped values, and converts the values to `dtype`. Default: the dtype
 * of the values; plain numbers become float64. Only fractions such as 0.1 are rounded, to the precision of
 * a float.
 * @throws INVALID_ARGUMENT when the lists are ragged, the shape does not fit the values, or the dtype cannot
 * hold a value (1.7 in int32, text or 1e300 in float32, a bigint that a float would round)
 *
 * @example
 * ```ts
 * toTensor([[1, 2], [3, 4]], 'float32'); // shape [2, 2]
 * toTensor({ shape: [2, 2], data: new Float32Array([1, 2, 3, 4]) });
 * ```
 */
export function toTensor(value: TensorLike, dtype?: string): Tensor {
  assertArguments({ dtype }, 'toTensor', { dtype: 'string?' });
  if (!isShaped(value)) {
    const shape = shapeOf(value);
    const flat: Value[] = [];
    flatten(value, shape, 0, flat);
    const chosen = dtype ?? naturalDtype(flat[0], innermost(value));
    return { dtype: chosen, shape, data: convert(flat, chosen) };
  }
  const size = sizeOf(value.shape);
  if (value.data.length !== size) {
    throw invalid(
      `The shape [${value.shape.join(', ')}] means ${size} values, but data has ${value.data.length}`,
    );
  }
  const from = value.dtype ?? naturalDtype(value.data[0], value.data);
  const chosen = dtype ?? from;
  const asIs = chosen === from && isNumericArray(value.data) && nameOf(value.data) === chosen;
  return {
    dtype: chosen,
    shape: value.shape,
    data: asIs ? (value.data as NumericArray) : convert(value.data, chosen),
  };
}

/** A tensor's values as nested lists, ready for JSON. The result for a scalar is its value. */
export function toNestedArray(tensor: Tensor): NestedArray {
  assertArguments({ tensor }, 'toNestedArray', { tensor: 'object' });
  assertArguments(tensor, 'toNestedArray', { shape: 'array', data: 'object' });
  const { shape, data } = tensor;
  const isBool = tensor.dtype === 'bool';
  const build = (depth: number, start: number, span: number): NestedArray => {
    const size = shape[depth];
    if (size === undefined) return isBool ? data[start] !== 0 : (data[start] as Value);
    const inner = span / size;
    return Array.from({ length: size }, (_, i) => build(depth + 1, start + i * inner, inner));
  };
  return build(0, 0, data.length);
}

function convert(values: ArrayLike<Value>, dtype: string): TensorData {
  const make = MAKERS[dtype];
  if (make !== undefined) return make(values);
  throw invalid(
    `The dtype ${JSON.stringify(dtype)} is not one of ${Object.keys(MAKERS).join(', ')}`,
  );
}

function shapeOf(value: NestedArray): number[] {
  const shape: number[] = [];
  let level: NestedArray | undefined = value;
  while (Array.isArray(level) || isNumericArray(level)) {
    shape.push(level.length);
    level = level[0];
  }
  return shape;
}

function flatten(value: NestedArray, shape: readonly number[], depth: number, out: Value[]): void {
  const isList = Array.isArray(value) || isNumericArray(value);
  if (isList !== depth < shape.length || (isList && value.length !== shape[depth])) {
    throw invalid(`The lists are ragged: one of them does not fit the shape [${shape.join(', ')}]`);
  }
  if (isList) for (const item of value) flatten(item, shape, depth + 1, out);
  else out.push(value as Value);
}

function innermost(value: NestedArray): unknown {
  return Array.isArray(value) && typeof value[0] === 'object' ? innermost(value[0]) : value;
}

function naturalDtype(first: unknown, values: unknown): string {
  if (isNumericArray(values)) return nameOf(values);
  if (typeof first === 'string') return 'str';
  if (typeof first === 'boolean') return 'bool';
  return typeof first === 'bigint' ? 'int64' : 'float64';
}

function nameOf(array: NumericArray): string {
  // Compares the tag and not the constructor's name, because a Buffer is a Uint8Array too.
  return array[Symbol.toStringTag].replace('Big', '').replace('Array', '').toLowerCase();
}

function isNumericArray(value: unknown): value is NumericArray {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

function asNumber(value: Value, dtype: string): number {
  if (typeof value === 'boolean') return Number(value);
  if (typeof value !== 'number' && typeof value !== 'bigint') {
    throw invalid(`${show(value)} cannot be converted to ${dtype}`);
  }
  const number = dtype === 'float32' ? Math.fround(Number(value)) : Number(value);
  const isExact =
    typeof value === 'number' || (Number.isFinite(number) && BigInt(number) === value);
  const isInRange = typeof value === 'bigint' || !Number.isFinite(value) || Number.isFinite(number);
  if (!isExact || !isInRange) throw invalid(`${dtype} cannot hold ${show(value)}`);
  return typeof value === 'bigint' ? number : value;
}

function asInteger(value: Value, min: number, max: number): number {
  const number = asNumber(value, 'an integer');
  if (Number.isInteger(number) && number >= min && number <= max) return number;
  throw invalid(`${show(value)} is not an integer from ${min} to ${max}`);
}

function asBigInt(value: Value, min: bigint, max: bigint): bigint {
  const whole =
    typeof value === 'bigint'
      ? value
      : BigInt(asInteger(value, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER));
  if (whole >= min && whole <= max) return whole;
  throw invalid(`${show(value)} is not an integer from ${min} to ${max}`);
}

function asBoolean(value: Value): number {
  if (value === true || value === 1) return 1;
  if (value === false || value === 0) return 0;
  throw invalid(`${show(value)} is not true or false`);
}

function asText(value: Value): string {
  if (typeof value === 'string') return value;
  throw invalid(`${show(value)} is not text`);
}

function show(value: unknown): string {
  return typeof value === 'string' ? shownInput(value.slice(0, 40)) : shownInput(value);
}

function invalid(problem: string): TidemarkError {
  return new TidemarkError(
    'INVALID_ARGUMENT',
    `The input cannot be converted to a tensor: ${problem}.`,
  );
}
