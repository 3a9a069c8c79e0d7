import type { PointSubject } from '@tidemark/core';
import { type SqlTable, sqlTable, text, truth, whole } from '../tables/sql-table.ts';

/** A metric of a run, and whether a point of it may have come more than once. */
export interface RepeatableSeries {
  readonly code: number;
  readonly runId: string;
  readonly key: string;
  mayRepeat: boolean;
}

/** The metrics whose points are being loaded, by code. */
export const seriesTable: SqlTable<readonly RepeatableSeries[]> = sqlTable<
  readonly RepeatableSeries[],
  RepeatableSeries
>({
  name: 'staged_series',
  description: 'Metrics of runs.',
  items: (series) => series,
  columns: {
    code: whole('What its points have in place of run and key.', ({ code }) => code),
    run_id: text('The run.', ({ runId }) => runId),
    key: text('The key.', ({ key }) => key),
    may_repeat: truth('Whether a point may be there twice.', ({ mayRepeat }) => mayRepeat),
  },
});

/** The datasets and models that points name, by code. */
export const subjectsTable: SqlTable<readonly PointSubject[]> = sqlTable<
  readonly PointSubject[],
  { readonly code: number; readonly subject: PointSubject }
>({
  name: 'staged_subjects',
  description: 'Datasets and models that points name.',
  items: (subjects) => subjects.map((subject, place) => ({ code: place + 1, subject })),
  columns: {
    code: whole('What points have in place of the subject.', ({ code }) => code),
    dataset_name: text('The dataset.', ({ subject }) => subject.datasetName || undefined),
    dataset_digest: text('Its digest.', ({ subject }) => subject.datasetDigest || undefined),
    model_id: text('The logged model.', ({ subject }) => subject.modelId),
  },
});
