import {
  assertOptions,
  type MetricDirection,
  metricDirection,
  TidemarkError,
} from '@tidemark/core';
import { textLiteral } from '../duckdb/sql-literal.ts';
import type { QuerySession } from '../query/query-session.ts';
import {
  assertExperiments,
  assertSession,
  queryOptions,
  SELECTED_RUNS_KINDS,
  type SelectedRuns,
  selectedRunsSql,
} from './selected-runs.ts';

/** Options of `compareRuns`. */
export interface CompareRunsOptions extends SelectedRuns {
  /** The ids of the runs, in the order of the comparison. Default: all selected runs, the latest start first. */
  readonly runIds?: readonly string[];
  /** Whether to return only what differs. Default false. */
  readonly onlyDifferent?: boolean;
  /** Whether higher or lower values of a metric are better, by key, where the key does not tell it. */
  readonly directions?: Readonly<Record<string, MetricDirection>>;
}

/** A run that is compared. */
export interface ComparedRun {
  readonly runId: string;
  readonly name: string;
  readonly experimentName: string | null;
  readonly status: string;
  readonly startTime: Date;
}

/** One param, metric or tag of the runs. */
export interface RunDifference {
  readonly group: 'param' | 'metric' | 'tag';
  readonly key: string;
  /** In the order of the runs: text, or the latest value of a metric. `null` for a run that does not have it. */
  readonly values: readonly (string | number | null)[];
  /** Whether all runs have the same value. NaN is the same as NaN. */
  readonly same: boolean;
  /** For a metric whose direction is known: the places of the runs with the best value. NaN is never the best. */
  readonly best?: readonly number[];
}

/** Runs, and what they have. */
export interface RunsComparison {
  readonly runs: readonly ComparedRun[];
  /** Params, then metrics, then tags, each in the order of the keys. */
  readonly rows: readonly RunDifference[];
}

/** Tags that the environment writes; no two runs share most of them. */
const OF_ENVIRONMENT = /^(mlflow|tidemark)\./;

/**
 * Compares runs by their params, latest metrics and tags, except the tags that the environment writes.
 *
 * @example
 * ```ts
 * const session = await openQuery();
 * const { runs, rows } = await compareRuns(session, { filter: "tags.sweep = 'lr'", onlyDifferent: true });
 * for (const { key, values } of rows) console.log(key, ...values);
 * ```
 *
 * @throws RUN_NOT_FOUND for an id that the selected runs do not have; INVALID_ARGUMENT; FILTER_INVALID; EXPERIMENT_NOT_FOUND; as
 * `QuerySession.query`
 */
export async function compareRuns(
  session: QuerySession,
  options: CompareRunsOptions = {},
): Promise<RunsComparison> {
  assertSession(session, 'compareRuns');
  assertOptions(options, 'compareRuns', {
    ...SELECTED_RUNS_KINDS,
    ...{ runIds: 'strings?', onlyDifferent: 'boolean?', directions: 'texts?' },
  });
  const { runIds, onlyDifferent = false, directions = {} } = options;
  await assertExperiments(session, options);
  const conditions = [selectedRunsSql(options)];
  if (runIds !== undefined) {
    conditions.push(
      runIds.length === 0 ? 'false' : `r.run_id IN (${runIds.map(textLiteral).join(', ')})`,
    );
  }
  const selected = `SELECT r.run_id FROM runs r WHERE ${conditions.join(' AND ')}`;
  const found = await session.query(
    `SELECT run_id, name, experiment_name, status, start_time FROM runs
    WHERE run_id IN (${selected}) ORDER BY start_time DESC, run_id`,
    [],
    queryOptions(options),
  );
  const runs = inAskedOrder(
    found.rows.map(
      (row): ComparedRun => ({
        runId: row.run_id as string,
        name: row.name as string,
        experimentName: row.experiment_name as string | null,
        status: row.status as string,
        startTime: row.start_time as Date,
      }),
    ),
    runIds,
  );
  const { rows } = await session.query(
    `SELECT 'param' AS kind, key, value AS text, NULL::DOUBLE AS number, run_id FROM params
      WHERE run_id IN (${selected})
    UNION ALL SELECT 'metric', key, NULL, value, run_id FROM latest_metrics WHERE run_id IN (${selected})
    UNION ALL SELECT 'tag', key, value, NULL, run_id FROM tags WHERE run_id IN (${selected})`,
    [],
    queryOptions(options),
  );
  const places = new Map(runs.map(({ runId }, place) => [runId, place]));
  const groups = { param: new Map(), metric: new Map(), tag: new Map() } as Readonly<
    Record<RunDifference['group'], Map<string, (string | number | null)[]>>
  >;
  for (const { kind, key, text, number, run_id } of rows) {
    const name = key as string;
    if (kind === 'tag' && OF_ENVIRONMENT.test(name)) continue;
    const group = groups[kind as RunDifference['group']];
    const values = group.get(name) ?? new Array<null>(runs.length).fill(null);
    group.set(name, values);
    values[places.get(run_id as string) ?? -1] = (text ?? number) as string | number;
  }
  const differences = (['param', 'metric', 'tag'] as const).flatMap((group) =>
    [...groups[group]]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, values]): RunDifference => {
        const same = values.every((value) => Object.is(value, values[0]));
        const direction = Object.hasOwn(directions, key) ? directions[key] : metricDirection(key);
        const best =
          group === 'metric' && direction !== undefined ? bestOf(values, direction) : undefined;
        return { group, key, values, same, ...(best === undefined ? {} : { best }) };
      }),
  );
  return { runs, rows: onlyDifferent ? differences.filter(({ same }) => !same) : differences };
}

function inAskedOrder(
  runs: readonly ComparedRun[],
  runIds: readonly string[] | undefined,
): readonly ComparedRun[] {
  if (runIds === undefined) return runs;
  const byId = new Map(runs.map((run) => [run.runId, run]));
  return [...new Set(runIds)].map((runId) => {
    const run = byId.get(runId);
    if (run !== undefined) return run;
    throw new TidemarkError(
      'RUN_NOT_FOUND',
      `No run with the id ${runId} is among the selected runs. Check the id, the filter and the experiments.`,
      { details: { runId } },
    );
  });
}

function bestOf(
  values: readonly (string | number | null)[],
  direction: MetricDirection,
): readonly number[] {
  const numbers = values.filter(
    (value): value is number => typeof value === 'number' && !Number.isNaN(value),
  );
  if (numbers.length === 0) return [];
  const best = numbers.reduce((a, b) => (direction === 'higher' ? Math.max(a, b) : Math.min(a, b)));
  return values.flatMap((value, place) => (value === best ? [place] : []));
}
