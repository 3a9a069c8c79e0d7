import { assertArguments, type ColumnSpec, TidemarkError } from '@tidemark/core';
import { assertColumnValue } from './column-values.ts';
import { isShaped, isTensor, type Tensor, type TensorLike, toTensor } from './tensor.ts';

/** One row of a table: a value for each column. A value may be a list, for a column of vectors. */
export type Row = Readonly<Record<string, unknown>>;

/**
 * The input of a model: plain data, the same for every flavor.
 * - Nested lists, a typed array, or `{ shape, data }`: the model's only input, with one item for each row.
 * - An object: the inputs by name.
 * - A list of objects: rows of a table, for a model whose signature has columns, or whose inputs have the
 *   names of the columns.
 */
export type ModelInput = TensorLike | NamedInputs | readonly Row[];

/** The inputs of a model by name. */
export interface NamedInputs {
  readonly [name: string]: TensorLike;
}

/** The form of an input. */
export type InputForm =
  | { readonly kind: 'rows'; readonly rows: readonly Row[] }
  | { readonly kind: 'named'; readonly named: NamedInputs }
  | { readonly kind: 'tensor'; readonly tensor: TensorLike };

/** Determines the form of an input. An object with `shape` and `data` is one tensor. */
export function inputForm(input: ModelInput): InputForm {
  if (!isObject(input) || ArrayBuffer.isView(input) || isShaped(input)) {
    return { kind: 'tensor', tensor: input as TensorLike };
  }
  if (!Array.isArray(input)) return { kind: 'named', named: input as NamedInputs };
  const first: unknown = input[0];
  return isObject(first) && !Array.isArray(first) && !ArrayBuffer.isView(first)
    ? { kind: 'rows', rows: input }
    : { kind: 'tensor', tensor: input };
}

/** The output of a model: its only output as a tensor, its outputs by name, or rows. */
export type ModelOutput = Tensor | Readonly<Record<string, Tensor>> | readonly Row[];

/** One input, as the model declares it. Without a shape, any shape fits. */
export interface InputSpec {
  /** The input's name; absent for a model with one unnamed input. */
  readonly name?: string;
  readonly dtype: string;
  readonly shape?: readonly number[];
}

/**
 * Converts an input to the tensors of a model, in the order of `specs`. `columns` are the columns of the
 * signature: a model with one input gets the rows stacked in their order, and in every form of input each
 * value is checked against the type of its column. Inputs that the model does not have are ignored.
 * @throws INVALID_ARGUMENT when an input is missing or does not fit
 */
export function bindInputs(
  input: ModelInput,
  specs: readonly InputSpec[],
  columns?: readonly ColumnSpec[],
): Tensor[] {
  assertArguments({ specs, columns }, 'bindInputs', { specs: 'objects', columns: 'objects?' });
  const form = inputForm(input);
  if (form.kind === 'rows') {
    return specs.map((spec) => fit(rowsToTensor(form.rows, spec, columns), spec));
  }
  if (form.kind === 'named') {
    return specs.map((spec) => {
      const value = spec.name === undefined ? undefined : form.named[spec.name];
      if (value === undefined) throw invalid(`${label(spec)} is missing; ${namesOf(specs)}`);
      const column = columns?.find(({ name }) => name === spec.name);
      if (column !== undefined) assertColumnValue(valuesOf(value), column, spec.dtype);
      return fit(toTensor(value, spec.dtype), spec);
    });
  }
  const [only] = specs;
  if (only === undefined || specs.length > 1) {
    throw invalid(
      `the model has ${specs.length} inputs: pass an object with each of them; ${namesOf(specs)}`,
    );
  }
  const tensor = fit(toTensor(form.tensor, only.dtype), only);
  if (columns !== undefined) assertMatrixColumns(form.tensor, tensor, columns);
  return [tensor];
}

/**
 * Returns the tensor of an output: the only one, or the one with this name.
 * @throws INVALID_ARGUMENT when no output has this name, or the output is rows
 *
 * @example
 * ```ts
 * const model = await loadModel('models:/penguins@champion');
 * const { shape, data } = outputTensor(await model.predict([[1, 2]]), 'probabilities');
 * ```
 */
