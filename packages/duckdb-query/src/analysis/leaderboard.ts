import { assertOptions, TidemarkError } from '@tidemark/core';
import type { QuerySession } from '../query/query-session.ts';
import { assertMeasured, directionOf, type MeasuredValue, measuredSql } from './measured-value.ts';
import {
  assertExperiments,
  assertSession,
  queryOptions,
  SELECTED_RUNS_KINDS,
  type SelectedRuns,
  selectedRunsSql,
} from './selected-runs.ts';

/** Options of `leaderboard`. */
export interface LeaderboardOptions extends SelectedRuns, MeasuredValue {
  /** The most runs. Default 10. */
  readonly limit?: number;
}

/** A run on a leaderboard. */
export interface RankedRun {
  /** 1 is the best. Runs with the same value have the same rank. */
  readonly rank: number;
  readonly runId: string;
  readonly name: string;
  readonly experimentName: string | null;
  readonly status: string;
  readonly startTime: Date;
  /** NaN ranks last. */
  readonly value: number;
  /** The step of the value; `null` if no point of the run is a number. */
  readonly step: number | null;
  readonly params: Readonly<Record<string, string>>;
}

const DEFAULT_LIMIT = 10;

/**
 * Returns the runs with the best values of a metric, the best first; of equal ones, the latest start first. Runs without the
 * metric are left out.
 *
 * @example
 * ```ts
 * const session = await openQuery();
 * const [best] = await leaderboard(session, { metric: 'val_accuracy', filter: "tags.team = 'vision'" });
 * console.log(best?.name, best?.value, best?.params.lr);
 * ```
 *
 * @throws INVALID_ARGUMENT if the direction is not known; FILTER_INVALID; EXPERIMENT_NOT_FOUND; as `QuerySession.query`
 */
export async function leaderboard(
  session: QuerySession,
  options: LeaderboardOptions,
): Promise<RankedRun[]> {
  assertSession(session, 'leaderboard');
  assertOptions(options, 'leaderboard', {
    ...SELECTED_RUNS_KINDS,
    ...{ metric: 'string', value: 'string?', direction: 'string?', limit: 'number?' },
  });
  assertMeasured(options);
  const { metric, limit = DEFAULT_LIMIT } = options;
  assertLimit(limit);
  await assertExperiments(session, options);
  const order = directionOf(options) === 'higher' ? 'DESC' : 'ASC';
  const { rows } = await session.query(
    `SELECT
      rank() OVER (ORDER BY isnan(m.value), m.value ${order}) AS rank,
      r.run_id, r.name, r.experiment_name, r.status, r.start_time, m.value, m.step,
      (SELECT map(list(p.key), list(p.value)) FROM params p WHERE p.run_id = r.run_id) AS params
    FROM runs r JOIN (${measuredSql(options)}) m USING (run_id)
    WHERE ${selectedRunsSql(options)}
    ORDER BY rank, r.start_time DESC, r.run_id`,
    { metric },
    { ...queryOptions(options), maxRows: limit },
  );
  return rows.map((row) => ({
    rank: row.rank as number,
    runId: row.run_id as string,
    name: row.name as string,
    experimentName: row.experiment_name as string | null,
    status: row.status as string,
    startTime: row.start_time as Date,
    value: row.value as number,
    step: row.step as number | null,
    params: (row.params ?? {}) as Readonly<Record<string, string>>,
  }));
}

function assertLimit(limit: number): void {
  if (Number.isSafeInteger(limit) && limit > 0) return;
  throw new TidemarkError(
    'INVALID_ARGUMENT',
    `The limit ${limit} of a leaderboard is not a whole number above 0.`,
    { details: { limit } },
  );
}
