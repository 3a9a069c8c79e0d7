import type { MetricReading } from '../evidence/read-metric.ts';
import type { Comparison } from './comparison.ts';
import type { Margin, MetricPolicy } from './metric-policy.ts';
import type { RuleResult } from './rule-result.ts';
import type { OnMissing } from './rule-subject.ts';

/** The parts that every comparison of a metric with the baseline needs. */
export interface ComparisonInput {
  readonly metric: MetricPolicy;
  readonly margin: Margin;
  readonly candidate: MetricReading;
  readonly comparison: Comparison<MetricReading>;
  readonly onMissing: OnMissing;
}

/** Returns the cases that need no two values, and compares the values otherwise. */
export function compareWithBaseline(
  id: string,
  expected: string,
  { candidate, comparison, onMissing }: ComparisonInput,
  compare: (value: number, baseline: number) => { passes: boolean; bound: string },
): RuleResult {
  const actual = candidate.kind === 'value' ? String(candidate.value) : candidate.reason;
  if (comparison.kind === 'none') {
    return { id, status: comparison.status, expected, actual, baseline: comparison.reason };
  }
  const { reading } = comparison;
  const baseline = reading.kind === 'value' ? String(reading.value) : reading.reason;
  if (candidate.kind === 'value' && reading.kind === 'value') {
    const { passes, bound } = compare(candidate.value, reading.value);
    const status = passes ? 'pass' : 'fail';
    return { id, status, expected: `${expected}: ${bound}`, actual, baseline };
  }
  const unusable = candidate.kind === 'unusable' || reading.kind === 'unusable';
  const status = !unusable && onMissing === 'skip' ? 'skipped' : 'fail';
  return { id, status, expected, actual, baseline };
}

/** A margin in the metric's unit. A relative one is a share of |baseline|. */
export function marginAmount({ kind, amount }: Margin, baseline: number): number {
  return kind === 'absolute' ? amount : amount * Math.abs(baseline);
}

/** A margin for people: `0.005` or `2 % of |baseline|`. */
export function shownMargin({ kind, amount }: Margin): string {
  return kind === 'absolute'
    ? String(amount)
    : `${Number((amount * 100).toPrecision(12))} % of |baseline|`;
}
