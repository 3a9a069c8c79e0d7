import { assertOptions } from '@tidemark/core';
import type { QuerySession } from '../query/query-session.ts';
import { assertConfidence, DEFAULT_CONFIDENCE } from './confidence.ts';
import { inOrderOfParam } from './order-of-param.ts';
import {
  assertExperiments,
  assertSession,
  queryOptions,
  SELECTED_RUNS_KINDS,
  type SelectedRuns,
  selectedRunsSql,
} from './selected-runs.ts';
import { studentQuantile } from './student-t.ts';

/** Options of `aggregateCurves`. */
export interface AggregateCurvesOptions extends SelectedRuns {
  readonly metric: string;
  /** The param whose values make the groups. Default: all runs are one group. */
  readonly param?: string;
  /** The confidence of the bands, between 0 and 1. Default 0.95. */
  readonly confidence?: number;
}

/** The average curve of a group of runs, by step. The arrays have one entry for each step of any run of the group. */
export interface AggregateCurve {
  /** `null` for the runs without the param, and without a param to group by. */
  readonly paramValue: string | null;
  /** Ascending. */
  readonly steps: readonly number[];
  /** How many runs have a finite value at the step. */
  readonly counts: readonly number[];
  /** NaN where no run has a finite value. */
  readonly means: Float64Array;
  /** The sample's standard deviation. NaN for fewer than two runs, where it is not defined. */
  readonly deviations: Float64Array;
  /** The band of confidence of the mean, by Student's distribution. NaN for fewer than two runs. */
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/** The squares of larger values overflow. */
const LARGEST = 1e150;

/**
 * Returns the average curve of a metric over runs, with a band of confidence at each step, for each value of a param. NaN and
 * the infinities, as of runs that diverged, do not count. Of several points of a run at one step the latest counts.
 *
 * @example
 * ```ts
 * const session = await openQuery();
 * const [curve] = await aggregateCurves(session, { metric: 'loss', experiments: ['penguins'] });
 * console.log(curve?.steps, curve?.means, curve?.low, curve?.high);
 * ```
 *
 * @throws INVALID_ARGUMENT; FILTER_INVALID; EXPERIMENT_NOT_FOUND; as `QuerySession.query`
 */
export async function aggregateCurves(
  session: QuerySession,
  options: AggregateCurvesOptions,
): Promise<AggregateCurve[]> {
  assertSession(session, 'aggregateCurves');
  assertOptions(options, 'aggregateCurves', {
    ...SELECTED_RUNS_KINDS,
    ...{ metric: 'string', param: 'string?', confidence: 'number?' },
  });
  const { metric, param, confidence = DEFAULT_CONFIDENCE } = options;
  assertConfidence(confidence);
  await assertExperiments(session, options);
  const finite = `FILTER (isfinite(measured) AND abs(measured) <= ${LARGEST})`;
  const { rows } = await session.query(
    `WITH points AS (
      SELECT m.run_id, m.step, arg_max(m.value, (m.timestamp, m.value)) AS measured
      FROM metrics m JOIN runs r USING (run_id)
      WHERE m.key = $metric AND ${selectedRunsSql(options)}
      GROUP BY m.run_id, m.step
    ), spreads AS (
      SELECT p.value AS param, step, count(*) ${finite} AS count, avg(measured) ${finite} AS mean,
        stddev_samp(measured) ${finite} AS deviation
      FROM points LEFT JOIN params p ON p.run_id = points.run_id AND p.key = $param
      GROUP BY p.value, step
    )
    SELECT param, list(step ORDER BY step) AS steps, list(count ORDER BY step) AS counts,
      list(mean ORDER BY step) AS means, list(deviation ORDER BY step) AS deviations
    FROM spreads GROUP BY param`,
    { metric, param: param ?? null },
    queryOptions(options),
  );
  const quantiles = new Map<number, number>();
  const quantile = (count: number): number => {
    const known = quantiles.get(count) ?? studentQuantile(confidence, count - 1);
    quantiles.set(count, known);
    return known;
  };
  const curves = rows.map((row): AggregateCurve => {
    const counts = row.counts as readonly number[];
    const means = numbers(row.means);
    const deviations = numbers(row.deviations);
    const reaches = deviations.map((deviation, place) => {
      const count = counts[place] ?? 0;
      return count < 2 ? Number.NaN : (quantile(count) * deviation) / Math.sqrt(count);
    });
    return {
      paramValue: row.param as string | null,
      steps: row.steps as readonly number[],
      counts,
      means,
      deviations,
      low: means.map((mean, place) => mean - (reaches[place] as number)),
      high: means.map((mean, place) => mean + (reaches[place] as number)),
    };
  });
  return inOrderOfParam(curves);
}

function numbers(values: unknown): Float64Array {
  return Float64Array.from(values as readonly (number | null)[], (value) => value ?? Number.NaN);
}
