import { z } from 'zod';

/**
 * Fields as MLflow's server reads them (utils/proto_json_utils.py, server/handlers.py): int64 as a
 * number or a numeric string, doubles also as `"NaN"` and `"Infinity"`, enums by name or number, `null`
 * like an absent field, and query parameters, which are all text.
 */

/** A field that may be absent or null; both read as `undefined`. */
export function optional<Value>(field: z.ZodType<Value>): z.ZodType<Value | undefined> {
  return field.nullish().transform((value) => value ?? undefined);
}

/** Text that has to be there and not empty: an absent string is an empty one in protobuf. */
export const requiredText: z.ZodType<string> = z.string().min(1);

/** Text that is empty when it is absent. */
export const textOrEmpty: z.ZodType<string> = z
  .string()
  .nullish()
  .transform((value) => value ?? '');

/** Text that may be absent. */
export const text: z.ZodType<string | undefined> = optional(z.string());

/** A whole number, as a number or as text of digits; beyond 2^53 it is refused rather than rounded. */
export const requiredInt64: z.ZodType<number> = z.union([
  z.int(),
  z
    .string()
    .regex(/^\s*[+-]?\d+\s*$/)
    .transform(Number)
    .pipe(z.int()),
]);

/** A whole number that may be absent. */
export const int64: z.ZodType<number | undefined> = optional(requiredInt64);

const NON_FINITE: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
};

/** A double: a number, a number as text, or one of `"NaN"`, `"Infinity"`, `"-Infinity"`. */
export const requiredDouble: z.ZodType<number> = z.union([
  z.number(),
  z
    .string()
    .regex(/^\s*(?:NaN|-?Infinity|[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*$/)
    .transform((value) => NON_FINITE[value.trim()] ?? Number(value)),
]);

/** The JSON of a double. -0 goes as text, for `JSON.stringify` would drop its sign. */
export function doubleToWire(value: number): number | string {
  if (Number.isFinite(value) && !Object.is(value, -0)) return value;
  return Object.is(value, -0) ? '-0.0' : String(value);
}

/** A flag that may be absent; in a query it is text. */
export const flag: z.ZodType<boolean | undefined> = optional(
  z.union([
    z.boolean(),
    z.literal(['true', 'True', '1']).transform(() => true),
    z.literal(['false', 'False', '0']).transform(() => false),
  ]),
);

/** A repeated field: absent is empty; a query that names it once gives one text and not a list. */
export function list<Value>(item: z.ZodType<Value>): z.ZodType<Value[]> {
  return z
    .preprocess((value) => (typeof value === 'string' ? [value] : value), z.array(item).nullish())
    .transform((value) => value ?? []);
}

/**
 * An enum by name or by protobuf number (the place in `names`, counted from `firstNumber`). A name or
 * number that MLflow does not know reads as absent, as MLflow reads it.
 */
export function enumeration<const Name extends string>(
  names: readonly Name[],
  firstNumber: number,
): z.ZodType<Name | undefined> {
  return optional(z.union([z.string(), z.int()])).transform((value) => {
    const place = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
    return typeof place === 'number'
      ? names[place - firstNumber]
      : names.find((name) => name === place);
  });
}

/** A repeated field on its way out: an empty one is left out. */
export function listToWire<Item>(items: readonly Item[]): readonly Item[] | undefined {
  return items.length === 0 ? undefined : items;
}
