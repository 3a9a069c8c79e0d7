/**
 * Student's distribution: the quantile that intervals of confidence use. The incomplete beta function is computed by its
 * continued fraction (Numerical Recipes, 3rd edition, section 6.4).
 */

/** The terms of the continued fraction. It converges in far fewer for the arguments that occur here. */
const MOST_TERMS = 10_000;
const PRECISION = 1e-15;
const TINY = 1e-300;
/** Halvings of an interval until its ends are neighbours. */
const HALVINGS = 200;

/**
 * Returns the value that a variable with Student's distribution exceeds, in either direction, with the probability
 * `1 - confidence`. For example 12.706 for a confidence of 0.95 and one degree of freedom.
 */
export function studentQuantile(confidence: number, degreesOfFreedom: number): number {
  const tail = 1 - confidence;
  let low = 0;
  let high = 1;
  while (twoTails(high, degreesOfFreedom) > tail) high *= 2;
  for (let halving = 0; halving < HALVINGS; halving += 1) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (twoTails(middle, degreesOfFreedom) > tail) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** The probability of a value further from 0 than `t`. */
function twoTails(t: number, degrees: number): number {
  return incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5);
}

/** The regularised incomplete beta function. */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const front = Math.exp(
    logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x),
  );
  return x < (a + 1) / (a + b + 2)
    ? (front * betaFraction(x, a, b)) / a
    : 1 - (front * betaFraction(1 - x, b, a)) / b;
}

/** Lentz's method. */
function betaFraction(x: number, a: number, b: number): number {
  const away = (value: number): number => (Math.abs(value) < TINY ? TINY : value);
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let term = 1; term <= MOST_TERMS; term += 1) {
    const twice = 2 * term;
    for (const factor of [
      (term * (b - term) * x) / ((a + twice - 1) * (a + twice)),
      (-(a + term) * (a + b + term) * x) / ((a + twice) * (a + twice + 1)),
    ]) {
      d = 1 / away(1 + factor * d);
      c = away(1 + factor / c);
      fraction *= d * c;
    }
    if (Math.abs(d * c - 1) < PRECISION) break;
  }
  return fraction;
}

/** Lanczos' approximation, with the coefficients of g = 7 and n = 9. */
const LANCZOS: readonly number[] = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313,
  -176.61502916214059, 12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6,
  1.5056327351493116e-7,
];
const LANCZOS_G = 7;

function logGamma(x: number): number {
  const shifted = x - 1;
  const series = LANCZOS.reduce(
    (sum, coefficient, at) => (at === 0 ? coefficient : sum + coefficient / (shifted + at)),
    0,
  );
  const t = shifted + LANCZOS_G + 0.5;
  return 0.5 * Math.log(2 * Math.PI) + (shifted + 0.5) * Math.log(t) - t + Math.log(series);
}
