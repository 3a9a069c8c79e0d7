import type { StoreEvent } from '../events/store-event.ts';
import type { BucketColumns } from '../model/bucket-columns.ts';
import type { Experiment } from '../model/experiment.ts';
import type { ExperimentId, LoggedModelId, RunId } from '../model/ids.ts';
import type { LoggedModel } from '../model/logged-model.ts';
import type { LoggedModelPoint, MetricPoint } from '../model/metric.ts';
import type { BucketOptions } from '../model/metric-bucket.ts';
import type { MetricColumns } from '../model/metric-columns.ts';
import type { RunStateDigest } from '../model/registered-model.ts';
import type { Run } from '../model/run.ts';
import type { RunQuery } from '../query/run-query.ts';
import type { ArtifactStore } from './artifact-store.ts';
import type { RegistryStore } from './registry-store.ts';

/**
 * The port to a store. It is small on purpose: a store only writes and reads typed records, and every feature is
 * written once, above the port. `packages/test-kit` has the contract that every store passes.
 *
 * A write is acknowledged when its promise resolves: then it survives the death of the process. Callers validate
 * values before they call; a store may trust them.
 *
 * Ten methods are required. Each says why it cannot be a function above the port.
 */
export interface Store {
  /** The address of the store. `openStore` opens the store with it. */
  readonly uri: string;
  readonly capabilities: StoreCapabilities;
  /** Whether `close` was called. */
  readonly closed: boolean;

  /**
   * Creates an experiment under a free name. Not above the port, because the check of the name and the write
   * must be one step, and because a server chooses the id.
   * @throws EXPERIMENT_EXISTS when an experiment, live or deleted, has the name
   */
  createExperiment(draft: ExperimentDraft): Promise<Experiment>;
  /**
   * Creates a run, which starts RUNNING. Not above the port, because a server chooses the id and accepts no creation
   * as an event.
   */
  createRun(draft: RunDraft): Promise<Run>;
  /** Creates a logged model. Not above the port, for the same reason as `createRun`. */
  createLoggedModel(draft: LoggedModelDraft): Promise<LoggedModel>;
  /**
   * Appends events in one acknowledged write. Not above the port, because only the store knows when a write is safe.
   * Every change except creations and registry commits goes through this method. Secrets in the source of a dataset
   * are replaced by `***`.
   * @throws WRITE_FAILED; INVALID_ARGUMENT for an event that could not be read back
   */
  append(events: readonly StoreEvent[]): Promise<void>;

  /**
   * Synchronously writes the lines that the durability `buffered` has in memory. Called when a process ends. Absent if
   * the store buffers nothing.
   * @throws WRITE_FAILED
   */
  flush?(): void;

  /**
   * Returns all experiments, live and deleted, in the order of the events that created them; Default first. Not above
   * the port, because stores have nothing simpler in common: a log has events to fold, a server has only their state.
   */
  experiments(): Promise<Experiment[]>;
  /**
   * Returns the selected runs, newest start first. Leaves out ids that do not exist. Not above the port, for the same
   * reason as `experiments`, and because only the store knows whether the owners of a run are alive.
   */
  runs(selection: RunSelection): Promise<Run[]>;
  /**
   * Returns the first runs, in order, that match a query. A capability of stores that need not build every run for
   * that. `searchRuns` uses it if the store has it.
   */
  findRuns?(query: RunQuery): Promise<Run[]>;
  /**
   * Returns how many runs match a query, without its limit and `after`. A capability of stores that need not build these
   * runs. `countRuns` uses it where it exists.
   */
  countRuns?(query: RunQuery): Promise<number>;
  /**
   * Returns the selected logged models, newest first. Leaves out ids that do not exist. Not above the port, for the
   * same reason as `experiments`.
   */
  loggedModels(selection: LoggedModelSelection): Promise<LoggedModel[]>;
  /**
   * Returns all points of one metric, ordered by timestamp, step and value; exact duplicates once. Not above the
   * port, because a run contains only the latest point of each metric.
   */
  metricHistory(runId: RunId, key: string): Promise<MetricPoint[]>;
  /**
   * Returns what `metricHistory` returns, in columns. A capability of stores that need not create every point for that.
   * `historyColumns` uses it where it exists.
   */
  historyColumns?(runId: RunId, key: string): Promise<MetricColumns>;
  /**
   * Returns the histories of one metric of many runs in buckets, in the order of the ids. A capability of stores that
   * need not create every point for that. `bucketColumnsOf` and `metricBucketsOf` use it where it exists.
   */
  bucketColumnsOf?(
    runIds: readonly RunId[],
    key: string,
    options: BucketOptions,
  ): Promise<BucketColumns[]>;
  /**
   * Returns the points of every metric of every run in columns, for those who read all of them. A metric of a run may
   * come in several pieces, which may share points. `isWanted` leaves out the other runs. A capability of stores that
   * read all points faster than the history of each metric.
   */
  metricColumns?(isWanted?: (runId: RunId) => boolean): AsyncIterable<MetricColumns>;
  /**
   * Returns a text for each run that has events, also for purged ones. Every further event of a run changes its text, so
   * while it is equal, so are the run and its points, except for the stage of its experiment and whether the run is lost.
   * A capability of stores of events. It lets a copy of the runs find out cheaply what changed.
   */
  runMarks?(): Promise<ReadonlyMap<RunId, string>>;
  /**
   * Returns a text that differs after every new event of any writer. It may also differ without one. A capability of stores
   * that can tell this at little cost, for those who keep what they read.
   */
  eventMark?(): Promise<string>;
  /**
   * Returns the points about these logged models, or about any, in no particular order. A capability of servers,
   * which keep these points with the models, because MLflow's metric histories do not name the model of a point. For
   * other stores `loggedModelPoints` finds them in the histories.
   */
  modelPoints?(modelIds?: readonly LoggedModelId[]): Promise<LoggedModelPoint[]>;
  /**
   * Returns the SHA-256 of the run's folded state, from all its events, or only from the events of `through`. To
   * check a recorded digest, ask for it again with the `through` that was recorded with it. Not above the port,
   * because `through` and the state must come from the same events, and the port returns no events.
   * @throws RUN_NOT_FOUND
   */
  runStateDigest(runId: RunId, through?: RunStateDigest['through']): Promise<RunStateDigest>;

