import { type MetricDirection, metricDirection, TidemarkError } from '@tidemark/core';

/** Which value of a metric an analysis takes from each run. */
export interface MeasuredValue {
  readonly metric: string;
  /**
   * `latest` is the value of the last step. `best` is the highest or lowest of all steps, by the direction. Default
   * `latest`.
   */
  readonly value?: 'latest' | 'best';
  /** Whether higher or lower values are better. Default: known from the key, as `metricDirection` tells it. */
  readonly direction?: MetricDirection;
}

/** Returns the direction of the metric. @throws INVALID_ARGUMENT if it is neither given nor known */
export function directionOf({ metric, direction }: MeasuredValue): MetricDirection {
  const known = direction ?? metricDirection(metric);
  if (known === 'higher' || known === 'lower') return known;
  throw new TidemarkError(
    'INVALID_ARGUMENT',
    `The key ${JSON.stringify(metric)} does not tell whether higher or lower values are better. Give the direction "higher" or "lower".`,
    { details: { metric } },
  );
}

/** A query for the value of each run, `run_id`, `value` and `step`, for the parameter $metric. */
export function measuredSql(measured: MeasuredValue): string {
  if ((measured.value ?? 'latest') === 'latest') {
    return 'SELECT run_id, value, step FROM latest_metrics WHERE key = $metric';
  }
  const extreme = directionOf(measured) === 'higher' ? 'max' : 'min';
  // Without a value every point is NaN.
  return `SELECT run_id, coalesce(${extreme}_value, 'nan') AS value, ${extreme}_step AS step
    FROM best_metrics WHERE key = $metric`;
}

/** Checks `value`. @throws INVALID_ARGUMENT */
export function assertMeasured({ value = 'latest' }: MeasuredValue): void {
  if (value === 'latest' || value === 'best') return;
  throw new TidemarkError(
    'INVALID_ARGUMENT',
    `There is no value ${JSON.stringify(value)} of a metric. Give "latest" or "best".`,
  );
}
