import {
  type ArtifactContent,
  type ArtifactFile,
  type ArtifactOwner,
  type ArtifactReference,
  type DatasetInput,
  type EndStatus,
  type ExperimentId,
  LIMITS,
  type LoggedModel,
  type MetricOptions,
  type MetricSeries,
  type MetricSeriesOptions,
  type ParamValue,
  planDataset,
  planMetricSeries,
  planMetrics,
  planParams,
  planTags,
  type Run,
  type RunId,
  resolveArtifactReference,
  type Store,
  type StoreEvent,
  TidemarkError,
} from '@tidemark/core';
import { type ImageInput, imageBytes } from './image-input.ts';
import type { FindLocalFiles } from './local-file.ts';
import { logModel, type ModelDraft } from './log-model.ts';
import type { SystemMonitor } from './system/system-monitor.ts';
import { type TableInput, tableJson } from './table-input.ts';

const END_STATUSES: readonly EndStatus[] = ['FINISHED', 'FAILED', 'KILLED'];

/** The artifact with the error that ended a run. */
export const ERROR_FILE = 'error.txt';

/** Tag with the error that ended the program, and the run with it. */
const ERROR_TAG = 'tidemark.error';

/** MLflow's tag that lists tables, as JSON: mlflow/utils/mlflow_tags.py, MLFLOW_LOGGED_ARTIFACTS. */
const LOGGED_ARTIFACTS_TAG = 'mlflow.loggedArtifacts';

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
  readonly #localFiles: FindLocalFiles;
  readonly #onEnd: (run: ActiveRun) => void;
  readonly #monitor: SystemMonitor | undefined;
  readonly #params: Map<string, string>;
  readonly #tables: Set<string>;
  readonly #unfinished = new Set<Promise<unknown>>();
  #ended = false;

  /** Runs are made by `startRun`, not by hand. */
  constructor(options: {
    store: Store;
    run: Run;
    localFiles: FindLocalFiles;
    onEnd: (run: ActiveRun) => void;
    monitor?: SystemMonitor;
  }) {
    const { run } = options;
    this.store = options.store;
    this.runId = run.runId;
    this.experimentId = run.experimentId;
    this.name = run.name;
    this.#localFiles = options.localFiles;
    this.#onEnd = options.onEnd;
    this.#monitor = options.monitor;
    this.#params = new Map(Object.entries(run.params));
    this.#tables = tablesIn(run.tags[LOGGED_ARTIFACTS_TAG]);
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
    this.#assertOpen();
    const event = planParams(this.runId, params, this.#params);
    if (event === undefined) return;
    // Known at once, so that a second call is refused even when nobody awaits the first.
    const fresh = Object.entries(event.params);
    for (const [key, value] of fresh) this.#params.set(key, value);
    try {
      await this.store.append([event]);
    } catch (error) {
      for (const [key] of fresh) this.#params.delete(key);
      throw error;
    }
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

  /**
   * Logs many points of one metric in one write: the values (steps 0, 1, 2 … unless given), as arrays or
   * typed arrays. About ten times cheaper for each point than a call of its own.
   */
  async logMetricSeries(
    key: string,
    series: MetricSeries,
    options?: MetricSeriesOptions,
  ): Promise<void> {
    await this.#append(planMetricSeries(this.runId, key, series, options));
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
    return this.#beforeEnd(this.#storeFile(content, artifactPath));
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
    return this.#beforeEnd(this.#storeLocalFiles(localPath, artifactFolder));
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
    this.#assertOpen();
    return this.#beforeEnd(this.#storeReference(artifactPath, reference));
  }

  /** Stores a table as JSON in MLflow's form, `{"columns": […], "data": [[…], …]}`. */
  async logTable(table: TableInput, artifactPath: string): Promise<ArtifactFile> {
    this.#assertOpen();
    const content = new TextEncoder().encode(tableJson(table));
    return this.#beforeEnd(this.#storeTable(content, artifactPath));
  }

  /** Stores an image: encoded bytes as they are, raw pixels as PNG. */
  async logImage(image: ImageInput, artifactPath: string): Promise<ArtifactFile> {
    this.#assertOpen();
    return this.#beforeEnd(
      imageBytes(image).then((content) => this.#storeFile(content, artifactPath)),
    );
  }

  /** Logs a model with its files, and marks it as this run's output. */
  async logModel(draft: ModelDraft): Promise<LoggedModel> {
    this.#assertOpen();
    return this.#beforeEnd(logModel(this, draft));
  }

  /**
   * Ends the run, once the files that are still being written are there. A second call changes
   * nothing. Resume the run by its id to write more.
   */
  async end(status: EndStatus = 'FINISHED'): Promise<void> {
    if (this.#ended) return;
    if (!END_STATUSES.includes(status)) {
      throw new TidemarkError(
        'INVALID_ARGUMENT',
        `A run ends ${END_STATUSES.join(', ')}, not ${JSON.stringify(status)}.`,
      );
    }
    this.#ended = true;
    // Whoever called them learns how they went; here it only matters that they are over.
    if (this.#unfinished.size > 0) await Promise.allSettled(this.#unfinished);
    try {
      const ended = { kind: 'run-updated', run: this.runId, status } as const;
      const last = this.#monitor?.stop() ?? [];
      await this.store.append([...last, { ...ended, endTimeMs: Date.now() }]);
    } catch (error) {
      this.#ended = false;
      throw error;
    }
    this.#onEnd(this);
  }

  /** Lets the end of the run wait for work that goes on beside it. */
  endAfter(work: Promise<unknown>): void {
    // Whoever does the work learns how it went.
    this.#beforeEnd(work).catch(() => {});
  }

  /** Lets the end of the run wait for work that takes a while. */
  async #beforeEnd<T>(work: Promise<T>): Promise<T> {
    this.#unfinished.add(work);
    try {
      return await work;
    } finally {
      this.#unfinished.delete(work);
    }
  }

  async #storeFile(content: ArtifactContent, artifactPath: string): Promise<ArtifactFile> {
    return this.#recordFile(await this.store.artifacts.write(this.#owner, artifactPath, content));
  }

  async #storeReference(artifactPath: string, reference: ArtifactReference): Promise<ArtifactFile> {
    return this.#recordFile(await resolveArtifactReference(this.store, artifactPath, reference));
  }

  async #recordFile(file: ArtifactFile): Promise<ArtifactFile> {
    await this.store.append([{ kind: 'artifact', owner: { run: this.runId }, file }]);
    return file;
  }

  async #storeLocalFiles(
    localPath: string | URL,
    artifactFolder: string | undefined,
  ): Promise<readonly ArtifactFile[]> {
    const stored: ArtifactFile[] = [];
    const { artifacts } = this.store;
    for (const { path, localPath: source, content } of await this.#localFiles(localPath)) {
      const place = artifactFolder === undefined ? path : `${artifactFolder}/${path}`;
      const file =
        (await artifacts.writeLocalFile?.(this.#owner, place, source)) ??
        (await artifacts.write(this.#owner, place, content()));
      stored.push(await this.#recordFile(file));
    }
    return stored;
  }

  /** A table is also named in the tag by which MLflow's pages find it. */
  async #storeTable(content: Uint8Array, artifactPath: string): Promise<ArtifactFile> {
    const file = await this.#storeFile(content, artifactPath);
    this.#tables.add(artifactPath);
    const listed = JSON.stringify([...this.#tables].map((path) => ({ path, type: 'table' })));
    await this.store.append([planTags(this.runId, { [LOGGED_ARTIFACTS_TAG]: listed })]);
    return file;
  }

  /**
   * Ends the run while the program is ending, when nothing can be awaited any more: in a file store the
   * write has happened when this returns. The error is kept in a tag, and with its whole stack as the
   * artifact `error.txt` where the store can write one at once.
   */
  endAtOnce(status: EndStatus, error?: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    const events: StoreEvent[] = this.#monitor?.stop() ?? [];
    if (error !== undefined) events.push(...this.#errorEvents(errorText(error)));
    events.push({ kind: 'run-updated', run: this.runId, status, endTimeMs: Date.now() });
    // The program is past handling it; what is lost is the end, and readers see that the process is gone.
    this.store.append(events).catch(() => {});
  }

  #errorEvents(text: string): StoreEvent[] {
    const tags = { [ERROR_TAG]: text.slice(0, LIMITS.tagValueLength) };
    const events: StoreEvent[] = [{ kind: 'tags', run: this.runId, tags }];
    try {
      const content = new TextEncoder().encode(`${text}\n`);
      const file = this.store.artifacts.writeSync?.(this.#owner, ERROR_FILE, content);
      if (file !== undefined) events.push({ kind: 'artifact', owner: { run: this.runId }, file });
    } catch {
      // A full disk, or a store that was closed: the tag says the same, if anything can be written.
    }
    return events;
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

/** An error as people read it: with its stack, when it has one. */
export function errorText(error: unknown): string {
  return error instanceof Error ? (error.stack ?? String(error)) : String(error);
}

/** The tables that a resumed run has listed; none when somebody wrote something else into the tag. */
function tablesIn(tag = '[]'): Set<string> {
  let listed: unknown;
  try {
    listed = JSON.parse(tag);
  } catch {
    return new Set();
  }
  const entries: readonly unknown[] = Array.isArray(listed) ? listed : [];
  const paths = entries.map((entry) => (entry as { readonly path?: unknown } | null)?.path);
  return new Set(paths.filter((path) => typeof path === 'string'));
}
