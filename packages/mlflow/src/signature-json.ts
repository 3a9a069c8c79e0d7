import {
  assertArguments,
  type ColumnSpec,
  type ColumnType,
  isRecord,
  type ModelSignature,
  type ParamSpec,
  type ScalarType,
  type Schema,
  type TensorSpec,
  TidemarkError,
} from '@tidemark/core';
import { z } from 'zod';
import { formatPythonJson, parsePythonJson } from './python-json.ts';
import { columnsProblem, paramsProblem, schemaProblem } from './signature-rules.ts';

/**
 * A signature as in an MLmodel file: three JSON texts (models/signature.py, `to_dict`). A part that the model does
 * not declare is absent.
 */
export interface SignatureJson {
  readonly inputs?: string;
  readonly outputs?: string;
  readonly params?: string;
}

/** How deep types may nest: deeper than real signatures, and not too deep for the stack. */
const MAX_DEPTH = 100;

const SCALARS: ReadonlySet<string> = new Set<ScalarType>([
  'boolean',
  'integer',
  'long',
  'float',
  'double',
  'string',
  'binary',
  'datetime',
]);

/**
 * Formats a signature in MLflow's JSON (types/schema.py), so that MLflow can read it.
 * @throws INVALID_ARGUMENT when it breaks one of MLflow's rules: an empty schema, columns mixed with tensors, some
 * named and some not, a name used twice, several tensors without names, an optional column without a name, a
 * default that is not of its param's type
 *
 * @example
 * ```ts
 * const signature = signatureToJson({
 *   inputs: [{ kind: 'tensor', dtype: 'float32', shape: [-1, 4] }],
 * });
 * ```
 */
export function signatureToJson(signature: ModelSignature): SignatureJson {
  assertArguments({ signature }, 'signatureToJson', { signature: 'object' });
  const { inputs, outputs, params } = signature;
  const problem =
    (inputs && prefixed('inputs', schemaProblem(inputs) ?? columnsProblem(inputs))) ??
    (outputs && prefixed('outputs', schemaProblem(outputs) ?? columnsProblem(outputs))) ??
    (params && prefixed('params', paramsProblem(params))) ??
    (inputs || outputs || params?.length ? undefined : 'it has no inputs, outputs or params');
  if (problem !== undefined) {
    throw new TidemarkError(
      'INVALID_ARGUMENT',
      `The signature cannot be written: ${problem}. Correct the signature.`,
    );
  }
  return {
    ...(inputs && { inputs: formatPythonJson(inputs.map(specToJson)) }),
    ...(outputs && { outputs: formatPythonJson(outputs.map(specToJson)) }),
    ...(params?.length && { params: formatPythonJson(params.map(paramToJson)) }),
  };
}

/**
 * Parses a signature in MLflow's JSON, in every form that MLflow has written: `dtype` for a param's `type`,
 * `optional` for `required`, or no `required` at all. A Spark ML vector becomes an array of doubles.
 * @throws MLMODEL_INVALID when it is not MLflow's JSON or breaks one of MLflow's rules
 */
export function signatureFromJson(json: SignatureJson): ModelSignature {
  assertArguments({ json }, 'signatureFromJson', { json: 'object' });
  return {
    ...(json.inputs && { inputs: readSchema('inputs', json.inputs) }),
    ...(json.outputs && { outputs: readSchema('outputs', json.outputs) }),
    ...(json.params && { params: readParams(json.params) }),
  };
}

// --- writing

function specToJson(spec: ColumnSpec | TensorSpec): Record<string, unknown> {
  if (spec.kind === 'tensor') {
    return {
      name: spec.name,
      type: 'tensor',
      'tensor-spec': { dtype: spec.dtype, shape: spec.shape },
    };
  }
  return { ...typeToJson(spec.type), name: spec.name, required: spec.required };
}

function typeToJson(type: ColumnType): Record<string, unknown> {
  if (typeof type === 'string') return { type };
  switch (type.kind) {
    case 'any':
      return { type: 'any' };
    case 'array':
      return { type: 'array', items: typeToJson(type.items) };
    case 'map':
      return { type: 'map', values: typeToJson(type.values) };
    case 'object': {
      // MLflow sorts properties by name, so that equal objects are equal text.
      const properties = Object.entries(type.properties)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, { type: inner, required }]) => [name, { ...typeToJson(inner), required }]);
      return { type: 'object', properties: Object.fromEntries(properties) };
    }
  }
}

function paramToJson(param: ParamSpec): Record<string, unknown> {
  return {
    name: param.name,
    default: param.default ?? null,
    shape: param.shape ?? null,
    type: param.type,
  };
}

// --- reading

