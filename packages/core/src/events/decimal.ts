/** The factor that splits a number into two numbers of half as many bits. */
const SPLITTER = 2 ** 27 + 1;
/** The least distance of a quotient from the middle between two numbers, so that an error cannot change the rounding. */
const DOUBT = 2 ** -30;

/**
 * Returns the number nearest to `(whole * scale + rest) / divisor`: `whole` is exact and below 2^53, `scale` and `divisor`
 * are exact powers of ten, and `rest` is below `scale`. Returns `undefined` in the rare case that two numbers of 53 bits are
 * not precise enough. Most values of metrics have 17 digits, one more than a single division can handle.
 */
export function roundedQuotient(
  whole: number,
  scale: number,
  rest: number,
  divisor: number,
): number | undefined {
  const product = whole * scale;
  const high = product + rest;
  // The exact rounding errors of the product and the sum.
  const low = lostOfProduct(whole, scale, product) + lostOfSum(product, rest, high);
  const quotient = high / divisor;
  const back = quotient * divisor;
  const left = high - back - lostOfProduct(quotient, divisor, back) + low;
  const correction = left / divisor;
  const least = quotient + correction * (1 - DOUBT);
  return least === quotient + correction * (1 + DOUBT) ? least : undefined;
}

/** The rounding error of a product (Dekker). */
function lostOfProduct(a: number, b: number, product: number): number {
  const aLarge = a * SPLITTER;
  const aHigh = aLarge - (aLarge - a);
  const aLow = a - aHigh;
  const bLarge = b * SPLITTER;
  const bHigh = bLarge - (bLarge - b);
  const bLow = b - bHigh;
  return aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
}

/** The rounding error of a sum whose first term is the greater one. */
function lostOfSum(a: number, b: number, sum: number): number {
  return b - (sum - a);
}
