import { describe, expect, it } from 'vitest';
import { bindInputs, type InputSpec, type ModelInput, outputTensor } from './model-io.ts';
import { toNestedArray } from './tensor.ts';

const matrix: InputSpec = { dtype: 'float32', shape: [-1, 2] };
const pair: InputSpec[] = [
  { name: 'age', dtype: 'float32', shape: [-1, 1] },
  { name: 'words', dtype: 'int32', shape: [-1, 3] },
];

const bound = (input: ModelInput, specs: readonly InputSpec[], columns?: string[]): unknown[] =>
  bindInputs(input, specs, columns).map(toNestedArray);

describe("a model's input", () => {
  it('can be nested lists, or values with a shape', () => {
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

  it('can be several inputs by name, in any order, and more than the model takes', () => {
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

  it('can be rows of several named inputs; a size of one need not be written', () => {
    expect(bound([{ age: 40, words: [1, 2, 3] }], pair)).toEqual([[[40]], [[1, 2, 3]]]);
  });

  it.each<[RegExp, ModelInput, InputSpec[], string[]?]>([
    [/shape \[1, 3\].*\[-1, 2\]/, [[1, 2, 3]], [matrix]],
    [/2 inputs.*age, words/, [[1, 2]], pair],
    [/"words" is missing/, { age: [1] }, pair],
    [/row 1 has no "b"/, [{ a: 1, b: 2 }, { a: 1 }], [matrix], ['a', 'b']],
    [/signature that names its columns/, [{ a: 1, b: 2 }], [matrix]],
    [/alone/, { a: [1] }, [matrix]],
  ])('is refused with the reason: %s', (reason, input, specs, columns) => {
    expect(() => bindInputs(input, specs, columns)).toThrow(
      expect.objectContaining({
        code: 'INVALID_ARGUMENT',
        message: expect.stringMatching(reason),
      }),
    );
  });
});

describe("a model's output", () => {
  const tensor = { dtype: 'float32', shape: [1], data: Float32Array.of(1) };

  it('is the only tensor, or the one that is named', () => {
    expect(outputTensor(tensor)).toBe(tensor);
    expect(outputTensor({ p: tensor })).toBe(tensor);
    expect(outputTensor({ p: tensor, q: tensor }, 'q')).toBe(tensor);
  });

  it('has to be named when there are several', () => {
    for (const read of [
      () => outputTensor({ p: tensor, q: tensor }),
      () => outputTensor({ p: tensor }, 'r'),
      () => outputTensor([{ a: 1 }]),
    ]) {
      expect(read).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
    }
  });
});
