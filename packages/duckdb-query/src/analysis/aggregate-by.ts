import { assertOptions } from '@tidemark/core';
import type { QuerySession } from '../query/query-session.ts';
import { assertConfidence, DEFAULT_CONFIDENCE } from './confidence.ts';
import { assertMeasured, type MeasuredValue, measuredSql } from './measured-value.ts';
import { inOrderOfParam } from './order-of-param.ts';
import {
  assertExperiments,
  assertSession,
  queryOptions,
  SELECTED_RUNS_KINDS,
  type SelectedRuns,
  selectedRunsSql,
} from './selected-runs.ts';
import { type Spread, spreadOf } from './spread.ts';

/** Options of `aggregateBy`. */
export interface AggregateByOptions extends SelectedRuns, MeasuredValue {
  /** The param whose values make the groups. */
  readonly param: string;
  /** The confidence of the intervals, between 0 and 1. Default 0.95. */
  readonly confidence?: number;
}

/** The runs with one value of a param. */
export interface ParamAggregate extends Spread {
  /** `null` for the runs without the param. */
  readonly paramValue: string | null;
  /** All runs of the group. */
  readonly runs: number;
  /** How many of them do not have the metric. */
  readonly missing: number;
}

/**
 * Groups runs by the value of a param, and returns for each group the mean of a metric, its standard deviation and the
 * interval of confidence of the mean. Groups are in the order of their values, by size if all are numbers.
 *
 * @example
 * ```ts
 * const session = await openQuery();
 * for (const { paramValue, mean, low, high, count } of await aggregateBy(session, {
 *   param: 'lr',
 *   metric: 'val_loss',
 *   experiments: ['penguins'],
 * })) {
 *   console.log(`lr ${paramValue}: ${mean} (${low} to ${high}, ${count} runs)`);
 * }
 * ```
 *
 * @throws INVALID_ARGUMENT; FILTER_INVALID; EXPERIMENT_NOT_FOUND; as `QuerySession.query`
 */
export async function aggregateBy(
  session: QuerySession,
  options: AggregateByOptions,
): Promise<ParamAggregate[]> {
  assertSession(session, 'aggregateBy');
  assertOptions(options, 'aggregateBy', {
    ...SELECTED_RUNS_KINDS,
    ...{ metric: 'string', value: 'string?', direction: 'string?' },
    ...{ param: 'string', confidence: 'number?' },
  });
  assertMeasured(options);
  const { metric, param, confidence = DEFAULT_CONFIDENCE } = options;
  assertConfidence(confidence);
  await assertExperiments(session, options);
  const { rows } = await session.query(
    `SELECT p.value AS param, list(m.value) FILTER (m.value IS NOT NULL) AS measured, count(*) AS runs
    FROM runs r
    LEFT JOIN params p ON p.run_id = r.run_id AND p.key = $param
    LEFT JOIN (${measuredSql(options)}) m ON m.run_id = r.run_id
    WHERE ${selectedRunsSql(options)}
    GROUP BY p.value`,
    { metric, param },
    queryOptions(options),
  );
  const groups = rows.map((row): ParamAggregate => {
    const values = (row.measured ?? []) as readonly number[];
    const runs = row.runs as number;
    const paramValue = row.param as string | null;
    // Sorted, because the order of the rows of a group is not defined, and a sum depends on it.
    const sorted = values.toSorted((a, b) => a - b);
    return { paramValue, runs, missing: runs - values.length, ...spreadOf(sorted, confidence) };
  });
  return inOrderOfParam(groups);
}
