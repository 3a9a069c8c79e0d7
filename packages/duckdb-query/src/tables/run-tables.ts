import type { ParamConflict, Run } from '@tidemark/core';
import { type KeyValue, keyValues } from './key-values.ts';
import { type SqlTable, sqlTable, text, texts, time, whole } from './sql-table.ts';
import type { StoreRecords } from './store-records.ts';

interface RunRow {
  readonly run: Run;
  readonly experimentName: string | undefined;
}

interface RunModel {
  readonly run: Run;
  readonly modelId: string;
  readonly role: 'input' | 'output';
  readonly step?: number;
}

/** Runs, and the tables with one row for each key of a run. */
export const runTables: readonly SqlTable<StoreRecords>[] = [
  sqlTable<StoreRecords, RunRow>({
    name: 'runs',
    description: 'Runs, live and deleted.',
    items: namedRuns,
    columns: {
      run_id: text('The id of the run.', ({ run }) => run.runId),
      experiment_id: text('The experiment it belongs to.', ({ run }) => run.experimentId),
      experiment_name: text("That experiment's name.", ({ experimentName }) => experimentName),
      name: text('Its name; several runs may share it.', ({ run }) => run.name),
      status: text(
        '`RUNNING`, `SCHEDULED`, `FINISHED`, `FAILED` or `KILLED`.',
        ({ run }) => run.status,
      ),
      lost_reason: text(
        'For a lost run, which is FAILED: how the loss was detected.',
        ({ run }) => run.lostReason,
      ),
      lifecycle_stage: text(
        '`active`, or `deleted` when it or its experiment is.',
        ({ run }) => run.lifecycleStage,
      ),
      start_time: time('When it began.', ({ run }) => run.startTimeMs),
      end_time: time('When it ended; NULL while it runs.', ({ run }) => run.endTimeMs),
      duration_ms: whole('Milliseconds from start to end.', ({ run }) =>
        run.endTimeMs === undefined ? undefined : run.endTimeMs - run.startTimeMs,
      ),
      user_id: text('Who started it, as claimed.', ({ run }) => run.userId),
    },
  }),
  sqlTable<StoreRecords, KeyValue<Run>>({
    name: 'params',
    description: 'Params of runs: the value that was logged first.',
    items: ({ runs }) => keyValues(runs, ({ params }) => params),
    columns: {
      run_id: text('The run.', ({ owner }) => owner.runId),
      key: text('The key, unique in its run.', ({ key }) => key),
      value: text('The value; `value::DOUBLE` makes it a number.', ({ value }) => value),
    },
  }),
  sqlTable<StoreRecords, { readonly run: Run; readonly conflict: ParamConflict }>({
    name: 'param_conflicts',
    description: 'Params that were logged with more than one value.',
    items: ({ runs }) =>
      runs.flatMap((run) => run.paramConflicts.map((conflict) => ({ run, conflict }))),
    columns: {
      run_id: text('The run.', ({ run }) => run.runId),
      key: text('The key.', ({ conflict }) => conflict.key),
      value: text('The value that the run keeps.', ({ conflict }) => conflict.value),
      rejected: texts('The rejected values, sorted.', ({ conflict }) => conflict.rejected),
    },
  }),
  sqlTable<StoreRecords, KeyValue<Run>>({
    name: 'tags',
    description: 'Tags of runs, including those of the environment.',
    items: ({ runs }) => keyValues(runs, ({ tags }) => tags),
    columns: {
      run_id: text('The run.', ({ owner }) => owner.runId),
      key: text('The key, unique in its run.', ({ key }) => key),
      value: text('The latest value.', ({ value }) => value),
    },
  }),
  sqlTable<StoreRecords, RunModel>({
    name: 'run_models',
    description: 'Logged models that runs used or produced.',
    items: modelsOfRuns,
    columns: {
      run_id: text('The run.', ({ run }) => run.runId),
      model_id: text('The logged model.', ({ modelId }) => modelId),
      role: text('`input` or `output`.', ({ role }) => role),
      step: whole('The step at which an output was produced.', ({ step }) => step),
    },
  }),
];

function* namedRuns({ experiments, runs }: StoreRecords): Generator<RunRow> {
  const names = new Map(experiments.map(({ experimentId, name }) => [experimentId, name]));
  for (const run of runs) yield { run, experimentName: names.get(run.experimentId) };
}

function* modelsOfRuns({ runs }: StoreRecords): Generator<RunModel> {
  for (const run of runs) {
    for (const modelId of run.modelInputs) yield { run, modelId, role: 'input' };
    for (const { modelId, step } of run.modelOutputs) yield { run, modelId, role: 'output', step };
  }
}
