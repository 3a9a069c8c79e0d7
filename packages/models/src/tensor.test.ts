import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isTensor, type NestedArray, toNestedArray, toTensor } from './tensor.ts';

const refused = expect.objectContaining({ code: 'INVALID_ARGUMENT' });

/** Nested lists of numbers, all of one random shape without empty sizes. */
const regular = fc
  .array(fc.integer({ min: 1, max: 4 }), { maxLength: 4 })
  .chain((shape) =>
    shape.reduceRight<fc.Arbitrary<NestedArray>>(
      (inner, size) => fc.array(inner, { minLength: size, maxLength: size }),
      fc.double(),
    ),
  );

describe('a tensor', () => {
  it('is created from nested lists', () => {
    expect(
      toTensor(
        [
          [1, 2, 3],
          [4, 5, 6],
        ],
        'float32',
      ),
    ).toEqual({
      dtype: 'float32',
      shape: [2, 3],
      data: Float32Array.of(1, 2, 3, 4, 5, 6),
    });
  });

  it('is created from one typed array, or from several in rows or with a shape', () => {
    const data = Float32Array.of(1, 2, 3, 4);
    expect(toTensor(data)).toEqual({ dtype: 'float32', shape: [4], data });
    expect(toTensor([data, data]).shape).toEqual([2, 4]);
    expect(toTensor({ shape: [2, 2], data })).toEqual({ dtype: 'float32', shape: [2, 2], data });
    expect(toTensor(Buffer.from([1, 2])).dtype).toBe('uint8');
  });

  it('takes its dtype from its values', () => {
    expect(toTensor(['a', 'b']).dtype).toBe('str');
    expect(toTensor([[true], [false]])).toMatchObject({ dtype: 'bool', data: Uint8Array.of(1, 0) });
    expect(toTensor([1n]).dtype).toBe('int64');
    expect(toTensor(3)).toEqual({ dtype: 'float64', shape: [], data: Float64Array.of(3) });
  });

  it('returns its values as nested lists', () => {
    fc.assert(
      fc.property(regular, (lists) => {
        const tensor = toTensor(lists);
        expect(isTensor(tensor)).toBe(true);
        expect(toNestedArray(tensor)).toEqual(lists);
      }),
    );
    expect(toNestedArray(toTensor([[true], [false]]))).toEqual([[true], [false]]);
    expect(toNestedArray({ dtype: 'float32', shape: [2, 0], data: new Float32Array() })).toEqual([
      [],
      [],
    ]);
  });

  it.each<[string, () => unknown]>([
    ['ragged lists', () => toTensor([[1, 2], [3]])],
    ['lists next to numbers', () => toTensor([1, [2]])],
    ['a shape of another size', () => toTensor({ shape: [2, 2], data: [1, 2, 3] })],
    ['a fraction as an integer', () => toTensor([1.7], 'int32')],
    ['a number beyond int8', () => toTensor([128], 'int8')],
    ['text as a number', () => toTensor(['1'], 'float32')],
    ['null', () => toTensor([null as unknown as number], 'float32')],
    ['only null', () => toTensor(null as unknown as number, 'float32')],
    ['an unknown dtype', () => toTensor([1], 'float31')],
  ])('cannot be created from %s', (_what, make) => {
    expect(make).toThrow(refused);
  });
});

describe('a value that the dtype cannot hold', () => {
  it.each<[string, unknown]>([
    ['float32', 1e300],
    ['float32', 2n ** 24n + 1n],
    ['float64', 2n ** 53n + 1n],
    ['float64', 2n ** 2000n],
    ['int32', 1.5],
    ['int64', 2n ** 63n],
    ['uint64', -1n],
    ['bool', 7],
  ])('%s refuses %s', (dtype, value) => {
    expect(() => toTensor([value] as NestedArray, dtype)).toThrow(refused);
  });

  it('is not an integer that fits into a float, or an infinity', () => {
    const whole = fc.bigInt({ min: -(2n ** 24n), max: 2n ** 24n });
    fc.assert(
      fc.property(whole, (value) => {
        expect(toTensor([value], 'float32').data[0]).toBe(Number(value));
      }),
    );
    expect(toTensor([Number.POSITIVE_INFINITY], 'float32').data[0]).toBe(Number.POSITIVE_INFINITY);
  });
});
