import {
  type ArtifactContent,
  type ArtifactOwner,
  assertArtifactPath,
  assertLoggedModelName,
  assertRecord,
  assertStep,
  assertTags,
  type ExperimentId,
  type LoggedModel,
  type LoggedModelId,
  paramTexts,
  type RunId,
  type Store,
  type StoreEvent,
  TidemarkError,
} from '@tidemark/core';

/** A model to log, as its flavor defines it. */
export interface ModelDraft {
  readonly name: string;
  /** The kind of model, such as `tfjs`. */
  readonly modelType?: string;
  readonly params?: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
  /** The step of the run at which the model was made. Default 0. */
  readonly step?: number;
  /** Creates the model's files. It is called once the ids are known, because the MLmodel file contains them. */
  files(ids: ModelIds): readonly ModelFile[] | Promise<readonly ModelFile[]>;
}

/** The ids of a model that is being logged. */
export interface ModelIds {
  readonly modelId: LoggedModelId;
  readonly runId: RunId;
  /** The address of the model in any store: `models:/<model id>`. */
  readonly artifactUri: string;
}

/** One file of a model. */
export interface ModelFile {
  readonly path: string;
  readonly content: ArtifactContent;
}

/** The run that logs, with its store and experiment. */
export interface LoggingRun {
  readonly store: Store;
  readonly runId: RunId;
  readonly experimentId: ExperimentId;
}

/**
 * Creates a logged model, stores its files, and in one write marks it READY and records it as the run's output. If
 * that fails, the model is marked UPLOAD_FAILED and the error is thrown.
 */
export async function logModel(run: LoggingRun, draft: ModelDraft): Promise<LoggedModel> {
  const { store, runId, experimentId } = run;
  assertRecord(draft, 'The draft of logModel');
  assertLoggedModelName(draft.name);
  if (draft.tags !== undefined) assertTags(draft.tags);
  const params = paramTexts(draft.params ?? {});
  const step = draft.step ?? 0;
  assertStep(step);
  const created = await store.createLoggedModel({
    experimentId,
    name: draft.name,
    creationTimeMs: Date.now(),
    sourceRunId: runId,
    ...(draft.modelType === undefined ? {} : { modelType: draft.modelType }),
    params,
    ...(draft.tags === undefined ? {} : { tags: draft.tags }),
  });
  const { modelId } = created;
  const owner: ArtifactOwner = { kind: 'model', experimentId, modelId };
  const events: StoreEvent[] = [];
  try {
    const files = await draft.files({ modelId, runId, artifactUri: `models:/${modelId}` });
    for (const { path } of files) assertArtifactPath(path);
    for (const { path, content } of files) {
      const file = await store.artifacts.write(owner, path, content);
      events.push({ kind: 'artifact', owner: { model: modelId }, file });
    }
    const ready = { kind: 'model-updated', model: modelId, status: 'READY' } as const;
    const output = { kind: 'model-output', run: runId, model: modelId } as const;
    events.push({ ...ready, timeMs: Date.now() }, { ...output, step });
    await store.append(events);
  } catch (error) {
    const failed = { kind: 'model-updated', model: modelId, status: 'UPLOAD_FAILED' } as const;
    try {
      await store.append([{ ...failed, timeMs: Date.now() }]);
    } catch (unmarked) {
      throw new AggregateError(
        [error, unmarked],
        `The model ${modelId} could neither be logged nor marked as failed. The errors say why. Log it again.`,
      );
    }
    throw error;
  }
  const [logged] = await store.loggedModels({ modelIds: [modelId] });
  if (logged === undefined) {
    throw new TidemarkError(
      'LOGGED_MODEL_NOT_FOUND',
      `The store lost the model ${modelId}: another process may have purged it. Log it again.`,
    );
  }
  return logged;
}
