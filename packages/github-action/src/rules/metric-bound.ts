import type { MetricPolicy } from './metric-policy.ts';

/** Two values count as equal when they differ by less than this share of the larger operand. */
const EPSILON = 1e-9;

/**
 * Whether a value is as good as a bound, or better. Rounding errors of binary fractions (0.1 + 0.2 is not 0.3) are
 * ignored: up to a billionth of the largest operand.
 * @param operands what the bound was computed from
 */
export function reaches(
  direction: MetricPolicy['direction'],
  value: number,
  bound: number,
  operands: readonly number[] = [],
): boolean {
  if (!Number.isFinite(value) || !Number.isFinite(bound)) return false;
  const tolerance = EPSILON * Math.max(...[value, bound, ...operands].map(Math.abs));
  return direction === 'higher' ? value >= bound - tolerance : value <= bound + tolerance;
}
