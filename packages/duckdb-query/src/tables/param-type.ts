/** The types of a column for a param. */
export type ParamType = 'BOOLEAN' | 'BIGINT' | 'DOUBLE' | 'VARCHAR';

const TRUTHS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['True', true],
  ['false', false],
  ['False', false],
]);
/** As Python and JavaScript write them. */
const SPECIAL_NUMBERS: ReadonlyMap<string, number> = new Map([
  ['nan', Number.NaN],
  ['NaN', Number.NaN],
  ['inf', Number.POSITIVE_INFINITY],
  ['-inf', Number.NEGATIVE_INFINITY],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
]);
/** Not "007" or "+1", which may be names. */
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const WHOLE = /^-?(?:0|[1-9]\d*)$/;

/** Returns the narrowest type that all values of a param have; VARCHAR where they have none in common. */
export function paramType(values: readonly string[]): ParamType {
  if (values.every((value) => TRUTHS.has(value))) return 'BOOLEAN';
  if (values.every(isWhole)) return 'BIGINT';
  return values.every(isNumber) ? 'DOUBLE' : 'VARCHAR';
}

/** Returns the value of a param of the type BOOLEAN. */
export function truthOf(value: string): boolean | undefined {
  return TRUTHS.get(value);
}

/** Returns the value of a param of the type BIGINT or DOUBLE. */
export function numberOf(value: string): number {
  return SPECIAL_NUMBERS.get(value) ?? Number(value);
}

function isWhole(value: string): boolean {
  return WHOLE.test(value) && Number.isSafeInteger(Number(value));
}

function isNumber(value: string): boolean {
  if (SPECIAL_NUMBERS.has(value)) return true;
  // A whole number beyond the range in which numbers are exact stays a text.
  return NUMBER.test(value) && (!WHOLE.test(value) || isWhole(value));
}
