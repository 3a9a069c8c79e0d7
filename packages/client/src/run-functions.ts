import type { Client } from './client.ts';
import { client } from './default-client.ts';

/**
 * Opens a store: a folder, a `file:` URI, `memory:`, or the `http(s)` address of a server. Without an address it
 * uses `TIDEMARK_TRACKING_URI`, then `MLFLOW_TRACKING_URI`, then `./tidemark` (in a browser `memory:`). A process opens each
 * address once and shares the store, unless you pass a durability or credentials. Opening and reading do not write to
 * disk; the first write creates the folder.
 *
 * @example
 * ```ts
 * import { searchRuns } from '@tidemark/core';
 *
 * const store = await openStore('./tidemark');
 * const { runs } = await searchRuns(store, { filter: 'metrics.loss < 0.1' });
 * ```
 *
 * @throws STORE_URI_UNSUPPORTED, STORE_IS_MLRUNS, STORE_FOLDER_IN_USE, STORE_NOT_FOUND, STORE_FORMAT_TOO_NEW,
 * STORE_DAMAGED
 */
export const openStore: Client['openStore'] = client.openStore;

/**
 * Starts a run, and makes it the active run. With a body, the run ends when the body does: `FINISHED`, or `FAILED`
 * if it throws. Without a body, the run stays active until its `end`.
 *
 * @example
 * ```ts
 * await startRun({ experiment: 'penguins' }, async (run) => {
 *   await run.logParams({ lr: 0.02 });
 *   await run.logMetric('loss', 0.5, { step: 1 });
 * });
 * ```
 *
 * @throws INVALID_ARGUMENT, EXPERIMENT_NOT_FOUND, EXPERIMENT_DELETED; RUN_NOT_FOUND and RUN_DELETED with `runId`
 */
export const startRun: Client['startRun'] = client.startRun;

/**
 * Logs one param of the active run, such as a learning rate. A param keeps its first value; you may log the same
 * value again.
 *
 * @example
 * ```ts
 * await logParam('lr', 0.02);
 * ```
 *
 * @throws `NO_ACTIVE_RUN` if no run is active; INVALID_KEY, INVALID_ARGUMENT, PARAM_CONFLICT
 */
export const logParam: Client['logParam'] = client.logParam;

/**
 * Logs params of the active run in one write. Objects and arrays are stored as JSON. If one param is refused, none is
 * logged.
 *
 * @example
 * ```ts
 * await logParams({ lr: 0.02, layers: [16, 3] });
 * ```
 *
 * @throws `NO_ACTIVE_RUN` if no run is active; INVALID_KEY, INVALID_ARGUMENT, PARAM_CONFLICT
 */
export const logParams: Client['logParams'] = client.logParams;

/**
 * Logs one point of a metric of the active run. `step` defaults to 0, and `timestampMs` to the current time in
 * milliseconds since 1970.
 *
 * @example
 * ```ts
 * await logMetric('loss', 0.25, { step: 3 });
 * ```
 *
 * @throws `NO_ACTIVE_RUN` if no run is active; INVALID_KEY, INVALID_ARGUMENT
 */
export const logMetric: Client['logMetric'] = client.logMetric;

/**
 * Logs the metrics of one step of the active run, in one write.
 *
 * @example
 * ```ts
 * await logMetrics({ loss: 0.25, acc: 0.9 }, { step: 3 });
 * ```
 *
 * @throws `NO_ACTIVE_RUN` if no run is active; INVALID_KEY, INVALID_ARGUMENT
 */
export const logMetrics: Client['logMetrics'] = client.logMetrics;

/**
 * Logs many points of one metric of the active run, in one write: the values with steps 0, 1, 2 …, or with the steps
 * that you pass. Each point costs about a tenth of a separate call.
 *
 * @throws `NO_ACTIVE_RUN` if no run is active; INVALID_KEY, INVALID_ARGUMENT
 */
export const logMetricSeries: Client['logMetricSeries'] = client.logMetricSeries;

/**
 * Sets one tag of the active run. It replaces an earlier value.
 *
 * @throws `NO_ACTIVE_RUN` if no run is active; INVALID_KEY, INVALID_ARGUMENT
 */
export const setTag: Client['setTag'] = client.setTag;

/**
 * Sets tags of the active run in one write. If one is refused, none is set.
 *
 * @throws `NO_ACTIVE_RUN` if no run is active; INVALID_KEY, INVALID_ARGUMENT
 */
export const setTags: Client['setTags'] = client.setTags;

/**
 * Records a dataset as an input of the active run.
 *
 * @throws `NO_ACTIVE_RUN` if no run is active; INVALID_ARGUMENT
 */
