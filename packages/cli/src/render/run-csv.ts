import type { CsvCell, CsvForm, Run } from '@tidemark/core';
import { renderCsv } from './csv-table.ts';

/**
 * Renders runs as CSV with the columns of MLflow's `search_runs` (run_id, status, `metrics.…`, `params.…`,
 * `tags.…`), and the names of the run and the experiment. Times are ISO 8601 in UTC.
 */
export function renderRunCsv(
  runs: readonly Run[],
  experimentName: (experimentId: string) => string | undefined,
  form?: CsvForm,
): string {
  const rows = runs.map(
    (run): Record<string, CsvCell | undefined> => ({
      run_id: run.runId,
      run_name: run.name,
      experiment_id: run.experimentId,
      experiment_name: experimentName(run.experimentId),
      status: run.status,
      start_time: new Date(run.startTimeMs).toISOString(),
      end_time: run.endTimeMs === undefined ? undefined : new Date(run.endTimeMs).toISOString(),
      user_id: run.userId,
      ...prefixed('metrics', run.metrics, ({ value }) => value),
      ...prefixed('params', run.params, (value) => value),
      ...prefixed('tags', run.tags, (value) => value),
    }),
  );
  const keys = [...new Set(rows.flatMap((row) => Object.keys(row)))].sort();
  const logged = ['metrics.', 'params.', 'tags.'].flatMap((kind) =>
    keys.filter((key) => key.startsWith(kind)),
  );
  return renderCsv([...FACTS, ...logged], rows, form);
}

/** The columns that every list has. */
const FACTS = [
  'run_id',
  'run_name',
  'experiment_id',
  'experiment_name',
  'status',
  'start_time',
  'end_time',
  'user_id',
] as const;

function prefixed<Value>(
  kind: string,
  values: Readonly<Record<string, Value>>,
  cell: (value: Value) => CsvCell,
): Record<string, CsvCell> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [`${kind}.${key}`, cell(value)]),
  );
}
