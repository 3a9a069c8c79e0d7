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
    description: 'Runs, including deleted ones.',
    items: namedRuns,
    columns: {
      run_id: text('The id of the run.', ({ run }) => run.runId),
      experiment_id: text('The experiment.', ({ run }) => run.experimentId),
      experiment_name: text('The name of the experiment.', ({ experimentName }) => experimentName),
      name: text('The name. Several runs may have the same name.', ({ run }) => run.name),
      status: text(
        '`RUNNING`, `SCHEDULED`, `FINISHED`, `FAILED` or `KILLED`.',
        ({ run }) => run.status,
      ),
      lost_reason: text('For a lost run: why it counts as FAILED.', ({ run }) => run.lostReason),
      lifecycle_stage: text(
        '`active`, or `deleted` if the run or its experiment is deleted.',
        ({ run }) => run.lifecycleStage,
      ),
      start_time: time('The start time.', ({ run }) => run.startTimeMs),
      end_time: time('The end time; NULL while the run is active.', ({ run }) => run.endTimeMs),
      duration_ms: whole('Milliseconds from start to end.', ({ run }) =>
        run.endTimeMs === undefined ? undefined : run.endTimeMs - run.startTimeMs,
      ),
      user_id: text(
        'The user who started the run. The name is not verified.',
        ({ run }) => run.userId,
      ),
    },
  }),
  sqlTable<StoreRecords, KeyValue<Run>>({
    name: 'params',
    description: 'Params of runs. The first value of a param wins.',
    items: ({ runs }) => keyValues(runs, ({ params }) => params),
    columns: {
      run_id: text('The run.', ({ owner }) => owner.runId),
      key: text('The key, unique in its run.', ({ key }) => key),
      value: text('The value; `value::DOUBLE` converts it to a number.', ({ value }) => value),
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
