/** Splits a number into two of half as many bits each. */
const SPLITTER = 2 ** 27 + 1;
/** How far from the middle between two numbers a quotient has to be, so that no error can have moved it across. */
const DOUBT = 2 ** -30;

/**
 * The number next to `(whole * scale + rest) / divisor`: `whole` is exact and below 2^53, `scale` and `divisor` are
 * powers of ten that are exact, and `rest` is below `scale`. `undefined` in the rare case that the sum of two numbers, each of
 * 53 bits, does not decide it. Most values of metrics have 17 digits, one more than can be divided at once.
 */
export function roundedQuotient(
  whole: number,
  scale: number,
  rest: number,
  divisor: number,
): number | undefined {
  const product = whole * scale;
  const high = product + rest;
  // Exact: what the product and the sum lost.
  const low = lostOfProduct(whole, scale, product) + lostOfSum(product, rest, high);
  const quotient = high / divisor;
  const back = quotient * divisor;
  const left = high - back - lostOfProduct(quotient, divisor, back) + low;
  const correction = left / divisor;
  const least = quotient + correction * (1 - DOUBT);
  return least === quotient + correction * (1 + DOUBT) ? least : undefined;
}

/** What rounding took from a product (Dekker). */
function lostOfProduct(a: number, b: number, product: number): number {
  const aLarge = a * SPLITTER;
  const aHigh = aLarge - (aLarge - a);
  const aLow = a - aHigh;
  const bLarge = b * SPLITTER;
  const bHigh = bLarge - (bLarge - b);
  const bLow = b - bHigh;
  return aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
}

/** What rounding took from a sum, the first of which is the greater. */
function lostOfSum(a: number, b: number, sum: number): number {
  return b - (sum - a);
}
