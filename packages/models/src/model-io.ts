import { assertArguments, type ColumnSpec, TidemarkError } from '@tidemark/core';
import { assertColumnValue } from './column-values.ts';
import { isShaped, isTensor, type Tensor, type TensorLike, toTensor } from './tensor.ts';

/** One row of a table: a value for each column. A value may be a list, for a column of vectors. */
export type Row = Readonly<Record<string, unknown>>;

/**
 * What a model is asked with: plain data, the same for every flavor.
 * - nested lists, a typed array, or `{ shape, data }`: the model's only input, one item a row;
 * - an object: the inputs by name;
 * - a list of objects: rows of a table, for a model whose signature has columns, or whose inputs
 *   are named like them.
 */
export type ModelInput = TensorLike | NamedInputs | readonly Row[];

/** The inputs of a model by name. */
export interface NamedInputs {
  readonly [name: string]: TensorLike;
}

/** Which of its forms an input has. */
export type InputForm =
  | { readonly kind: 'rows'; readonly rows: readonly Row[] }
  | { readonly kind: 'named'; readonly named: NamedInputs }
  | { readonly kind: 'tensor'; readonly tensor: TensorLike };

/** Tells the forms of an input apart. An object with `shape` and `data` is one tensor. */
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

/** What a model answers: its only output, its outputs by name, or rows. */
export type ModelOutput = Tensor | Readonly<Record<string, Tensor>> | readonly Row[];

/** One input as a model declares it. Without a shape any will do. */
export interface InputSpec {
  /** Without a name there is only one input. */
  readonly name?: string;
  readonly dtype: string;
  readonly shape?: readonly number[];
}

/**
 * The tensors that a model with these inputs is called with, in their order. `columns` are the columns of
 * the signature: rows are stacked in their order when the model has one input, and every value is held to
 * the type of its column, in whichever form it comes.
 * @throws INVALID_ARGUMENT when something is missing or does not fit; what is too much is left out
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
      `the model has ${specs.length} inputs; give an object with each; ${namesOf(specs)}`,
    );
  }
  const tensor = fit(toTensor(form.tensor, only.dtype), only);
  if (columns !== undefined) assertMatrixColumns(form.tensor, tensor, columns);
  return [tensor];
}

/**
 * The tensor of an output: its only one, or the one of this name.
 * @throws INVALID_ARGUMENT when there is none of this name, or the output is rows
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
      ? 'The model answers with rows, not with tensors.'
      : `The model has the outputs ${names.join(', ')}; name one of them${name === undefined ? '' : `, not ${JSON.stringify(name)}`}.`,
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
      'rows have names and the model has none; give nested lists, or log the model with a signature that names its columns',
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

/** Nested lists for a model with columns: the columns stand in the order of the signature. */
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

/** The tensor, when it has the shape that the model takes; a missing last 1 is put in. */
function fit(tensor: Tensor, spec: InputSpec): Tensor {
  const want = spec.shape;
  if (want === undefined || matches(tensor.shape, want)) return tensor;
  if (want.at(-1) === 1 && matches([...tensor.shape, 1], want)) {
    return { ...tensor, shape: [...tensor.shape, 1] };
  }
  throw invalid(
    `${label(spec)} has the shape [${tensor.shape.join(', ')}] and the model takes [${want.join(', ')}], where -1 is any size`,
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
    ? 'its only input has no name, so give it alone'
    : `the model takes ${names.join(', ')}`;
}

function invalid(problem: string): TidemarkError {
  return new TidemarkError('INVALID_ARGUMENT', `The model cannot take this input: ${problem}.`);
}
