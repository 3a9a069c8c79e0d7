import { type ColumnSpec, type ColumnType, type ScalarType, TidemarkError } from '@tidemark/core';

/**
 * Checks a value against the type of its column, as MLflow's schema enforcement does
 * (models/utils.py, `_enforce_mlflow_datatype`). A value is never rounded, truncated or converted. Lists are
 * checked item by item, at any depth. Types without a fixed form (`any`, maps, objects) accept everything.
 * @param dtype the dtype of the model's input; it must represent a whole number exactly
 * @throws INVALID_ARGUMENT with the column and the value
 * @throws INVALID_ARGUMENT, which names the column and the value
 */
export function assertColumnValue(value: unknown, column: ColumnSpec, dtype: string): void {
  const { name } = column;
  const problem = problemOf(value, column.type, dtype);
  if (problem === undefined) return;
  const label = name === undefined ? 'a column' : `the column ${JSON.stringify(name)}`;
  throw new TidemarkError(
    'INVALID_ARGUMENT',
    `The model cannot take this input: ${label} holds ${problem}. Convert the value before you call predict.`,
    { details: name === undefined ? {} : { column: name } },
  );
}

const SCALAR_CHECKS: Readonly<Record<ScalarType, (value: unknown) => boolean>> = {
  boolean: (value) => typeof value === 'boolean',
  integer: (value) => isWhole(value, -(2n ** 31n), 2n ** 31n - 1n),
  long: (value) => isWhole(value, -(2n ** 63n), 2n ** 63n - 1n),
  float: (value) =>
    typeof value === 'number' && (!Number.isFinite(value) || Number.isFinite(Math.fround(value))),
  double: (value) => typeof value === 'number',
  string: (value) => typeof value === 'string',
  // A tensor of text or bytes takes them as they are, or `toTensor` refuses them.
  binary: () => true,
  datetime: () => true,
};

const DESCRIPTIONS: Readonly<Record<ScalarType, string>> = {
  boolean: 'true or false',
  integer: 'a whole number of 32 bits',
  long: 'a whole number of 64 bits (beyond 2^53 as a bigint)',
  float: 'a number of 32 bits',
  double: 'a number',
  string: 'text',
  binary: 'bytes',
  datetime: 'a time',
};

function problemOf(value: unknown, type: ColumnType, dtype: string): string | undefined {
  const items = listOf(value);
  if (typeof type !== 'string') {
    if (type.kind !== 'array') return undefined;
    if (items === undefined) return `${show(value)}, but the signature requires a list`;
    return firstProblem(items, type.items, dtype);
  }
  // Named inputs have a whole column in a list.
  if (items !== undefined) return firstProblem(items, type, dtype);
  if (!SCALAR_CHECKS[type](value)) {
    return `${show(value)}, but the signature requires ${type}: ${DESCRIPTIONS[type]}`;
  }
  const isWholeType = type === 'integer' || type === 'long';
  if (isWholeType && dtype === 'float32' && !hasExactFloat32(value as number | bigint)) {
    return `${show(value)}, which the model's float32 input cannot hold exactly`;
  }
  return undefined;
}

function firstProblem(
  items: readonly unknown[],
  type: ColumnType,
  dtype: string,
): string | undefined {
  for (const item of items) {
    const problem = problemOf(item, type, dtype);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function listOf(value: unknown): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value;
  if (!ArrayBuffer.isView(value) || value instanceof DataView) return undefined;
  return Array.from(value as unknown as ArrayLike<unknown>);
}

function isWhole(value: unknown, min: bigint, max: bigint): boolean {
  if (typeof value === 'number') {
    return Number.isSafeInteger(value) && value >= Number(min) && value <= Number(max);
  }
  return typeof value === 'bigint' && value >= min && value <= max;
}

function hasExactFloat32(value: number | bigint): boolean {
  return typeof value === 'number'
    ? Math.fround(value) === value
    : BigInt(Math.fround(Number(value))) === value;
}

function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 40));
  if (typeof value === 'object' && value !== null) return 'an object';
  return typeof value === 'function' ? 'a function' : String(value);
}
