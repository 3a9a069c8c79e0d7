import { isTidemarkError, TidemarkError } from '../errors.ts';
import { namedBy, subjectOf } from '../events/event-subject.ts';
import type { StoreEvent } from '../events/store-event.ts';
import type { BucketColumns } from '../model/bucket-columns.ts';
import type { Experiment } from '../model/experiment.ts';
import {
  type ExperimentId,
  type LoggedModelId,
  newLoggedModelId,
  newRunId,
  type RunId,
} from '../model/ids.ts';
import type { LoggedModel } from '../model/logged-model.ts';
import type { LoggedModelPoint, MetricPoint } from '../model/metric.ts';
import type { BucketOptions } from '../model/metric-bucket.ts';
import type { MetricColumns } from '../model/metric-columns.ts';
import { assertArguments, assertOptions } from '../model/plain-input.ts';
import type { RunStateDigest } from '../model/registered-model.ts';
import type { Run } from '../model/run.ts';
import type { ArtifactStore } from '../port/artifact-store.ts';
import type { RegistryStore } from '../port/registry-store.ts';
import type {
  ExperimentDraft,
  LoggedModelDraft,
  LoggedModelSelection,
  RunDraft,
  RunSelection,
  Store,
  StoreCapabilities,
} from '../port/store.ts';
import type { RunQuery } from '../query/run-query.ts';
import { loggedModelPoints } from '../search/logged-model-points.ts';
import { pickRuns } from '../search/pick-runs.ts';
import { bucketColumnsOf } from '../tracking/bucket-history.ts';
import { historyColumns } from '../tracking/history-columns.ts';
import { ReplayableBytes } from './replayable-bytes.ts';
import { SeenThings } from './seen-things.ts';

/** Options of `withSpool`. */
export interface SpoolOptions {
  /** Opens the store that takes the writes while the server is unreachable. Called at the first such write. */
  readonly openSpool: () => Store;
  /** Called once, when writes start to go to the spool. */
  readonly onAway?: (error: TidemarkError, spool: Store) => void;
  /** Called once the spool was closed. */
  readonly onClosed?: () => void;
}

/**
 * Returns a store whose writes go to a spool as soon as its server is unreachable, so that a training continues.
 * `copyStore(spool, server)` replays them, also those of a run that was started on the server: the spool has the run
 * under the same id, with only the values that were written to the spool. The handle keeps using the spool until you
 * open the store again, so that the writes of one run stay in order.
 *
 * Reads go to the server. Once writes go to the spool, reads do too; they also return the experiments that were seen
 * before. The registry always is the server's. A write about a run that this handle has not seen fails as without a
 * spool, because its experiment is unknown.
 *
 * @example
 * ```ts
 * import { withSpool } from '@tidemark/core';
 * import { openFileStore } from '@tidemark/core/node';
 *
 * const store = withSpool(other, {
 *   openSpool: () => openFileStore('spool'),
 *   onAway: (error) => console.warn(`Writing to the spool: ${error.message}`),
 * });
 * ```
 */
export function withSpool(server: Store, options: SpoolOptions): Store {
  assertArguments({ server }, 'withSpool', { server: 'store' });
  assertOptions(options, 'withSpool', {
    openSpool: 'function',
    onAway: 'function?',
    onClosed: 'function?',
  });
  return new SpoolStore(server, options);
}

class SpoolStore implements Store {
  readonly uri: string;
  readonly #server: Store;
  readonly #options: SpoolOptions;
  readonly #artifacts: ArtifactStore;
  #spool: Store | undefined;
  #closed = false;
  readonly #seen = new SeenThings();

