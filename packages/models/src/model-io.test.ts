import type { ColumnSpec, ColumnType } from '@tidemark/core';
import { describe, expect, it } from 'vitest';
import { bindInputs, type InputSpec, type ModelInput, outputTensor } from './model-io.ts';
import { toNestedArray } from './tensor.ts';

const matrix: InputSpec = { dtype: 'float32', shape: [-1, 2] };
const pair: InputSpec[] = [
  { name: 'age', dtype: 'float32', shape: [-1, 1] },
  { name: 'words', dtype: 'int32', shape: [-1, 3] },
];

const bound = (input: ModelInput, specs: readonly InputSpec[], columns?: string[]): unknown[] =>
  bindInputs(input, specs, doubles(columns)).map(toNestedArray);

function doubles(names?: readonly string[]): ColumnSpec[] | undefined {
  return names?.map((name) => column(name, 'double'));
}

function column(name: string, type: ColumnType): ColumnSpec {
  return { kind: 'column', name, type, required: true };
}

describe("a model's input", () => {
  it('can be nested lists or values with a shape', () => {
    expect(
      bound(
        [
          [1, 2],
          [3, 4],
        ],
        [matrix],
      ),
    ).toEqual([
      [
        [1, 2],
        [3, 4],
      ],
    ]);
    expect(bound({ shape: [1, 2], data: [1, 2] }, [matrix])).toEqual([[[1, 2]]]);
  });

  it('can be several inputs by name, in any order, and may include inputs that the model does not have', () => {
    const input = { words: [[1, 2, 3]], other: 7, age: [[40]] };
    expect(bound(input, pair)).toEqual([[[40]], [[1, 2, 3]]]);
  });

  it('can be rows, which are stacked by the columns of the signature', () => {
    const rows = [
      { b: 2, a: 1, note: 'x' },
      { a: 3, b: 4 },
    ];
    expect(bound(rows, [matrix], ['a', 'b'])).toEqual([
      [
        [1, 2],
        [3, 4],
      ],
    ]);
  });

  it('can be rows of several named inputs, in which a size of one may be omitted', () => {
    expect(bound([{ age: 40, words: [1, 2, 3] }], pair)).toEqual([[[40]], [[1, 2, 3]]]);
  });

  it.each<[RegExp, ModelInput, InputSpec[], string[]?]>([
    [/shape \[1, 3\].*\[-1, 2\]/, [[1, 2, 3]], [matrix]],
    [/2 inputs.*age, words/, [[1, 2]], pair],
    [/"words" is missing/, { age: [1] }, pair],
    [/row 1 has no "b"/, [{ a: 1, b: 2 }, { a: 1 }], [matrix], ['a', 'b']],
    [/signature that names its columns/, [{ a: 1, b: 2 }], [matrix]],
    [/by itself/, { a: [1] }, [matrix]],
  ])('is refused with the reason %s', (reason, input, specs, columns) => {
    expect(() => bindInputs(input, specs, doubles(columns))).toThrow(
      expect.objectContaining({
        code: 'INVALID_ARGUMENT',
        message: expect.stringMatching(reason),
      }),
    );
  });
});

describe("a model's output", () => {
  const tensor = { dtype: 'float32', shape: [1], data: Float32Array.of(1) };

  it('is the only tensor or the named one', () => {
    expect(outputTensor(tensor)).toBe(tensor);
    expect(outputTensor({ p: tensor })).toBe(tensor);
    expect(outputTensor({ p: tensor, q: tensor }, 'q')).toBe(tensor);
  });

  it('must be named when there are several', () => {
    for (const read of [
      () => outputTensor({ p: tensor, q: tensor }),
      () => outputTensor({ p: tensor }, 'r'),
      () => outputTensor([{ a: 1 }]),
    ]) {
      expect(read).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
    }
  });
});

describe("a column's type", () => {
  const one: InputSpec = { name: 'a', dtype: 'float32', shape: [-1, 1] };
  const forms = (value: unknown): [string, ModelInput, InputSpec][] => [
    ['rows', [{ a: value }] as ModelInput, one],
    ['inputs by name', { a: [value] } as ModelInput, one],
    ['nested lists', [[value]] as ModelInput, { dtype: 'float32', shape: [-1, 1] }],
  ];

  it.each<[ColumnType, unknown]>([
    ['integer', 1.5],
    ['integer', Number.NaN],
    ['integer', true],
    ['integer', '1'],
    ['integer', 2 ** 31],
    ['integer', 2 ** 24 + 1],
    ['long', 2n ** 53n + 1n],
    ['long', 2n ** 63n],
    ['long', 2 ** 53],
    ['boolean', 7],
    ['boolean', 1],
    ['float', 1e300],
    ['float', true],
    ['double', '1'],
    ['double', 1n],
    ['string', 1],
  ])('%s refuses %s in every form of input', (type, value) => {
    for (const [form, input, spec] of forms(value)) {
      expect(() => bindInputs(input, [spec], [column('a', type)]), form).toThrow(
        expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
      );
    }
  });

  it.each<[ColumnType, unknown, number]>([
    ['integer', -7, -7],
    ['long', 2n ** 40n, 2 ** 40],
    ['boolean', true, 1],
    ['float', 0.1, Math.fround(0.1)],
    ['double', Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY],
  ])('%s accepts %s in every form of input', (type, value, expected) => {
    for (const [form, input, spec] of forms(value)) {
      const [tensor] = bindInputs(input, [spec], [column('a', type)]);
      expect([...(tensor?.data ?? [])], form).toEqual([expected]);
    }
  });

  it('of lists applies to every item', () => {
    const pairs: InputSpec = { dtype: 'int32', shape: [-1, 2] };
    const lists = [column('a', { kind: 'array', items: 'integer' })];
    expect(bindInputs([{ a: [1, 2] }], [pairs], lists).map(toNestedArray)).toEqual([[[1, 2]]]);
    expect(() => bindInputs([{ a: [1, false] }], [pairs], lists)).toThrow(/column "a" holds false/);
  });
});
