import { openModel } from '@tidemark/client';
import {
  assertArguments,
  assertOptions,
  type DatasetInput,
  type DeltaDatasetVersion,
  deltaDatasetVersion,
  isTidemarkError,
  type LoggedModel,
  type ModelVersion,
  PARENT_RUN_TAG,
  parseRunId,
  type Run,
  type RunId,
  type Store,
} from '@tidemark/core';

/** A dataset that a model was made from. */
export interface LineageDataset {
  readonly input: DatasetInput;
  /** The pinned version of a Delta table. `readDatasetVersion` reads exactly these rows again. */
  readonly version?: DeltaDatasetVersion;
  /** The run that read it: the run that made the model, or one of its parents. */
  readonly runId: RunId;
}

/** Where a model comes from: datasets → run → logged model → registered version. */
export interface ModelLineage {
  readonly uri: string;
  readonly datasets: readonly LineageDataset[];
  /** The run that made the model, then its parents, outermost last; empty when the store has none of them. */
  readonly runs: readonly Run[];
  /** The logged model; absent for model files of a run without a logged model, as MLflow 2 writes them. */
  readonly model?: LoggedModel;
  /** Number of files of the model. */
  readonly fileCount: number;
  /** The registered version, when the URI names one. */
  readonly version?: ModelVersion;
}

/**
 * Traces a model back to the runs and the datasets that it was made from. `uri` is one of
 * `models:/name/3`, `models:/name@alias`, `models:/name/Production`, `models:/name/latest`, `models:/m-…`
 * and `runs:/<run id>/<name>`.
 *
 * @throws MODEL_URI_INVALID, MODEL_NOT_FOUND, MODEL_VERSION_NOT_FOUND, MODEL_ALIAS_NOT_FOUND,
 * LOGGED_MODEL_NOT_FOUND; DIGEST_MISMATCH when the model's files are not those that were registered
 *
 * @example
 * ```ts
 * const { datasets } = await modelLineage('models:/penguins@champion', { store });
 * for (const { input, version } of datasets) console.log(input.dataset.name, version?.version);
 * ```
 */
export async function modelLineage(
  uri: string,
  options: { readonly store: Store },
): Promise<ModelLineage> {
  assertArguments({ uri }, 'modelLineage', { uri: 'string' });
  assertOptions(options, 'modelLineage', { store: 'store' });
  const { store } = options;
  const { loggedModel, version, runId, files } = await openModel(uri, { store });
  const runs = await runAndParents(store, runId);
  return {
    uri,
    datasets: runs.flatMap(({ runId, datasets }) =>
      datasets.map((input) => lineageDataset(runId, input)),
    ),
    runs,
    ...(loggedModel === undefined ? {} : { model: loggedModel }),
    fileCount: files.length,
    ...(version === undefined ? {} : { version }),
  };
}

function lineageDataset(runId: RunId, input: DatasetInput): LineageDataset {
  const version = deltaDatasetVersion(input.dataset);
  return { input, ...(version === undefined ? {} : { version }), runId };
}

async function runAndParents(store: Store, first: RunId | undefined): Promise<Run[]> {
  const found: Run[] = [];
  let next = first;
  while (next !== undefined) {
    const [run] = await store.runs({ runIds: [next] });
    // A parent may be in another store, and a tag that was set by hand may form a cycle.
    if (run === undefined || found.some(({ runId }) => runId === run.runId)) break;
    found.push(run);
    next = parentOf(run);
  }
  return found;
}

function parentOf(run: Run): RunId | undefined {
  const parent = run.tags[PARENT_RUN_TAG];
  if (parent === undefined) return undefined;
  try {
    return parseRunId(parent);
  } catch (error) {
    if (isTidemarkError(error, 'INVALID_ID')) return undefined;
    throw error;
  }
}
