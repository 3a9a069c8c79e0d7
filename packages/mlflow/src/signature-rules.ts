import type { ColumnSpec, ColumnType, ParamSpec, ScalarType, TensorSpec } from '@tidemark/core';

/**
 * MLflow's rules for signatures (types/schema.py: `Schema`, `ParamSpec`, `TensorInfo`). Each function returns a
 * sentence about the broken rule.
 */

const DTYPE =
  /^(?:bool|u?int(?:8|16|32|64)|float(?:16|32|64|128)|complex(?:64|128|256)|str|bytes|object|(?:datetime|timedelta)64(?:\[\w+\])?)$/;
const INT32 = 2 ** 31;
/** Matches the times that numpy accepts: a date, or a date and a time without a zone. */
const ISO_TIME = /^\d{4}-\d\d(?:-\d\d(?:[T ]\d\d(?::\d\d(?::\d\d(?:\.\d{1,9})?)?)?)?)?$/;

/** Checks the rules that MLflow applies when it reads and when it writes. Returns `undefined` if all hold. */
export function schemaProblem(specs: readonly (ColumnSpec | TensorSpec)[]): string | undefined {
  const first = specs[0];
  if (first === undefined) return 'the list is empty; leave it out instead';
  if (specs.some((spec) => spec.kind !== first.kind)) return 'columns and tensors are mixed';
  const named = specs.filter((spec) => spec.name !== undefined).length;
  if (named > 0 && named < specs.length) {
    return 'some have a name and others do not; name all of them or none';
  }
  if (named > 0) return undefined;
  if (first.kind === 'tensor' && specs.length > 1) return 'several tensors have to be named';
  if (specs.some((spec) => spec.kind === 'column' && !spec.required)) {
    return 'an optional column has to be named';
  }
  return undefined;
}

/** Checks the rules for writers only. Readers tolerate these forms. */
export function columnsProblem(specs: readonly (ColumnSpec | TensorSpec)[]): string | undefined {
  const seen = new Set<string>();
  for (const spec of specs) {
    if (spec.name === '') return 'a name is empty';
    if (spec.name !== undefined && seen.has(spec.name)) {
      return `the name ${JSON.stringify(spec.name)} is used twice`;
    }
    if (spec.name !== undefined) seen.add(spec.name);
    const problem = spec.kind === 'tensor' ? tensorProblem(spec) : typeProblem(spec.type);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** Checks that params have unique names, and defaults of their type. */
export function paramsProblem(params: readonly ParamSpec[]): string | undefined {
  const seen = new Set<string>();
  for (const param of params) {
    const name = JSON.stringify(param.name);
    if (seen.has(param.name)) return `the param ${name} is declared twice`;
    seen.add(param.name);
    if (param.type === 'binary') return `the param ${name} is binary, which MLflow does not allow`;
    const values = param.shape === undefined ? [param.default] : param.default;
    if (param.shape !== undefined && (param.shape.length !== 1 || param.shape[0] !== -1)) {
      return `the param ${name} has a shape other than [-1], which is a list`;
    }
    if (!Array.isArray(values)) return `the param ${name} is a list, and its default is not`;
    if (!values.every((value) => fits(value, param.type))) {
      return `the default of the param ${name} is not of the type ${param.type}`;
    }
  }
  return undefined;
}

function tensorProblem(spec: TensorSpec): string | undefined {
  if (!DTYPE.test(spec.dtype)) {
    return `${JSON.stringify(spec.dtype)} is not numpy's name of a type, such as float32`;
  }
  return spec.shape.every((size) => Number.isSafeInteger(size) && size >= -1)
    ? undefined
    : `the shape [${spec.shape.join(', ')}] holds something other than sizes and -1`;
}

function typeProblem(type: ColumnType): string | undefined {
  if (typeof type === 'string' || type.kind === 'any') return undefined;
  if (type.kind === 'array') return typeProblem(type.items);
  if (type.kind === 'map') return typeProblem(type.values);
  const properties = Object.values(type.properties);
  if (properties.length === 0) return 'an object needs at least one property';
  return properties.map((property) => typeProblem(property.type)).find((it) => it !== undefined);
}

/** Implements MLflow's `_enforce_param_datatype` (models/utils.py): null fits every type. */
function fits(value: unknown, type: ScalarType): boolean {
  if (value === null || value === undefined) return true;
  switch (type) {
    case 'boolean':
      return typeof value === 'boolean';
    case 'integer':
      return Number.isInteger(value) && Number(value) >= -INT32 && Number(value) < INT32;
    case 'long':
      return typeof value === 'bigint' || Number.isSafeInteger(value);
    case 'float':
    case 'double':
      return typeof value === 'number' || typeof value === 'bigint';
    case 'string':
      return typeof value === 'string';
    case 'datetime':
      return typeof value === 'string' && ISO_TIME.test(value);
    case 'binary':
      return false;
  }
}
