import { z } from 'zod';

/**
 * Fields in the forms that MLflow's server reads (utils/proto_json_utils.py, server/handlers.py): int64 as a number
 * or a numeric string, doubles also as `"NaN"` and `"Infinity"`, enums by name or number, `null` like an absent
 * field, and query parameters, which are all text.
 */

/** A field that may be absent or null; both read as `undefined`. */
export function optional<Value>(field: z.ZodType<Value>): z.ZodType<Value | undefined> {
  return field.nullish().transform((value) => value ?? undefined);
}

/** Text that must not be absent or empty: in protobuf, an absent string is an empty one. */
export const requiredText: z.ZodType<string> = z.string().min(1);

/** Text; absent means empty. */
export const textOrEmpty: z.ZodType<string> = z
  .string()
  .nullish()
  .transform((value) => value ?? '');

/** Text that may be absent. */
export const text: z.ZodType<string | undefined> = optional(z.string());

/** A whole number, as a number or as text of digits. Beyond 2^53 it is refused and not rounded. */
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

/** A whole number; absent means 0. */
export const int64OrZero: z.ZodType<number> = int64.transform((value) => value ?? 0);

/** The number of a version. MLflow writes it as text, and a client may send it as a number. */
export const versionText: z.ZodType<string> = z.union([requiredText, z.int().transform(String)]);

const NON_FINITE: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
};

/**
 * A double: a number, a number as text, or one of `"NaN"`, `"Infinity"`, `"-Infinity"`. A number beyond the range of
 * doubles (`1e400`) is refused in both forms, because it is not infinity.
 */
export const requiredDouble: z.ZodType<number> = z.union([
  z.number(),
  z
    .string()
    .regex(/^\s*(?:NaN|-?Infinity)\s*$/)
    .transform((value) => NON_FINITE[value.trim()] as number),
  z
    .string()
    // Only one part of it matches digits, so a long text that is almost a number is refused in linear time.
    .regex(/^\s*[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?\s*$/)
    .transform(Number)
    .pipe(z.number()),
]);

/** The JSON of a double. -0 is text, because `JSON.stringify` would drop its sign. */
export function doubleToWire(value: number): number | string {
  if (Number.isFinite(value) && !Object.is(value, -0)) return value;
  return Object.is(value, -0) ? '-0.0' : String(value);
}

/** A flag that may be absent. In a query it is text. */
export const flag: z.ZodType<boolean | undefined> = optional(
  z.union([
    z.boolean(),
    z.literal(['true', 'True', '1']).transform(() => true),
    z.literal(['false', 'False', '0']).transform(() => false),
  ]),
);

/** A flag; absent means false. */
export const flagOrFalse: z.ZodType<boolean> = flag.transform((value) => value ?? false);

/** In a longer list, the first wrong item is looked for before the list is read. */
const SHORT_LIST = 100;

/**
 * A repeated field. Absent means empty. A query that names it once has one text and not a list. For a long list, only
 * the first wrong item is reported, because it would take minutes to create an issue for each.
 */
export function list<Value>(item: z.ZodType<Value>): z.ZodType<Value[]> {
  return z
    .preprocess((value) => {
      if (typeof value === 'string') return [value];
      return Array.isArray(value) && value.length > SHORT_LIST
        ? upToFirstWrong(value, item)
        : value;
    }, z.array(item).nullish())
    .transform((value) => value ?? []);
}

function upToFirstWrong(items: unknown[], item: z.ZodType): unknown[] {
  const wrong = items.findIndex((value) => !item.safeParse(value).success);
  return wrong === -1 ? items : items.slice(0, wrong + 1);
}

/**
 * An enum by name or by protobuf number (the place in `names`, counted from `firstNumber`). An unknown name or number
 * counts as absent, as in MLflow.
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

/** A repeated field of a message to send; an empty one is left out. */
export function listToWire<Item>(items: readonly Item[]): readonly Item[] | undefined {
  return items.length === 0 ? undefined : items;
}
