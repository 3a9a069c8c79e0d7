import {
  DATASET_CONTEXT_TAG,
  type DatasetInput,
  type DatasetVersion,
  deltaDatasetVersion,
  type Run,
} from '@tidemark/core';
import { type SqlTable, sqlTable, text, textMap, whole } from './sql-table.ts';
import type { StoreRecords } from './store-records.ts';

interface DatasetRow {
  readonly run: Run;
  readonly input: DatasetInput;
  readonly version: DatasetVersion | undefined;
}

/** The datasets that runs read. */
export const datasetTables: readonly SqlTable<StoreRecords>[] = [
  sqlTable<StoreRecords, DatasetRow>({
    name: 'datasets',
    description: 'Datasets that runs read: one row for each run and dataset.',
    items: datasetsOfRuns,
    columns: {
      run_id: text('The run that read the dataset.', ({ run }) => run.runId),
      name: text('The name.', ({ input }) => input.dataset.name),
      digest: text(
        'The digest that MLflow records; it does not prove the content.',
        ({ input }) => input.dataset.digest,
      ),
      context: text(
        'The purpose of the read: `training`, `eval` …',
        ({ input }) => input.tags[DATASET_CONTEXT_TAG],
      ),
      source_type: text('`delta_table`, `local` …', ({ input }) => input.dataset.sourceType),
      source: text('The place of the data, as JSON.', ({ input }) => input.dataset.source),
      schema: text('The columns, as JSON.', ({ input }) => input.dataset.schema),
      profile: text(
        'Statistics such as the number of rows, as JSON.',
        ({ input }) => input.dataset.profile,
      ),
      tags: textMap('All tags of the input.', ({ input }) => input.tags),
      table_uri: text('For a pinned Delta table: its path or URI.', ({ version }) => version?.uri),
      table_id: text(
        'The id of that table. A recreated table has a new id.',
        ({ version }) => version?.tableId,
      ),
      table_version: whole('The version that was read.', ({ version }) => version?.version),
      snapshot_digest: text(
        'The digest of that version: `delta-snapshot-v1:` and 64 digits.',
        ({ version }) => version?.snapshotDigest,
      ),
      row_count: whole('The number of rows of that version.', ({ version }) => version?.rowCount),
    },
  }),
];

function* datasetsOfRuns({ runs }: StoreRecords): Generator<DatasetRow> {
  for (const run of runs) {
    for (const input of run.datasets) {
      yield { run, input, version: deltaDatasetVersion(input.dataset) };
    }
  }
}
