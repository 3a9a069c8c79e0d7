import type { StoreEvent } from '../events/store-event.ts';
import type { Experiment } from '../model/experiment.ts';
import type { ExperimentId, LoggedModelId, RunId } from '../model/ids.ts';
import type { LoggedModel } from '../model/logged-model.ts';
import type { LoggedModelPoint, MetricPoint } from '../model/metric.ts';
import type { RunStateDigest } from '../model/registered-model.ts';
import type { Run } from '../model/run.ts';
import type { RunQuery } from '../query/run-query.ts';
import type { ArtifactStore } from './artifact-store.ts';
import type { RegistryStore } from './registry-store.ts';

/**
 * Where records go and come from. Small on purpose: what Tidemark can do is written above this port,
 * once, and a store only keeps typed records and gives them back. `packages/test-kit` holds the
 * contract that every store passes.
 *
 * A resolved write is acknowledged: it survives the death of the process. Callers validate before
 * they call; a store may trust what it is given.
 *
 * Ten methods are required. Each says why it cannot be a function above the port.
 */
export interface Store {
  /** The address that opens this store again. */
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
  /** Starts a run. Not above the port, because a server chooses the id and accepts no creation as an event. */
  createRun(draft: RunDraft): Promise<Run>;
  /** Creates a logged model. Not above the port, for the same reason as `createRun`. */
  createLoggedModel(draft: LoggedModelDraft): Promise<LoggedModel>;
  /**
   * Appends events in one acknowledged write. Not above the port, because only the store knows when a write is
   * safe. Every change comes through here, except creations and commits of the registry.
   * @throws WRITE_FAILED; INVALID_ARGUMENT for an event that could not be read back
   */
  append(events: readonly StoreEvent[]): Promise<void>;

  /**
   * Writes at once what durability `buffered` still holds back, as the last act of a process: it
   * returns when all of it is written. Stores that hold nothing back have none.
   * @throws WRITE_FAILED
   */
  flush?(): void;

  /**
   * All experiments, live and deleted, in the order of the events that created them; Default first. Not above
   * the port, because stores have nothing simpler in common: a log has events to fold, a server has only
   * their state.
   */
  experiments(): Promise<Experiment[]>;
  /**
   * The runs selected, newest start first; ids that do not exist are left out. Not above the port, for the same
   * reason as `experiments`, and because only the store knows whether the owners of a run are alive.
   */
  runs(selection: RunSelection): Promise<Run[]>;
  /**
   * The first runs, in order, that answer a search: a capability of stores that need not put every run
   * together for that. `searchRuns` uses it where it is there.
   */
  findRuns?(query: RunQuery): Promise<Run[]>;
  /**
   * The logged models selected, newest first; ids that do not exist are left out. Not above the port, for the
   * same reason as `experiments`.
   */
  loggedModels(selection: LoggedModelSelection): Promise<LoggedModel[]>;
  /**
   * All points of one metric, ordered by timestamp, step and value; exact duplicates once. Not above
   * the port, because a run contains only the latest point of each metric.
   */
  metricHistory(runId: RunId, key: string): Promise<MetricPoint[]>;
  /**
   * The points that name these logged models, or any, in no order: a capability of servers, which keep them
   * with the models. MLflow's histories of runs do not say which model a point speaks of. Elsewhere
   * `loggedModelPoints` finds them in the histories.
   */
  modelPoints?(modelIds?: readonly LoggedModelId[]): Promise<LoggedModelPoint[]>;
  /**
   * SHA-256 of the run's folded state, of all its events or of those that were folded before: a digest
   * that was recorded is checked by asking for it again with the `through` recorded beside it. Not above
   * the port, because `through` and the state must come from the same events, and the port returns no events.
   * @throws RUN_NOT_FOUND
   */
  runStateDigest(runId: RunId, through?: RunStateDigest['through']): Promise<RunStateDigest>;

  /**
   * Whether a run or a logged model was purged here, by itself or with its experiment; false for an id that
   * the store never had. Absent where the store itself refuses to register what was purged.
   */
  isPurged?(id: RunId | LoggedModelId): Promise<boolean>;

  readonly artifacts: ArtifactStore;
  readonly registry: RegistryStore;
  /**
   * Syncs and seals what this process wrote. Further calls fail with STORE_CLOSED. Not above the port, because
   * only the store knows which files and connections are open.
   */
  close(): Promise<void>;
}

/** What a store can do beyond the contract, said once instead of by throwing stubs. */
export interface StoreCapabilities {
  /** Survives the process. */
  readonly durable: boolean;
  /** Registry commits are numbered, hash-chained and put only if absent. */
  readonly registryChain: boolean;
  /** The registry keeps who set a tag, when, on what ground and for which bytes, and the digests of versions. */
  readonly registryEvidence: boolean;
  /** Runs and logged models can be created under the ids that they have elsewhere. */
  readonly keepsIds: boolean;
  /** Runs and logged models are given back with the size and SHA-256 of their files. */
  readonly artifactDigests: boolean;
  /** An artifact may be a reference: to a place outside the store, or to an artifact of another run or model. */
  readonly artifactReferences: boolean;
  /** The digest of a run's state can be asked for as of an earlier moment. */
  readonly pastDigests: boolean;
  /** Metrics keep the infinities and the sign of zero. */
  readonly everyNumber: boolean;
}

/** What is needed to create an experiment. */
export interface ExperimentDraft {
  /** The id that it has elsewhere: taken when the store lets it and no experiment has it. */
  readonly experimentId?: ExperimentId;
  readonly name: string;
  readonly creationTimeMs: number;
  readonly tags?: Readonly<Record<string, string>>;
}

/** What is needed to create a run; it starts RUNNING. */
export interface RunDraft {
  /**
   * The id that the run has elsewhere, for a copy that continues it: not to be given for a run that is
   * here already. Default: a fresh one. Only a store with the capability `keepsIds` heeds it.
   */
  readonly runId?: RunId;
  readonly experimentId: ExperimentId;
  readonly name: string;
  readonly userId: string;
  readonly startTimeMs: number;
  readonly tags?: Readonly<Record<string, string>>;
  /**
   * Given by servers: the run is logged for a client whose process cannot be seen, and never counts as lost.
   * `run-updated` events with a status carry the same. Default false.
   */
  readonly remote?: boolean;
}

/** What is needed to create a logged model; it starts PENDING. */
export interface LoggedModelDraft {
  /** As for `RunDraft.runId`. */
  readonly modelId?: LoggedModelId;
  readonly experimentId: ExperimentId;
  readonly name: string;
  readonly creationTimeMs: number;
  readonly modelType?: string;
  readonly sourceRunId?: RunId;
  readonly params?: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
}

/** Which runs to read. Both given means both must hold; neither means every run. */
export interface RunSelection {
  readonly runIds?: readonly RunId[];
  readonly experimentIds?: readonly ExperimentId[];
}

/** Which logged models to read, as for runs. */
export interface LoggedModelSelection {
  readonly modelIds?: readonly LoggedModelId[];
  readonly experimentIds?: readonly ExperimentId[];
}
