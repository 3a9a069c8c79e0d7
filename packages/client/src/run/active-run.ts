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
 * A run that you can write to. The promise of a method resolves when the write is acknowledged. It rejects with a
 * TidemarkError when the value is refused (INVALID_KEY, INVALID_ARGUMENT, PARAM_CONFLICT, ARTIFACT_PATH_UNSAFE),
 * when the disk refuses it (WRITE_FAILED), or after `end` (RUN_ENDED), and then nothing has changed. In a file
 * store, params, metrics, tags and datasets are written when the call returns, awaited or not. Files and models
 * take longer, and `end` waits for them.
 */
export class ActiveRun {
  readonly store: Store;
  readonly runId: RunId;
  readonly experimentId: ExperimentId;
  readonly name: string;
  /** Whether this handle only joins the run. It then ends without ending the run. */
  readonly joined: boolean;
  readonly #files: RunFiles;
  readonly #params: RunParams;
  readonly #end: RunEnd;

  /** Call `startRun` instead. */
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

  /** Logs one param. A param keeps its first value; you may log the same value again. */
  logParam(key: string, value: ParamValue): Promise<void> {
    return attempt(() => {
      assertString(key, 'The key of a param');
      return this.logParams({ [key]: value });
    });
  }

  /** Logs params. Objects and arrays are stored as JSON. If one param is refused, none is logged. */
  logParams(params: Readonly<Record<string, ParamValue>>): Promise<void> {
    return attempt(() => {
      this.#end.assertOpen();
      return this.#params.log(params);
    });
  }

  /** Logs one point of a metric. `step` defaults to 0, and `timestampMs` to the current time. */
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
   * Logs many points of one metric in one write: the values with steps 0, 1, 2 …, or with the steps that you pass,
   * as arrays or typed arrays. A point costs about a tenth of a separate call.
   */
  logMetricSeries(key: string, series: MetricSeries, options?: MetricSeriesOptions): Promise<void> {
    return attempt(() => this.#append(planMetricSeries(this.runId, key, series, options)));
  }

  /** Sets one tag. It replaces an earlier value. */
  setTag(key: string, value: string): Promise<void> {
    return attempt(() => {
      assertString(key, 'The key of a tag');
      return this.#append([planTags(this.runId, { [key]: value })]);
    });
  }

  /** Sets tags. If one is refused, none is set. */
  setTags(tags: Readonly<Record<string, string>>): Promise<void> {
    return attempt(() => this.#append([planTags(this.runId, tags)]));
  }

  /** Records a dataset as an input of the run. */
  logDataset(input: DatasetInput): Promise<void> {
    return attempt(() => this.#append([planDataset(this.runId, input)]));
  }

  /** Stores bytes as an artifact, with their size and SHA-256. The artifact is stored completely or not at all. */
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
   * Stores a local file, or every file of a local folder, as artifacts below `artifactFolder` (default: the root of
   * the run's artifacts). The name of a local folder is not part of the artifact paths.
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

  /** Stores every file of a local folder as artifacts. This is MLflow's name for `logArtifact` with a folder. */
  logArtifacts(
    localFolder: string | URL,
    artifactFolder?: string,
  ): Promise<readonly ArtifactFile[]> {
    return this.logArtifact(localFolder, artifactFolder);
  }

  /**
   * Records an artifact whose bytes are elsewhere: outside the store by its URI, size and SHA-256, or in this store
   * by the address or the SHA-256 of another artifact.
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

  /** Stores an image. Encoded bytes are stored unchanged, raw pixels as PNG. */
  async logImage(image: ImageInput, artifactPath: string): Promise<ArtifactFile> {
    this.#end.assertOpen();
    return this.#end.waitFor(
      imageBytes(image).then((content) => this.#files.write(content, artifactPath)),
    );
  }

  /** Logs a model with its files, and records it as an output of the run. */
  async logModel(draft: ModelDraft): Promise<LoggedModel> {
    this.#end.assertOpen();
    return this.#end.waitFor(logModel(this, draft));
  }

  /**
   * Ends the run, after the files that are still being written. A second call changes nothing and resolves like the
   * first. Resume the run by its id to write more. A handle that joined the run leaves the run as it is.
   */
  end(status: EndStatus = 'FINISHED'): Promise<void> {
    return this.#end.end(status);
  }

  /** Makes the end of the run wait for parallel work. */
  endAfter(work: Promise<unknown>): void {
    // The caller of the work gets its result.
    this.#end.waitFor(work).catch(() => {});
  }

  /**
   * Ends the run while the program is ending, when nothing can be awaited any more: in a file store the write is
   * done when this returns. The error is stored in a tag and, if the store can write a file at once, with its stack
   * as the artifact `error.txt`.
   */
  endAtOnce(status: EndStatus, error?: unknown): void {
    this.#end.endAtOnce(status, error);
  }

  #append(events: readonly StoreEvent[]): Promise<void> {
    this.#end.assertOpen();
    return this.store.append(events);
  }
}
