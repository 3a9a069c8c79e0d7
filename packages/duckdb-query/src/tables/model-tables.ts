import type { ArtifactAddress, ArtifactFile, LoggedModel } from '@tidemark/core';
import { type KeyValue, keyValues } from './key-values.ts';
import { type SqlTable, sqlTable, text, time, whole } from './sql-table.ts';
import type { StoreRecords } from './store-records.ts';

interface ArtifactRow {
  readonly runId?: string;
  readonly modelId?: string;
  readonly file: ArtifactFile;
}

/** Logged models, and the files of runs and models. */
export const modelTables: readonly SqlTable<StoreRecords>[] = [
  sqlTable<StoreRecords, LoggedModel>({
    name: 'logged_models',
    description: 'Models that runs logged. They need not be registered.',
    items: ({ loggedModels }) => loggedModels,
    columns: {
      model_id: text('The id: `m-` and 32 hexadecimal digits.', (m) => m.modelId),
      experiment_id: text('The experiment.', (m) => m.experimentId),
      name: text('The name.', (m) => m.name),
      model_type: text('The kind of model, such as `tfjs`.', (m) => m.modelType),
      run_id: text('The run that logged the model.', (m) => m.sourceRunId),
      status: text('`PENDING`, `READY` or `UPLOAD_FAILED`.', (m) => m.status),
      lifecycle_stage: text('`active` or `deleted`.', (m) => m.lifecycleStage),
      creation_time: time('The creation time.', (m) => m.creationTimeMs),
      last_update_time: time('The time of the last change.', (m) => m.lastUpdateTimeMs),
    },
  }),
  sqlTable<StoreRecords, KeyValue<LoggedModel>>({
    name: 'logged_model_params',
    description: 'Params of logged models.',
    items: ({ loggedModels }) => keyValues(loggedModels, ({ params }) => params),
    columns: {
      model_id: text('The logged model.', ({ owner }) => owner.modelId),
      key: text('The key, unique in its model.', ({ key }) => key),
      value: text('The value.', ({ value }) => value),
    },
  }),
  sqlTable<StoreRecords, KeyValue<LoggedModel>>({
    name: 'logged_model_tags',
    description: 'Tags of logged models.',
    items: ({ loggedModels }) => keyValues(loggedModels, ({ tags }) => tags),
    columns: {
      model_id: text('The logged model.', ({ owner }) => owner.modelId),
      key: text('The key, unique in its model.', ({ key }) => key),
      value: text('The latest value.', ({ value }) => value),
    },
  }),
  sqlTable<StoreRecords, ArtifactRow>({
    name: 'artifacts',
    description: 'Files of runs and of logged models, as recorded when they were written.',
    items: allArtifacts,
    columns: {
      run_id: text('The run, if the file belongs to a run.', ({ runId }) => runId),
      model_id: text('The logged model, if the file belongs to a model.', ({ modelId }) => modelId),
      path: text(
        'The path below the artifact folder, with `/` between folders.',
        ({ file }) => file.path,
      ),
      size_bytes: whole('The size in bytes.', ({ file }) => file.sizeBytes),
      sha256: text('The SHA-256: 64 hexadecimal digits.', ({ file }) => file.sha256),
      uri: text(
        'For a reference to content outside the store: its address.',
        ({ file }) => file.uri,
      ),
      same_as: text(
        'For a reference to a file of another run or model: its address.',
        ({ file }) => file.sameAs && addressOf(file.sameAs),
      ),
    },
  }),
];

/** `runs:/<run>/<path>` or `models:/<model>/<path>` */
function addressOf({ owner, path }: ArtifactAddress): string {
  return 'run' in owner ? `runs:/${owner.run}/${path}` : `models:/${owner.model}/${path}`;
}

function* allArtifacts({ runs, loggedModels }: StoreRecords): Generator<ArtifactRow> {
  for (const { runId, artifacts } of runs) {
    for (const file of artifacts) yield { runId, file };
  }
  for (const { modelId, artifacts } of loggedModels) {
    for (const file of artifacts) yield { modelId, file };
  }
}