export function outputTensor(output: ModelOutput, name?: string): Tensor {
  assertArguments({ output, name }, 'outputTensor', { output: 'object', name: 'string?' });
  if (isTensor(output)) return output;
  const names = Array.isArray(output) ? [] : Object.keys(output);
  const chosen = name ?? (names.length === 1 ? names[0] : undefined);
  const tensor = chosen === undefined ? undefined : (output as Record<string, Tensor>)[chosen];
  if (isTensor(tensor)) return tensor;
  throw new TidemarkError(
    'INVALID_ARGUMENT',
    Array.isArray(output)
      ? 'The model returns rows, not tensors: read the output as a list of objects.'
      : `The model has the outputs ${names.join(', ')}; pass the name of one of them${name === undefined ? '' : `, not ${JSON.stringify(name)}`}.`,
  );
}

function rowsToTensor(
  rows: readonly Row[],
  spec: InputSpec,
  columns: readonly ColumnSpec[] | undefined,
): Tensor {
  const [only] = columns ?? [];
  const isOneOfVectors = columns?.length === 1 && typeof only?.type === 'object';
  const isMatrix = columns !== undefined && !isOneOfVectors && spec.shape?.length === 2;
  const name = spec.name ?? (isOneOfVectors ? only?.name : undefined);
  if (!isMatrix && name === undefined) {
    throw invalid(
      'rows have column names, but the model has none: pass nested lists, or log the model with a signature that names its columns',
    );
  }
  const named = columns?.find((column) => column.name === name);
  const values = rows.map((row, index) =>
    isMatrix
      ? columns.map((column) => cell(row, column.name as string, index, column, spec))
      : cell(row, name as string, index, named, spec),
  );
  return toTensor(values as TensorLike, spec.dtype);
}

function cell(
  row: Row,
  name: string,
  index: number,
  column: ColumnSpec | undefined,
  { dtype }: InputSpec,
): unknown {
  const value = Object.hasOwn(row, name) ? row[name] : undefined;
  if (value === undefined || value === null) {
    throw invalid(`row ${index} has no ${JSON.stringify(name)}`);
  }
  if (column !== undefined) assertColumnValue(value, column, dtype);
  return value;
}

/** Checks nested lists for a model with columns. The columns are in the order of the signature. */
function assertMatrixColumns(
  given: TensorLike,
  { shape, dtype }: Tensor,
  columns: readonly ColumnSpec[],
): void {
  const width = shape.at(-1);
  if (shape.length !== 2 || width !== columns.length) return;
  const values = flatValues(valuesOf(given));
  values.forEach((value, place) => {
    assertColumnValue(value, columns[place % width] as ColumnSpec, dtype);
  });
}

function valuesOf(value: TensorLike): unknown {
  return isShaped(value) ? value.data : value;
}

function flatValues(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value.flatMap(flatValues);
  return ArrayBuffer.isView(value) ? Array.from(value as unknown as ArrayLike<unknown>) : [value];
}

/** Returns the tensor if it has the model's shape. Adds a missing last dimension of size 1. */
function fit(tensor: Tensor, spec: InputSpec): Tensor {
  const want = spec.shape;
  if (want === undefined || matches(tensor.shape, want)) return tensor;
  if (want.at(-1) === 1 && matches([...tensor.shape, 1], want)) {
    return { ...tensor, shape: [...tensor.shape, 1] };
  }
  throw invalid(
    `${label(spec)} has the shape [${tensor.shape.join(', ')}] but the model takes [${want.join(', ')}], where -1 is any size`,
  );
}

function matches(shape: readonly number[], want: readonly number[]): boolean {
  return shape.length === want.length && want.every((size, i) => size === -1 || size === shape[i]);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function label(spec: InputSpec): string {
  return spec.name === undefined ? 'the input' : `the input ${JSON.stringify(spec.name)}`;
}

function namesOf(specs: readonly InputSpec[]): string {
  const names = specs.map((spec) => spec.name).filter((name) => name !== undefined);
  return names.length === 0
    ? 'its only input has no name, so pass it by itself'
    : `the model takes ${names.join(', ')}`;
}

function invalid(problem: string): TidemarkError {
  return new TidemarkError('INVALID_ARGUMENT', `The model cannot take this input: ${problem}.`);
}