  /**
   * Whether a run or a logged model was purged from this store, directly or with its experiment; false for an id that
   * the store never had. Absent if the store itself refuses to register purged things.
   */
  isPurged?(id: RunId | LoggedModelId): Promise<boolean>;

  readonly artifacts: ArtifactStore;
  readonly registry: RegistryStore;
  /**
   * Syncs and seals the logs of this process. Later calls fail with STORE_CLOSED. Not above the port, because only
   * the store knows which files and connections are open.
   */
  close(): Promise<void>;
}

/** The optional features of a store. Check them before you call, because no method is a stub that throws. */
export interface StoreCapabilities {
  /** The records survive the process. */
  readonly durable: boolean;
  /** Registry commits are numbered, hash-chained and put only if absent. */
  readonly registryChain: boolean;
  /** The registry keeps the evidence of tags and the digests of versions. */
  readonly registryEvidence: boolean;
  /** Runs and logged models can be created with ids that you choose, such as those of another store. */
  readonly keepsIds: boolean;
  /** Runs and logged models are returned with the size and SHA-256 of their files. */
  readonly artifactDigests: boolean;
  /** An artifact may be a reference to a place outside the store, or to an artifact of another run or model. */
  readonly artifactReferences: boolean;
  /** `runStateDigest` supports `through`, the state at an earlier time. */
  readonly pastDigests: boolean;
  /** Metrics keep the infinities and the sign of zero. */
  readonly everyNumber: boolean;
}

/** The values of a new experiment. */
export interface ExperimentDraft {
  /** A wanted id, such as its id in another store. Used if the store supports it and no experiment has the id. */
  readonly experimentId?: ExperimentId;
  readonly name: string;
  readonly creationTimeMs: number;
  readonly tags?: Readonly<Record<string, string>>;
}

/** The values of a new run. */
export interface RunDraft {
  /**
   * The id of the run in another store, for a copy. Do not give the id of a run that this store has. Default: a new
   * id. Only a store with the capability `keepsIds` uses it.
   */
  readonly runId?: RunId;
  readonly experimentId: ExperimentId;
  readonly name: string;
  readonly userId: string;
  readonly startTimeMs: number;
  readonly tags?: Readonly<Record<string, string>>;
  /**
   * Set by servers: a client whose process the server cannot see logs the run, so it never counts as lost.
   * `run-updated` events with a status have the same field. Default false.
   */
  readonly remote?: boolean;
}

/** The values of a new logged model, which starts PENDING. */
export interface LoggedModelDraft {
  /** The id of the logged model in another store, for a copy. See `RunDraft.runId`. */
  readonly modelId?: LoggedModelId;
  readonly experimentId: ExperimentId;
  readonly name: string;
  readonly creationTimeMs: number;
  readonly modelType?: string;
  readonly sourceRunId?: RunId;
  readonly params?: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
}

/** The runs to read. If you give both, both must hold; if you give neither, every run. */
export interface RunSelection {
  readonly runIds?: readonly RunId[];
  readonly experimentIds?: readonly ExperimentId[];
}

/** The logged models to read, as for runs. */
export interface LoggedModelSelection {
  readonly modelIds?: readonly LoggedModelId[];
  readonly experimentIds?: readonly ExperimentId[];
}
