import type { ColumnSpec, ColumnType, Schema, TensorSpec } from '@tidemark/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inputObstacles, outputObstacles } from './schema-compatibility.ts';

const column = (name: string | undefined, type: ColumnType, required = true): ColumnSpec => ({
  kind: 'column',
  ...(name === undefined ? {} : { name }),
  type,
  required,
});
const tensor = (shape: readonly number[], dtype = 'float32', name?: string): TensorSpec => ({
  kind: 'tensor',
  ...(name === undefined ? {} : { name }),
  dtype,
  shape,
});

const scalar = fc.constantFrom<ColumnType>(
  'boolean',
  'integer',
  'long',
  'float',
  'double',
  'string',
);
const columns = fc.uniqueArray(
  fc.record({
    kind: fc.constant('column' as const),
    name: fc.constantFrom('a', 'b', 'c', 'd'),
    type: scalar,
    required: fc.boolean(),
  }),
  { selector: ({ name }) => name, minLength: 1 },
);
const tensors = fc
  .array(fc.constantFrom(-1, 1, 28), { maxLength: 3 })
  .map((shape): Schema => [tensor(shape)]);
const schema = fc.oneof<fc.Arbitrary<Schema>[]>(columns, tensors);

describe('a schema', () => {
  it('is compatible with itself, both ways', () => {
    fc.assert(
      fc.property(schema, (it) => {
        expect([...inputObstacles(it, it), ...outputObstacles(it, it)]).toEqual([]);
      }),
    );
  });

  it('that accepts and returns more than before is compatible, and one that returns less is not', () => {
    fc.assert(
      fc.property(columns, scalar, (before, type) => {
        expect(inputObstacles(before, [...before, column('new', type, false)])).toEqual([]);
        expect(outputObstacles(before, [...before, column('new', type)])).toEqual([]);
        expect(outputObstacles([...before, column('old', type)], before)).toHaveLength(1);
      }),
    );
  });
});

describe('the inputs of a model that replaces another', () => {
  it.each<[string, Schema, Schema, string[]]>([
    ['one fewer', [column('a', 'long'), column('b', 'long')], [column('a', 'long')], []],
    [
      'one more that is optional',
      [column('a', 'long')],
      [column('a', 'long'), column('b', 'long', false)],
      [],
    ],
    [
      'one more',
      [column('a', 'long')],
      [column('a', 'long'), column('b', 'long')],
      ['needs the new input "b"'],
    ],
    [
      'no longer optional',
      [column('a', 'long', false)],
      [column('a', 'long')],
      ['needs the input "a", which was optional'],
    ],
    ['wider', [column('a', 'integer')], [column('a', 'long')], []],
    ['wider, from integers', [column('a', 'integer')], [column('a', 'double')], []],
    ['wider, from floats', [column('a', 'float')], [column('a', 'double')], []],
    [
      'narrower',
      [column('a', 'double')],
      [column('a', 'float')],
      ['takes "a" as float, no longer as double'],
    ],
    [
      'with a loss',
      [column('a', 'long')],
      [column('a', 'double')],
      ['takes "a" as double, no longer as long'],
    ],
    ['anything', [column('a', 'long')], [column('a', { kind: 'any' })], []],
    [
      'other items',
      [column('a', { kind: 'array', items: 'long' })],
      [column('a', { kind: 'array', items: 'string' })],
      [
        'takes "a" as {"items":"string","kind":"array"}, no longer as {"items":"long","kind":"array"}',
      ],
    ],
    [
      'by position',
      [column(undefined, 'long'), column(undefined, 'string')],
      [column(undefined, 'string'), column(undefined, 'string')],
      ['takes "#0" as string, no longer as long'],
    ],
    [
      'another number',
      [column(undefined, 'long')],
      [column(undefined, 'long'), column(undefined, 'long')],
      ['has 2 inputs without names, no longer 1', 'needs the new input "#1"'],
    ],
    ['of any size', [tensor([-1, 28])], [tensor([-1, -1])], []],
    [
      'of one size',
      [tensor([-1, 28])],
      [tensor([1, 28])],
      ['has the input "#0" as float32[1, 28], no longer as float32[-1, 28]'],
    ],
    [
      'of another rank',
      [tensor([-1, 28])],
      [tensor([-1, 28, 1])],
      ['has the input "#0" as float32[-1, 28, 1], no longer as float32[-1, 28]'],
    ],
    [
      'of another type',
      [tensor([-1])],
      [tensor([-1], 'int32')],
      ['has the input "#0" as int32[-1], no longer as float32[-1]'],
    ],
    [
      'one tensor more',
      [tensor([1], 'int32', 'x')],
      [tensor([1], 'int32', 'x'), tensor([1], 'int32', 'y')],
      ['needs the new input "y"'],
    ],
    ['tensors', [column('a', 'long')], [tensor([1])], ['has tensors as inputs, no longer columns']],
  ])('are compared: %s', (_, before, after, obstacles) => {
    expect(inputObstacles(before, after)).toEqual(obstacles);
  });
});

describe('the outputs of a model that replaces another', () => {
  it.each<[string, Schema, Schema, string[]]>([
    ['one more', [column('a', 'long')], [column('a', 'long'), column('b', 'long')], []],
    [
      'one fewer',
      [column('a', 'long'), column('b', 'long')],
      [column('a', 'long')],
      ['no longer gives the output "b"'],
    ],
    [
      'no longer always',
      [column('a', 'long')],
      [column('a', 'long', false)],
      ['no longer always gives the output "a"'],
    ],
    [
      'wider',
      [column('a', 'integer')],
      [column('a', 'long')],
      ['gives "a" as long, no longer as integer'],
    ],
    ['of one size', [tensor([-1, 3])], [tensor([1, 3])], []],
    [
      'of any size',
      [tensor([-1, 3])],
      [tensor([-1, -1])],
      ['has the output "#0" as float32[-1, -1], no longer as float32[-1, 3]'],
    ],
    [
      'one tensor fewer',
      [tensor([1], 'int32', 'x'), tensor([1], 'int32', 'y')],
      [tensor([1], 'int32', 'x')],
      ['no longer gives the output "y"'],
    ],
  ])('are compared: %s', (_, before, after, obstacles) => {
    expect(outputObstacles(before, after)).toEqual(obstacles);
  });
});