  constructor(server: Store, options: SpoolOptions) {
    this.uri = server.uri;
    this.#server = server;
    this.#options = options;
    this.#artifacts = {
      write: (owner, path, content) => {
        const replayable = content instanceof Uint8Array ? content : new ReplayableBytes(content);
        return this.#write(
          (store) => store.artifacts.write(owner, path, replayable),
          (spool) =>
            this.#seen.bring(
              spool,
              owner.kind === 'run' ? { run: owner.runId } : { model: owner.modelId },
            ),
        );
      },
      read: (owner, path) => this.#current.artifacts.read(owner, path),
      list: (owner, path) => this.#current.artifacts.list(owner, path),
      location: async (owner) => this.#current.artifacts.location?.(owner),
    };
  }

  get capabilities(): StoreCapabilities {
    return this.#server.capabilities;
  }

  get closed(): boolean {
    return this.#closed;
  }

  get artifacts(): ArtifactStore {
    this.#assertOpen();
    return this.#artifacts;
  }

  get registry(): RegistryStore {
    this.#assertOpen();
    return this.#server.registry;
  }

  async createExperiment(draft: ExperimentDraft): Promise<Experiment> {
    const created = await this.#write((store) => store.createExperiment(draft));
    this.#seen.note({ experiments: [created] });
    return created;
  }

  async createRun(draft: RunDraft): Promise<Run> {
    // With a given id, a retry after a lost answer does not create a second run.
    const runId = draft.runId ?? (this.capabilities.keepsIds ? newRunId() : undefined);
    const created = await this.#write(async (store) => {
      const experimentId = await this.#experimentIn(store, draft.experimentId);
      return store.createRun({ ...draft, experimentId, ...(runId === undefined ? {} : { runId }) });
    });
    this.#seen.note({ runs: [created] });
    return created;
  }

  async createLoggedModel(draft: LoggedModelDraft): Promise<LoggedModel> {
    const modelId = draft.modelId ?? (this.capabilities.keepsIds ? newLoggedModelId() : undefined);
    const created = await this.#write(async (store) => {
      const experimentId = await this.#experimentIn(store, draft.experimentId);
      const ids = modelId === undefined ? { experimentId } : { experimentId, modelId };
      return store.createLoggedModel({ ...draft, ...ids });
    });
    this.#seen.note({ models: [created] });
    return created;
  }

  append(events: readonly StoreEvent[]): Promise<void> {
    return this.#write(
      (store) => store.append(events),
      async (spool) => {
        for (const event of events) {
          for (const thing of [subjectOf(event), ...namedBy(event)]) {
            await this.#seen.bring(spool, thing);
          }
        }
      },
    );
  }

  /** Also goes to the spool when the server is unreachable, because starting a run reads experiments. */
  async experiments(): Promise<Experiment[]> {
    const found = await this.#write(async (store) => {
      const there = await store.experiments();
      if (store === this.#server) return there;
      const seen = this.#seen.experiments();
      const names = new Set(seen.map(({ name }) => name));
      return [...seen, ...there.filter(({ name }) => !names.has(name))];
    });
    this.#seen.note({ experiments: found });
    return found;
  }

  async runs(selection: RunSelection): Promise<Run[]> {
    const found = await this.#read((store) => store.runs(selection));
    if (this.#spool === undefined) this.#seen.note({ runs: found });
    return found;
  }

  async findRuns(query: RunQuery): Promise<Run[]> {
    return this.#read(async (store) => {
      if (store.findRuns !== undefined) return store.findRuns(query);
      return pickRuns(await store.runs({}), query);
    });
  }

  async loggedModels(selection: LoggedModelSelection): Promise<LoggedModel[]> {
    const found = await this.#read((store) => store.loggedModels(selection));
    if (this.#spool === undefined) this.#seen.note({ models: found });
    return found;
  }

  metricHistory(runId: RunId, key: string): Promise<MetricPoint[]> {
    return this.#read((store) => store.metricHistory(runId, key));
  }

  historyColumns(runId: RunId, key: string): Promise<MetricColumns> {
    return this.#read((store) => historyColumns(store, runId, key));
  }

  bucketColumnsOf(
    runIds: readonly RunId[],
    key: string,
    options: BucketOptions,
  ): Promise<BucketColumns[]> {
    return this.#read((store) => bucketColumnsOf(store, runIds, key, options));
  }

  modelPoints(modelIds?: readonly LoggedModelId[]): Promise<LoggedModelPoint[]> {
    const selection = modelIds === undefined ? {} : { modelIds };
    return this.#read(async (store) =>
      [...(await loggedModelPoints(store, selection)).values()].flat(),
    );
  }

  runStateDigest(runId: RunId, through?: RunStateDigest['through']): Promise<RunStateDigest> {
    return this.#read((store) => store.runStateDigest(runId, through));
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#spool !== undefined) {
      await this.#spool.close();
      this.#options.onClosed?.();
    }
    await this.#server.close();
  }

  get #current(): Store {
    return this.#spool ?? this.#server;
  }

  /** Writes to the server. If it is unreachable, this and all later writes go to the spool. */
  async #write<Result>(
    write: (store: Store) => Promise<Result>,
    prepare: (spool: Store) => Promise<unknown> = async () => {},
  ): Promise<Result> {
    this.#assertOpen();
    if (this.#spool === undefined) {
      try {
        return await write(this.#server);
      } catch (error) {
        if (!isAway(error)) throw error;
        this.#goAway(error);
      }
    }
    const spool = this.#current;
    await prepare(spool);
    return write(spool);
  }

  /** Reads from where writes go. A failed read does not switch to the spool. */
  async #read<Result>(read: (store: Store) => Promise<Result>): Promise<Result> {
    this.#assertOpen();
    return read(this.#current);
  }

  #goAway(error: TidemarkError): void {
    // Of several concurrent calls only the first that fails opens the spool.
    if (this.#spool !== undefined) return;
    this.#spool = this.#options.openSpool();
    this.#seen.away(error);
    this.#options.onAway?.(error, this.#spool);
  }

  /** Returns the id of an experiment in the store that takes the writes. */
  async #experimentIn(store: Store, experimentId: ExperimentId): Promise<ExperimentId> {
    return store === this.#server ? experimentId : this.#seen.experimentIn(store, experimentId);
  }

  #assertOpen(): void {
    if (!this.#closed) return;
    throw new TidemarkError('STORE_CLOSED', `The store ${this.uri} was closed. Open it again.`);
  }
}

/** The HTTP statuses that ask for a later retry, including those of a proxy in front of an unreachable server. */
const AWAY_STATUSES: ReadonlySet<unknown> = new Set([408, 429, 502, 503, 504]);

function isAway(error: unknown): error is TidemarkError {
  if (isTidemarkError(error, 'SERVER_UNREACHABLE')) return true;
  return isTidemarkError(error, 'SERVER_FAILED') && AWAY_STATUSES.has(error.details.status);
}
