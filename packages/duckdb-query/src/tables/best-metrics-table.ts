import { metricsTable } from './metric-tables.ts';
import type { TableDescription } from './sql-table.ts';

/** The extremes of each metric of each run: a view, which is computed from the points when a query asks for it. */
export const bestMetricsTable: TableDescription = {
  name: 'best_metrics',
  description:
    'The lowest and the highest value of each metric of each run, with the first step that has it. NaN counts as no value.',
  columns: [
    { name: 'run_id', type: 'VARCHAR', description: 'The run.' },
    { name: 'key', type: 'VARCHAR', description: 'The key of the metric.' },
    {
      name: 'min_value',
      type: 'DOUBLE',
      description: 'The lowest value; NULL if every value is NaN.',
    },
    { name: 'min_step', type: 'BIGINT', description: 'The first step with the lowest value.' },
    {
      name: 'max_value',
      type: 'DOUBLE',
      description: 'The highest value; NULL if every value is NaN.',
    },
    { name: 'max_step', type: 'BIGINT', description: 'The first step with the highest value.' },
    { name: 'points', type: 'BIGINT', description: 'How many points the metric has.' },
    { name: 'nan_points', type: 'BIGINT', description: 'How many of them are NaN.' },
  ],
};

/**
 * The statement that creates the view. The extremes are found first, because finding a step with them costs a comparison
 * of several columns for each point.
 */
export const CREATE_BEST_METRICS: string = `
  CREATE VIEW ${bestMetricsTable.name} AS
    WITH extremes AS (
      SELECT run_id, key,
        min(value) FILTER (NOT isnan(value)) AS min_value,
        max(value) FILTER (NOT isnan(value)) AS max_value,
        count(*) AS points,
        count(*) FILTER (isnan(value)) AS nan_points
      FROM ${metricsTable.name}
      GROUP BY run_id, key
    )
    SELECT run_id, key,
      min_value,
      min(step) FILTER (value = min_value) AS min_step,
      max_value,
      min(step) FILTER (value = max_value) AS max_step,
      points,
      nan_points
    FROM extremes
    LEFT JOIN (SELECT run_id, key, value, step FROM ${metricsTable.name}) AS m USING (run_id, key)
    WHERE min_value IS NULL OR value = min_value OR value = max_value
    GROUP BY run_id, key, min_value, max_value, points, nan_points`;
