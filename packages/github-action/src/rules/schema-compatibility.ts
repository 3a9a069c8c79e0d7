import {
  type ColumnSpec,
  type ColumnType,
  canonicalJson,
  type Json,
  type Schema,
  type TensorSpec,
} from '@tidemark/core';
import { shown } from '../shown.ts';

// What MLflow casts without loss when it enforces a schema (models/utils.py, _enforce_mlflow_datatype).
const SAFE_CASTS: ReadonlySet<string> = new Set(['integer→long', 'integer→double', 'float→double']);

/**
 * Why callers of the old model could not call the new one: an input that it needs and they do not give, or give in
 * another type or shape. Empty when they can. An input that the new model no longer reads is fine.
 */
export function inputObstacles(before: Schema, after: Schema): string[] {
  return obstacles(before, after, {
    noun: 'input',
    columns: (old, next) =>
      next.flatMap((column) => {
        const given = old.find(({ name }) => name === column.name);
        if (given === undefined)
          return column.required ? [`needs the new input ${nameOf(column)}`] : [];
        if (column.required && !given.required) {
          return [`needs the input ${nameOf(column)}, which was optional`];
        }
        return accepts(column.type, given.type)
          ? []
          : [
              `takes ${nameOf(column)} as ${typeOf(column.type)}, no longer as ${typeOf(given.type)}`,
            ];
      }),
    fits: (old, next) => shapeCovers(next.shape, old.shape),
    tensors: (old, next) =>
      next
        .filter(({ name }) => !old.some((tensor) => tensor.name === name))
        .map((tensor) => `needs the new input ${nameOf(tensor)}`),
  });
}

/**
 * Why readers of the old model's outputs could not read the new one's: an output that is missing, or has another type
 * or shape. Empty when they can. A new named output is fine.
 */
export function outputObstacles(before: Schema, after: Schema): string[] {
  return obstacles(before, after, {
    noun: 'output',
    columns: (old, next) =>
      old.flatMap((column) => {
        const given = next.find(({ name }) => name === column.name);
        if (given === undefined) return [`no longer gives the output ${nameOf(column)}`];
        if (column.required && !given.required) {
          return [`no longer always gives the output ${nameOf(column)}`];
        }
        return sameType(column.type, given.type)
          ? []
          : [
              `gives ${nameOf(column)} as ${typeOf(given.type)}, no longer as ${typeOf(column.type)}`,
            ];
      }),
    fits: (old, next) => shapeCovers(old.shape, next.shape),
    tensors: (old, next) =>
      old
        .filter(({ name }) => !next.some((tensor) => tensor.name === name))
        .map((tensor) => `no longer gives the output ${nameOf(tensor)}`),
  });
}

/** The differences between inputs and outputs. */
interface Direction {
  readonly noun: string;
  columns(old: readonly ColumnSpec[], next: readonly ColumnSpec[]): string[];
  tensors(old: readonly TensorSpec[], next: readonly TensorSpec[]): string[];
  fits(old: TensorSpec, next: TensorSpec): boolean;
}

function obstacles(before: Schema, after: Schema, direction: Direction): string[] {
  if (isColumns(before) && isColumns(after)) {
    const [old, next] = [numbered(before), numbered(after)];
    return [...unnamedCount(before, after, direction), ...direction.columns(old, next)];
  }
  if (!isColumns(before) && !isColumns(after)) {
    const [old, next] = [numbered(before), numbered(after)];
    return [
      ...unnamedCount(before, after, direction),
      ...direction.tensors(old, next),
      ...old.flatMap((tensor) => {
        const other = next.find(({ name }) => name === tensor.name);
        if (other === undefined) return [];
        return tensor.dtype === other.dtype && direction.fits(tensor, other)
          ? []
          : [
              `has the ${direction.noun} ${nameOf(tensor)} as ${tensorOf(other)}, no longer as ${tensorOf(tensor)}`,
            ];
      }),
    ];
  }
  const [old, next] = isColumns(before) ? ['columns', 'tensors'] : ['tensors', 'columns'];
  return [`has ${next} as ${direction.noun}s, no longer ${old}`];
}

/** Without names, position and number decide. */
function unnamedCount(before: Schema, after: Schema, { noun }: Direction): string[] {
  const named = [...before, ...after].every(({ name }) => name !== undefined);
  if (named || before.length === after.length) return [];
  return [`has ${after.length} ${noun}s without names, no longer ${before.length}`];
}

/** Uses the position as the name of an unnamed item. */
function numbered<Spec extends ColumnSpec | TensorSpec>(specs: readonly Spec[]): Spec[] {
  return specs.map((spec, index) => ({ ...spec, name: spec.name ?? `#${index}` }));
}

function isColumns(schema: Schema): schema is readonly ColumnSpec[] {
  return schema.every(({ kind }) => kind === 'column');
}

function accepts(wanted: ColumnType, given: ColumnType): boolean {
  if (typeof wanted === 'object' && wanted.kind === 'any') return true;
  const cast = typeof wanted === 'string' && typeof given === 'string' ? `${given}→${wanted}` : '';
  return sameType(wanted, given) || SAFE_CASTS.has(cast);
}

function sameType(one: ColumnType, other: ColumnType): boolean {
  return typeOf(one) === typeOf(other);
}

function shapeCovers(wide: readonly number[], narrow: readonly number[]): boolean {
  return (
    wide.length === narrow.length &&
    wide.every((size, index) => size === -1 || size === narrow[index])
  );
}

function nameOf({ name }: { readonly name?: string }): string {
  return shown(name ?? '');
}

function typeOf(type: ColumnType): string {
  return typeof type === 'string' ? type : canonicalJson(type as unknown as Json);
}

function tensorOf({ dtype, shape }: TensorSpec): string {
  return `${dtype}[${shape.join(', ')}]`;
}
