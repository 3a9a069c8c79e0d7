import type { ColumnSpec, ColumnType, ModelSignature, ParamSpec, TensorSpec } from '@tidemark/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { signatureFromJson, signatureToJson } from './signature-json.ts';

const scalars = fc.constantFrom(
  'boolean',
  'integer',
  'long',
  'float',
  'double',
  'string',
  'binary',
  'datetime',
);
const names = fc.string({ minLength: 1 });

const types = fc.letrec<{ type: ColumnType }>((tie) => ({
  type: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalars,
    fc.record({ kind: fc.constant('any') }),
    fc.record({ kind: fc.constant('array'), items: tie('type') }),
    fc.record({ kind: fc.constant('map'), values: tie('type') }),
    fc.record({
      kind: fc.constant('object'),
      properties: fc.dictionary(names, fc.record({ type: tie('type'), required: fc.boolean() }), {
        minKeys: 1,
        maxKeys: 3,
      }),
    }),
  ) as fc.Arbitrary<ColumnType>,
})).type;

const namedColumns = fc.uniqueArray(
  fc.record({ kind: fc.constant('column'), name: names, type: types, required: fc.boolean() }),
  { minLength: 1, maxLength: 4, selector: (column) => column.name },
) as fc.Arbitrary<ColumnSpec[]>;
const unnamedColumns = fc.array(
  fc.record({ kind: fc.constant('column'), type: types, required: fc.constant(true) }),
  { minLength: 1, maxLength: 4 },
) as fc.Arbitrary<ColumnSpec[]>;
const tensor = {
  kind: fc.constant('tensor' as const),
  dtype: fc.constantFrom('float32', 'int64', 'bool', 'str', 'datetime64[ns]'),
  shape: fc.array(fc.integer({ min: -1, max: 512 }), { maxLength: 4 }),
};
const tensors: fc.Arbitrary<TensorSpec[]> = fc.oneof(
  fc.record(tensor).map((spec) => [spec]),
  fc.uniqueArray(fc.record({ ...tensor, name: names }), {
    minLength: 1,
    maxLength: 3,
    selector: (spec) => spec.name,
  }),
);
const param: fc.Arbitrary<ParamSpec> = fc.oneof(
  fc.record({ name: names, type: fc.constant('double'), default: fc.double() }),
  fc.record({
    name: names,
    type: fc.constant('long'),
    default: fc.array(fc.oneof(fc.maxSafeInteger(), fc.bigInt({ min: 2n ** 53n, max: 2n ** 63n }))),
    shape: fc.constant([-1]),
  }),
  fc.record({ name: names, type: fc.constant('string'), default: fc.option(fc.string()) }),
  fc.record({ name: names, type: fc.constant('boolean'), default: fc.boolean() }),
) as fc.Arbitrary<ParamSpec>;
const schemas = fc.oneof(namedColumns, unnamedColumns, tensors);
const signatures = fc
  .record(
    {
      inputs: schemas,
      outputs: schemas,
      params: fc.uniqueArray(param, { minLength: 1, maxLength: 3, selector: (it) => it.name }),
    },
    { requiredKeys: [] },
  )
  .filter((signature) => Object.keys(signature).length > 0) as fc.Arbitrary<ModelSignature>;

describe('a signature in JSON', () => {
  it('has exactly the bytes that MLflow writes', () => {
    const signature: ModelSignature = {
      inputs: [
        { kind: 'column', name: 'a', type: 'long', required: true },
        { kind: 'column', name: 'b', type: { kind: 'array', items: 'double' }, required: false },
      ],
      outputs: [{ kind: 'tensor', dtype: 'int64', shape: [-1] }],
      params: [{ name: 'temperature', type: 'double', default: 0.5 }],
    };
    expect(signatureToJson(signature)).toEqual({
      inputs:
        '[{"type": "long", "name": "a", "required": true}, {"type": "array", "items": {"type": "double"}, "name": "b", "required": false}]',
      outputs: '[{"type": "tensor", "tensor-spec": {"dtype": "int64", "shape": [-1]}}]',
      params: '[{"name": "temperature", "default": 0.5, "shape": null, "type": "double"}]',
    });
  });

  it('is the same after formatting and parsing', () => {
    fc.assert(
      fc.property(signatures, (signature) => {
        expect(signatureFromJson(signatureToJson(signature))).toEqual(signature);
      }),
    );
  });

  it('can have the forms of older versions of MLflow', () => {
    expect(
      signatureFromJson({
        inputs:
          '[{"type": "double", "name": "a"}, {"type": "long", "name": "b", "optional": true}, {"type": "sparkml_vector", "name": "c", "required": true}]',
        params: '[{"name": "seed", "dtype": "long", "default": 7}]',
      }),
    ).toEqual({
      inputs: [
        { kind: 'column', name: 'a', type: 'double', required: true },
        { kind: 'column', name: 'b', type: 'long', required: false },
        { kind: 'column', name: 'c', type: { kind: 'array', items: 'double' }, required: true },
      ],
      params: [{ name: 'seed', type: 'long', default: 7 }],
    });
  });

  const column: ColumnSpec = { kind: 'column', type: 'double', required: true };
  const tensorSpec: TensorSpec = { kind: 'tensor', dtype: 'float32', shape: [-1, 4] };
  it.each<[string, ModelSignature]>([
    ['an empty schema', { inputs: [] }],
    ['an empty signature', {}],
    ['columns and tensors', { inputs: [column, tensorSpec] as unknown as ColumnSpec[] }],
    ['names for some', { inputs: [column, { ...column, name: 'b' }] }],
    [
      'a name twice',
      {
        inputs: [
          { ...column, name: 'b' },
          { ...column, name: 'b' },
        ],
      },
    ],
    ['several tensors without names', { outputs: [tensorSpec, tensorSpec] }],
    ['an optional column without a name', { inputs: [{ ...column, required: false }] }],
    ['a type that numpy lacks', { inputs: [{ ...tensorSpec, dtype: 'floaty' }] }],
    [
      'an object without properties',
      { inputs: [{ ...column, type: { kind: 'object', properties: {} } }] },
    ],
    ['a default of another type', { params: [{ name: 'k', type: 'long', default: 0.5 }] }],
    ['a list without a list', { params: [{ name: 'k', type: 'long', default: 1, shape: [-1] }] }],
    ['binary params', { params: [{ name: 'k', type: 'binary', default: null }] }],
  ])('is refused with %s', (_what, signature) => {
    expect(() => signatureToJson(signature)).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
    );
  });

  it.each([
    '{',
    '{}',
    '[1]',
    '[{"type": "number"}]',
    '[{"type": "array"}]',
    '[{"type": "object", "properties": {}}]',
    '[{"type": "tensor", "tensor-spec": {"dtype": "float32", "shape": [-2]}}]',
    '[{"type": "double"}, {"type": "tensor", "tensor-spec": {"dtype": "float32", "shape": []}}]',
    `[${'{"type": "array", "items": '.repeat(5000)}{"type": "any"}${'}'.repeat(5000)}]`,
  ])('is refused with the reason: %j', (inputs) => {
    expect(() => signatureFromJson({ inputs })).toThrow(
      expect.objectContaining({
        code: 'MLMODEL_INVALID',
        message: expect.stringContaining('inputs'),
      }),
    );
  });
});
