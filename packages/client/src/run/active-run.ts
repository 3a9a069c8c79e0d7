import {
  type ArtifactContent,
  type ArtifactFile,
  type ArtifactReference,
  assertArguments,
  assertRecord,
  assertString,
  type DatasetInput,
  type EndStatus,
  type ExperimentId,
  type LoggedModel,
  type MetricOptions,
  type MetricSeries,
  type MetricSeriesOptions,
  type ParamValue,
  planDataset,
  planMetricSeries,
  planMetrics,
  planTags,
  type Run,
  type RunId,
  type Store,
  type StoreEvent,
} from '@tidemark/core';
import type { SystemMonitor } from '../system/system-monitor.ts';
import { attempt } from './attempt.ts';
import { type ImageInput, imageBytes } from './image-input.ts';
import type { FindLocalFiles } from './local-file.ts';
import { logModel, type ModelDraft } from './log-model.ts';
import { RunEnd } from './run-end.ts';
import { RunFiles } from './run-files.ts';
import { RunParams } from './run-params.ts';
import { type TableInput, tableJson } from './table-input.ts';

/**
 * A run that is being written. A method's promise resolves when the write is acknowledged, and rejects with a
 * TidemarkError when the value is refused (INVALID_KEY, INVALID_ARGUMENT, PARAM_CONFLICT,
 * ARTIFACT_PATH_UNSAFE), when the disk refuses (WRITE_FAILED), or after `end` (RUN_ENDED), and then
 * nothing was changed. In a file store, params, metrics, tags and datasets are written when the call
 * returns, awaited or not; files and models take a while, and `end` waits for them.
 */
export class ActiveRun {
  readonly store: Store;
  readonly runId: RunId;
  readonly experimentId: ExperimentId;
  readonly name: string;
  /** Whether this handle only joins the run: then it ends without ending the run. */
  readonly joined: boolean;
  readonly #files: RunFiles;
  readonly #params: RunParams;
  readonly #end: RunEnd;

