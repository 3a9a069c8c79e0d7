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
interface RunPoint {
  readonly runId: string;
  readonly point: MetricPoint;
}

const COLUMNS: Readonly<Record<string, Column<RunPoint>>> = {
  run_id: text('The run.', ({ runId }) => runId),
  key: text('The key of the metric.', ({ point }) => point.key),
  value: real(
    'The value, which may be NaN or infinite. NaN sorts as the greatest value.',
    // SQL does not distinguish -0 from 0, and neither does DuckDB when it reads the logs.
    ({ point }) => point.value + 0,
  ),
  step: whole('The step; may be negative.', ({ point }) => point.step),
  timestamp: time(
    'The time that the caller gave, otherwise the time of the call.',
    ({ point }) => point.timestampMs,
  ),
  dataset_name: text(
    'The dataset that the value is about, if given.',
    ({ point }) => point.datasetName || undefined,
  ),
  dataset_digest: text(
    'The digest of that dataset.',
    ({ point }) => point.datasetDigest || undefined,
  ),
  model_id: text(
    'The logged model that the value is about, if given.',
    ({ point }) => point.modelId,
  ),
};

/** The latest point of each metric of each run, as the fold gives it. */
export const latestMetricsTable: SqlTable<StoreRecords> = sqlTable<StoreRecords, RunPoint>({
  name: 'latest_metrics',
  description:
    'The latest point of each metric of each run: the highest by step, then time, then value.',
  items: function* ({ runs }) {
    for (const { runId, metrics } of runs) {
      for (const point of Object.values(metrics)) yield { runId, point };
    }
  },
  columns: COLUMNS,
});

/** The metric points. Loaded by column, and only when a query asks for them. */
export const metricsTable: TableDescription = {
  name: 'metrics',
  description: 'Every metric point. An exact duplicate counts once.',
  columns: latestMetricsTable.columns,
};
