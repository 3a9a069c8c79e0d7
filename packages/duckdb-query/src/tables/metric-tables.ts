import type { MetricPoint } from '@tidemark/core';
import {
  type Column,
  real,
  type SqlTable,
  sqlTable,
  type TableDescription,
  text,
  time,
  whole,
} from './sql-table.ts';
import type { StoreRecords } from './store-records.ts';

/** A metric point and the run it belongs to. */
export interface RunPoint {
  readonly runId: string;
  readonly point: MetricPoint;
}

const COLUMNS: Readonly<Record<string, Column<RunPoint>>> = {
  run_id: text('The run.', ({ runId }) => runId),
  key: text('The key of the metric.', ({ point }) => point.key),
  value: real(
    'The value; NaN and the infinities are values, and NaN is the greatest in an order.',
    // SQL does not distinguish -0 from 0, and neither does DuckDB when it reads the logs.
    ({ point }) => point.value + 0,
  ),
  step: whole('The step; may be negative.', ({ point }) => point.step),
  timestamp: time('When it was logged, or what the caller gave.', ({ point }) => point.timestampMs),
  dataset_name: text(
    'The dataset that the value is about, if given.',
    ({ point }) => point.datasetName || undefined,
  ),
  dataset_digest: text("That dataset's digest.", ({ point }) => point.datasetDigest || undefined),
  model_id: text(
    'The logged model that the value is about, if given.',
    ({ point }) => point.modelId,
  ),
};

/** The latest point of each metric of each run, as the fold gives it. */
export const latestMetricsTable: SqlTable<StoreRecords> = sqlTable<StoreRecords, RunPoint>({
  name: 'latest_metrics',
  description: 'The latest point of each metric of each run: by step, then time, then value.',
  items: function* ({ runs }) {
    for (const { runId, metrics } of runs) {
      for (const point of Object.values(metrics)) yield { runId, point };
    }
  },
  columns: COLUMNS,
});

/** The metric points. Filled only when a query asks for them. */
export const metricsTable: SqlTable<Iterable<RunPoint>> = sqlTable<Iterable<RunPoint>, RunPoint>({
  name: 'metrics',
  description: 'Every metric point ever logged; an exact duplicate counts once.',
  items: (points) => points,
  columns: COLUMNS,
});

/** The table of the points before duplicates are removed. */
export const stagedMetrics: SqlTable<Iterable<RunPoint>> & TableDescription = {
  ...metricsTable,
  name: 'staged_metrics',
};