const Named = z.object({ name: z.string().nullish() });
const Column = Named.extend({ required: z.boolean().nullish(), optional: z.boolean().nullish() });
const Tensor = Named.extend({
  'tensor-spec': z.object({ dtype: z.string().min(1), shape: z.array(z.int().min(-1)) }),
});
const Param = z.object({
  name: z.union([z.string(), z.number()]).transform(String),
  type: z.string().nullish(),
  dtype: z.string().nullish(),
  default: z.unknown(),
  shape: z.array(z.literal(-1)).length(1).nullish(),
});

function readSchema(part: 'inputs' | 'outputs', text: string): Schema {
  const specs = readList(part, text).map((item, index) => readSpec(item, `${part}[${index}]`));
  const problem = schemaProblem(specs);
  if (problem !== undefined) throw invalid(part, problem);
  // The rules ensure that they are all of one kind.
  return specs as readonly ColumnSpec[] | readonly TensorSpec[];
}

function readSpec(item: Record<string, unknown>, at: string): ColumnSpec | TensorSpec {
  if (item.type === 'tensor') {
    const { name, 'tensor-spec': tensor } = parseWith(Tensor, item, at);
    return { kind: 'tensor', ...(name != null && { name }), ...tensor };
  }
  const { name, required, optional } = parseWith(Column, item, at);
  return {
    kind: 'column',
    ...(name != null && { name }),
    type: readType(item, at),
    required: required ?? !optional,
  };
}

function readType(item: Record<string, unknown>, at: string, depth = 0): ColumnType {
  if (depth > MAX_DEPTH) throw invalid(at.slice(0, 80), `types nest deeper than ${MAX_DEPTH}`);
  const type = item.type;
  if (typeof type === 'string' && SCALARS.has(type)) return type as ScalarType;
  switch (type) {
    case 'any':
      return { kind: 'any' };
    case 'sparkml_vector':
      return { kind: 'array', items: 'double' };
    case 'array':
      return {
        kind: 'array',
        items: readType(member(item, 'items', at), `${at}.items`, depth + 1),
      };
    case 'map':
      return {
        kind: 'map',
        values: readType(member(item, 'values', at), `${at}.values`, depth + 1),
      };
    case 'object': {
      const properties = Object.entries(member(item, 'properties', at)).map(([name, value]) => {
        const where = `${at}.properties.${name}`;
        const property = asRecord(value, where);
        const type = readType(property, where, depth + 1);
        return [name, { type, required: property.required !== false }] as const;
      });
      if (properties.length === 0) throw invalid(at, 'an object needs at least one property');
      return { kind: 'object', properties: Object.fromEntries(properties) };
    }
    default:
      throw invalid(at, `the type ${JSON.stringify(type)} is not one of MLflow's column types`);
  }
}

function readParams(text: string): readonly ParamSpec[] {
  const params = readList('params', text).map((item, index): ParamSpec => {
    const at = `params[${index}]`;
    const param = parseWith(Param, item, at);
    const type = param.type ?? param.dtype;
    if (type == null || !SCALARS.has(type) || !('default' in item)) {
      throw invalid(at, 'a param needs a name, a scalar type and a default');
    }
    return {
      name: param.name,
      type: type as ScalarType,
      default: param.default,
      ...(param.shape != null && { shape: param.shape }),
    };
  });
  const problem = paramsProblem(params);
  if (problem !== undefined) throw invalid('params', problem);
  return params;
}

function readList(part: string, text: string): Record<string, unknown>[] {
  let value: unknown;
  try {
    value = parsePythonJson(text);
  } catch (cause) {
    throw invalid(part, 'it is not JSON', cause);
  }
  if (!Array.isArray(value)) throw invalid(part, 'it is not a list');
  return value.map((item, index) => asRecord(item, `${part}[${index}]`));
}

function member(item: Record<string, unknown>, key: string, at: string): Record<string, unknown> {
  return asRecord(item[key], `${at}.${key}`);
}

function asRecord(value: unknown, at: string): Record<string, unknown> {
  if (isRecord(value)) return value;
  throw invalid(at, 'expected an object');
}

function parseWith<T>(schema: z.ZodType<T>, item: unknown, at: string): T {
  const result = schema.safeParse(item);
  if (result.success) return result.data;
  throw invalid(at, z.prettifyError(result.error).replaceAll(/\s+/g, ' '));
}

function prefixed(part: string, problem: string | undefined): string | undefined {
  return problem === undefined ? undefined : `in its ${part}, ${problem}`;
}

function invalid(at: string, problem: string, cause?: unknown): TidemarkError {
  return new TidemarkError(
    'MLMODEL_INVALID',
    `The signature in the MLmodel file cannot be read at ${at}: ${problem}. Correct the file, or log the model again.`,
    { cause, details: { at } },
  );
}
