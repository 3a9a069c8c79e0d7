import type { PurgedPart } from '@tidemark/core';
import { type SqlTable, sqlTable, text, time } from './sql-table.ts';
import type { StoreRecords } from './store-records.ts';

interface PurgedRow {
  readonly runId?: string;
  readonly modelId?: string;
  readonly purged: PurgedPart;
}

/** Purged parts of runs and logged models that still exist. */
export const purgedTable: SqlTable<StoreRecords> = sqlTable<StoreRecords, PurgedRow>({
  name: 'purged_parts',
  description:
    'Purged parts of runs and logged models. No table has their content, or a run that was purged as a whole.',
  items: function* ({ runs, loggedModels }) {
    for (const { runId, purged: parts = [] } of runs) {
      for (const purged of parts) yield { runId, purged };
    }
    for (const { modelId, purged: parts = [] } of loggedModels) {
      for (const purged of parts) yield { modelId, purged };
    }
  },
  columns: {
    run_id: text('The run, if the part belonged to a run.', ({ runId }) => runId),
    model_id: text('The logged model, if the part belonged to a model.', ({ modelId }) => modelId),
    part: text('`param`, `tag`, `metric` or `artifact`.', ({ purged }) => purged.part),
    key: text('The key, or the path of the artifact.', ({ purged }) => purged.key),
    purged_by: text('The user who purged the part.', ({ purged }) => purged.by.name),
    purge_time: time('The time of the purge.', ({ purged }) => purged.atMs),
    reason: text('The reason that the user gave.', ({ purged }) => purged.reason),
  },
});