export const logDataset: Client['logDataset'] = client.logDataset;

/**
 * Stores bytes as an artifact of the active run, with their size and SHA-256. The artifact is stored completely or not
 * at all.
 *
 * @throws `NO_ACTIVE_RUN` if no run is active; ARTIFACT_PATH_UNSAFE, WRITE_FAILED
 */
export const logBytes: Client['logBytes'] = client.logBytes;

/**
 * Stores text as an artifact of the active run, in UTF-8.
 *
 * @example
 * ```ts
 * await logText('it went well', 'notes.md');
 * ```
 *
 * @throws `NO_ACTIVE_RUN` if no run is active; ARTIFACT_PATH_UNSAFE, WRITE_FAILED
 */
export const logText: Client['logText'] = client.logText;

/**
 * Stores a local file, or every file of a local folder, as artifacts of the active run. They go to `artifactFolder`,
 * or to the root of the run's artifacts. The name of a local folder is not part of the artifact paths.
 *
 * @example
 * ```ts
 * await logArtifact('plots/loss.png', 'plots'); // becomes plots/loss.png
 * ```
 *
 * @throws `NO_ACTIVE_RUN` if no run is active; ARTIFACT_PATH_UNSAFE, WRITE_FAILED
 */
export const logArtifact: Client['logArtifact'] = client.logArtifact;

/**
 * Stores every file of a local folder as artifacts of the active run. This is MLflow's name for `logArtifact` with a
 * folder.
 *
 * @throws `NO_ACTIVE_RUN` if no run is active; ARTIFACT_PATH_UNSAFE, WRITE_FAILED
 */
export const logArtifacts: Client['logArtifacts'] = client.logArtifacts;

/**
 * Records an artifact of the active run whose bytes are elsewhere: at a URI, with their size and SHA-256, or in
 * another artifact of the store, named by its address or its SHA-256.
 *
 * @example
 * ```ts
 * await logArtifactReference('data/big.parquet', { uri: 's3://bucket/big.parquet', sizeBytes, sha256 });
 * ```
 *
 * @throws `NO_ACTIVE_RUN` if no run is active; ARTIFACT_PATH_UNSAFE, ARTIFACT_NOT_FOUND, INVALID_ARGUMENT
 */
export const logArtifactReference: Client['logArtifactReference'] = client.logArtifactReference;

/**
 * Stores a table as an artifact of the active run: JSON in MLflow's form, `{"columns": […], "data": [[…], …]}`.
 *
 * @throws `NO_ACTIVE_RUN` if no run is active; INVALID_ARGUMENT, ARTIFACT_PATH_UNSAFE
 */
export const logTable: Client['logTable'] = client.logTable;

/**
 * Stores an image as an artifact of the active run. Encoded bytes (PNG, JPEG, WebP, GIF) are stored unchanged, raw
 * pixels as PNG.
 *
 * @throws `NO_ACTIVE_RUN` if no run is active; INVALID_ARGUMENT, ARTIFACT_PATH_UNSAFE
 */
export const logImage: Client['logImage'] = client.logImage;

/**
 * Logs a model with its files, and records it as an output of the active run.
 *
 * @example
 * ```ts
 * const model = await logModel({
 *   name: 'weights',
 *   files: () => [{ path: 'weights.json', content: new TextEncoder().encode('[1, 2, 3]') }],
 * });
 * ```
 *
 * @throws `NO_ACTIVE_RUN` if no run is active; INVALID_ARGUMENT, ARTIFACT_PATH_UNSAFE
 */
export const logModel: Client['logModel'] = client.logModel;

/**
 * Ends the active run, after the files that are still being written. The status defaults to `FINISHED`. If this process
 * joined the run, it leaves the run as it is.
 *
 * @throws `NO_ACTIVE_RUN` if no run is active; INVALID_ARGUMENT
 */
export const endRun: Client['endRun'] = client.endRun;

/** Returns the innermost active run, or `undefined`. */
export const activeRun: Client['activeRun'] = client.activeRun;

/** Returns the run that this process started last, ended or not, or `undefined`. */
export const lastRun: Client['lastRun'] = client.lastRun;

/**
 * Records that the program has read a dataset. The dataset becomes an input of the active run. Without an active run, it
 * becomes an input of the runs that start here, until another dataset is read. You may transform the data in between: the
 * context links data and run, not the value.
 *
 * @throws INVALID_ARGUMENT
 */
export const recordDatasetRead: Client['recordDatasetRead'] = client.recordDatasetRead;