  /** Runs are made by `startRun`, not by hand. */
  constructor(options: {
    store: Store;
    run: Run;
    localFiles: FindLocalFiles;
    onEnd: (run: ActiveRun) => void;
    monitor?: SystemMonitor;
    joined?: boolean;
  }) {
    const { run } = options;
    this.store = options.store;
    this.runId = run.runId;
    this.experimentId = run.experimentId;
    this.name = run.name;
    this.joined = options.joined ?? false;
    this.#files = new RunFiles(options);
    this.#params = new RunParams(options.store, run);
    this.#end = new RunEnd({
      store: options.store,
      runId: run.runId,
      joined: this.joined,
      files: this.#files,
      monitor: options.monitor,
      onEnd: () => options.onEnd(this),
    });
  }

  /** Whether `end` was called on this handle. */
  get ended(): boolean {
    return this.#end.ended;
  }

  /** Logs one param. A param is written once; the same value again is allowed. */
  logParam(key: string, value: ParamValue): Promise<void> {
    return attempt(() => {
      assertString(key, 'The key of a param');
      return this.logParams({ [key]: value });
    });
  }

  /** Logs params; objects and arrays are kept as JSON. All are refused when one is. */
  logParams(params: Readonly<Record<string, ParamValue>>): Promise<void> {
    return attempt(() => {
      this.#end.assertOpen();
      return this.#params.log(params);
    });
  }

  /** Logs one metric; `step` defaults to 0, `timestampMs` to now. */
  logMetric(key: string, value: number, options?: MetricOptions): Promise<void> {
    return attempt(() => {
      assertString(key, 'The key of a metric');
      return this.#append([planMetrics(this.runId, { [key]: value }, options)]);
    });
  }

  /** Logs the metrics of one step in one write. */
  logMetrics(metrics: Readonly<Record<string, number>>, options?: MetricOptions): Promise<void> {
    return attempt(() => this.#append([planMetrics(this.runId, metrics, options)]));
  }

  /**
   * Logs many points of one metric in one write: the values (steps 0, 1, 2 … unless given), as arrays or
   * typed arrays. About ten times cheaper for each point than a call of its own.
   */
  logMetricSeries(key: string, series: MetricSeries, options?: MetricSeriesOptions): Promise<void> {
    return attempt(() => this.#append(planMetricSeries(this.runId, key, series, options)));
  }

  /** Sets one tag, in place of an earlier value. */
  setTag(key: string, value: string): Promise<void> {
    return attempt(() => {
      assertString(key, 'The key of a tag');
      return this.#append([planTags(this.runId, { [key]: value })]);
    });
  }

  /** Sets tags. All are refused when one is. */
  setTags(tags: Readonly<Record<string, string>>): Promise<void> {
    return attempt(() => this.#append([planTags(this.runId, tags)]));
  }

  /** Records that the run used a dataset. */
  logDataset(input: DatasetInput): Promise<void> {
    return attempt(() => this.#append([planDataset(this.runId, input)]));
  }

  /** Stores bytes as an artifact, whole or not at all, with their size and SHA-256. */
  async logBytes(content: ArtifactContent, artifactPath: string): Promise<ArtifactFile> {
    this.#end.assertOpen();
    return this.#end.waitFor(this.#files.write(content, artifactPath));
  }

  /** Stores text as an artifact, in UTF-8. */
  async logText(text: string, artifactPath: string): Promise<ArtifactFile> {
    assertString(text, 'The text of logText');
    return this.logBytes(new TextEncoder().encode(text), artifactPath);
  }

  /**
   * Stores a local file, or every file of a local folder, as artifacts below `artifactFolder`
   * (default: the root of the run's artifacts). A folder's own name is not part of the paths.
   */
  async logArtifact(
    localPath: string | URL,
    artifactFolder?: string,
  ): Promise<readonly ArtifactFile[]> {
    this.#end.assertOpen();
    if (typeof localPath !== 'string') {
      assertArguments({ localPath }, 'logArtifact', { localPath: 'url' });
    }
    if (artifactFolder !== undefined) assertString(artifactFolder, 'The folder of an artifact');
    return this.#end.waitFor(this.#files.writeLocal(localPath, artifactFolder));
  }

  /** Stores every file of a local folder as artifacts: MLflow's name for `logArtifact` with a folder. */
  logArtifacts(
    localFolder: string | URL,
    artifactFolder?: string,
  ): Promise<readonly ArtifactFile[]> {
    return this.logArtifact(localFolder, artifactFolder);
  }

  /**
   * Records an artifact that refers to content instead of being a copy of it: outside the store by its
   * URI, size and SHA-256; or in this store, by the address or the SHA-256 of an artifact there.
   */
  async logArtifactReference(
    artifactPath: string,
    reference: ArtifactReference,
  ): Promise<ArtifactFile> {
    this.#end.assertOpen();
    assertString(artifactPath, 'The path of an artifact');
    assertRecord(reference, 'The reference of an artifact');
    return this.#end.waitFor(this.#files.refer(artifactPath, reference));
  }

  /** Stores a table as JSON in MLflow's form, `{"columns": […], "data": [[…], …]}`. */
  async logTable(table: TableInput, artifactPath: string): Promise<ArtifactFile> {
    this.#end.assertOpen();
    const content = new TextEncoder().encode(tableJson(table));
    return this.#end.waitFor(this.#files.writeTable(content, artifactPath));
  }

  /** Stores an image: encoded bytes as they are, raw pixels as PNG. */
  async logImage(image: ImageInput, artifactPath: string): Promise<ArtifactFile> {
    this.#end.assertOpen();
    return this.#end.waitFor(
      imageBytes(image).then((content) => this.#files.write(content, artifactPath)),
    );
  }

  /** Logs a model with its files, and marks it as this run's output. */
  async logModel(draft: ModelDraft): Promise<LoggedModel> {
    this.#end.assertOpen();
    return this.#end.waitFor(logModel(this, draft));
  }

  /**
   * Ends the run, once the files that are still being written are there. A second call changes
   * nothing, and ends as the first does. Resume the run by its id to write more. A handle that joined the
   * run leaves it as it is.
   */
  end(status: EndStatus = 'FINISHED'): Promise<void> {
    return this.#end.end(status);
  }

  /** Lets the end of the run wait for work that runs in parallel. */
  endAfter(work: Promise<unknown>): void {
    // The caller of the work gets its result.
    this.#end.waitFor(work).catch(() => {});
  }

  /**
   * Ends the run while the program is ending, when nothing can be awaited any more: in a file store the
   * write has happened when this returns. The error is kept in a tag, and with its whole stack as the
   * artifact `error.txt` where the store can write one at once.
   */
  endAtOnce(status: EndStatus, error?: unknown): void {
    this.#end.endAtOnce(status, error);
  }

  #append(events: readonly StoreEvent[]): Promise<void> {
    this.#end.assertOpen();
    return this.store.append(events);
  }
}
