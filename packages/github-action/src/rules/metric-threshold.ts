import type { MetricReading } from '../evidence/read-metric.ts';
import { reaches } from './metric-bound.ts';
import type { MetricPolicy } from './metric-policy.ts';
import type { RuleResult } from './rule-result.ts';
import type { OnMissing } from './rule-subject.ts';

/** The candidate's metric is at least (or, where lower is better, at most) the threshold. */
export function judgeThreshold(
  metric: MetricPolicy,
  threshold: number,
  reading: MetricReading,
  onMissing: OnMissing,
): RuleResult {
  const id = `metrics.${metric.name}.threshold`;
  const expected = `${metric.direction === 'higher' ? 'at least' : 'at most'} ${threshold}`;
  if (reading.kind !== 'value') {
    const skipped = reading.kind === 'missing' && onMissing === 'skip';
    return { id, status: skipped ? 'skipped' : 'fail', expected, actual: reading.reason };
  }
  const passes = reaches(metric.direction, reading.value, threshold);
  return { id, status: passes ? 'pass' : 'fail', expected, actual: String(reading.value) };
}
