import {
  type ArtifactContent,
  type ArtifactFile,
  type ArtifactOwner,
  type DatasetInput,
  type EndStatus,
  type ExperimentId,
  type LoggedModel,
  type MetricOptions,
  type ParamValue,
  planDataset,
  planMetrics,
  planParams,
  planTags,
  type Run,
  type RunId,
  type Store,
  type StoreEvent,
  TidemarkError,
} from '@tidemark/core';
import { type ImageInput, imageBytes } from './image-input.ts';
import type { FindLocalFiles } from './local-file.ts';
import { logModel, type ModelDraft } from './log-model.ts';
import { type TableInput, tableJson } from './table-input.ts';

/**
 * A run that is being written. Every method is one acknowledged write; its promise rejects with a
 * TidemarkError when the value is refused (INVALID_KEY, INVALID_ARGUMENT, PARAM_CONFLICT,
 * ARTIFACT_PATH_UNSAFE), when the disk refuses (WRITE_FAILED), or after `end` (RUN_ENDED), and then
 * nothing was changed. In a file store the write has happened when the call returns, awaited or not.
 */
export class ActiveRun {
  readonly store: Store;
  readonly runId: RunId;
  readonly experimentId: ExperimentId;
  readonly name: string;
  readonly #localFiles: FindLocalFiles;
  readonly #onEnd: (run: ActiveRun) => void;
  readonly #params: Map<string, string>;
  #ended = false;

  /** Runs are made by `startRun`, not by hand. */
  constructor(options: {
    store: Store;
    run: Run;
    localFiles: FindLocalFiles;
    onEnd: (run: ActiveRun) => void;
  }) {
    const { run } = options;
    this.store = options.store;
    this.runId = run.runId;
    this.experimentId = run.experimentId;
    this.name = run.name;
    this.#localFiles = options.localFiles;
    this.#onEnd = options.onEnd;
    this.#params = new Map(Object.entries(run.params));
  }

  /** Whether `end` was called on this handle. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Logs one param. A param is written once; the same value again is allowed. */
  logParam(key: string, value: ParamValue): Promise<void> {
    return this.logParams({ [key]: value });
  }

  /** Logs params; objects and arrays are kept as JSON. All are refused when one is. */
  async logParams(params: Readonly<Record<string, ParamValue>>): Promise<void> {
    const event = planParams(this.runId, params, this.#params);
    if (event === undefined) return this.#append([]);
    await this.#append([event]);
    for (const [key, value] of Object.entries(event.params)) this.#params.set(key, value);
  }

  /** Logs one metric; `step` defaults to 0, `timestampMs` to now. */
  async logMetric(key: string, value: number, options?: MetricOptions): Promise<void> {
    await this.#append([planMetrics(this.runId, { [key]: value }, options)]);
  }

  /** Logs the metrics of one step in one write. */
  async logMetrics(
    metrics: Readonly<Record<string, number>>,
    options?: MetricOptions,
  ): Promise<void> {
    await this.#append([planMetrics(this.runId, metrics, options)]);
  }

  /** Sets one tag, in place of an earlier value. */
  setTag(key: string, value: string): Promise<void> {
    return this.setTags({ [key]: value });
  }

  /** Sets tags. All are refused when one is. */
  async setTags(tags: Readonly<Record<string, string>>): Promise<void> {
    await this.#append([planTags(this.runId, tags)]);
  }

  /** Records that the run used a dataset. */
  async logDataset(input: DatasetInput): Promise<void> {
    await this.#append([planDataset(this.runId, input)]);
  }

  /** Stores bytes as an artifact, whole or not at all, with their size and SHA-256. */
  async logBytes(content: ArtifactContent, artifactPath: string): Promise<ArtifactFile> {
    this.#assertOpen();
    const file = await this.store.artifacts.write(this.#owner, artifactPath, content);
    await this.#append([{ kind: 'artifact', owner: { run: this.runId }, file }]);
    return file;
  }

  /** Stores text as an artifact, in UTF-8. */
  logText(text: string, artifactPath: string): Promise<ArtifactFile> {
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
    this.#assertOpen();
    const stored: ArtifactFile[] = [];
    for (const { path, content } of await this.#localFiles(localPath)) {
      stored.push(
        await this.logBytes(
          content,
          artifactFolder === undefined ? path : `${artifactFolder}/${path}`,
        ),
      );
    }
    return stored;
  }

  /** Stores every file of a local folder as artifacts: MLflow's name for `logArtifact` with a folder. */
  logArtifacts(
    localFolder: string | URL,
    artifactFolder?: string,
  ): Promise<readonly ArtifactFile[]> {
    return this.logArtifact(localFolder, artifactFolder);
  }

  /** Stores a table as JSON in MLflow's form, `{"columns": […], "data": [[…], …]}`. */
  logTable(table: TableInput, artifactPath: string): Promise<ArtifactFile> {
    return this.logText(tableJson(table), artifactPath);
  }

  /** Stores an image: encoded bytes as they are, raw pixels as PNG. */
  async logImage(image: ImageInput, artifactPath: string): Promise<ArtifactFile> {
    this.#assertOpen();
    return this.logBytes(await imageBytes(image), artifactPath);
  }

  /** Logs a model with its files, and marks it as this run's output. */
  async logModel(draft: ModelDraft): Promise<LoggedModel> {
    this.#assertOpen();
    return logModel(this, draft);
  }

  /** Ends the run. A second call changes nothing. Resume it by its id to write more. */
  async end(status: EndStatus = 'FINISHED'): Promise<void> {
    if (this.#ended) return;
    await this.#append([{ kind: 'run-updated', run: this.runId, status, endTimeMs: Date.now() }]);
    this.#ended = true;
    this.#onEnd(this);
  }

  get #owner(): ArtifactOwner {
    return { kind: 'run', experimentId: this.experimentId, runId: this.runId };
  }

  #append(events: readonly StoreEvent[]): Promise<void> {
    this.#assertOpen();
    return this.store.append(events);
  }

  #assertOpen(): void {
    if (!this.#ended) return;
    throw new TidemarkError(
      'RUN_ENDED',
      `The run ${this.runId} was ended. Resume it with startRun({ runId: "${this.runId}" }) to write more.`,
      { details: { runId: this.runId } },
    );
  }
}
