import type { StoreEvent } from '../events/store-event.ts';
import type { ArtifactEntry, ArtifactFile, ArtifactOwner } from '../model/artifact.ts';
import type { Experiment } from '../model/experiment.ts';
import type { ExperimentId, LoggedModelId, RunId } from '../model/ids.ts';
import type { LoggedModel } from '../model/logged-model.ts';
import type { MetricPoint } from '../model/metric.ts';
import type { Actor, RegisteredModel, RunStateDigest } from '../model/registered-model.ts';
import type { Run } from '../model/run.ts';
import type { ModelArrived, RegistryChange } from '../registry/registry-change.ts';
import type { RunQuery } from '../search/find-runs.ts';

/**
 * Where records go and come from. Small on purpose: what Tidemark can do is written above this port,
 * once, and a store only keeps typed records and gives them back. `packages/test-kit` holds the
 * contract that every store passes.
 *
 * A resolved write is acknowledged: it survives the death of the process. Callers validate before
 * they call; a store may trust what it is given.
 */
export interface Store {
  /** The address that opens this store again. */
  readonly uri: string;
  readonly capabilities: StoreCapabilities;
  /** Whether `close` was called. */
  readonly closed: boolean;

  /** @throws EXPERIMENT_EXISTS when an experiment, live or deleted, has the name */
  createExperiment(draft: ExperimentDraft): Promise<Experiment>;
  createRun(draft: RunDraft): Promise<Run>;
  createLoggedModel(draft: LoggedModelDraft): Promise<LoggedModel>;
  /**
   * Appends events in one acknowledged write.
   * @throws WRITE_FAILED; INVALID_ARGUMENT for an event that could not be read back
   */
  append(events: readonly StoreEvent[]): Promise<void>;

  /**
   * Writes at once what durability `buffered` still holds back, as the last act of a process: it
   * returns when all of it is written. Stores that hold nothing back have none.
   * @throws WRITE_FAILED
   */
  flush?(): void;

  /** All experiments, live and deleted, in the order of the events that created them; Default first. */
  experiments(): Promise<Experiment[]>;
  /** The runs selected, newest start first; ids that do not exist are left out. */
  runs(selection: RunSelection): Promise<Run[]>;
  /**
   * The first runs, in order, that answer a search: a capability of stores that need not put every run
   * together for that. `searchRuns` uses it where it is there.
   */
  findRuns?(query: RunQuery): Promise<Run[]>;
  /** The logged models selected, newest first; ids that do not exist are left out. */
  loggedModels(selection: LoggedModelSelection): Promise<LoggedModel[]>;
  /** All points of one metric, ordered by timestamp, step and value; exact duplicates once. */
  metricHistory(runId: RunId, key: string): Promise<MetricPoint[]>;
  /**
   * SHA-256 of the run's folded state, of all its events or of those that were folded before: a digest
   * that was recorded is checked by asking for it again with the `through` recorded beside it.
   * @throws RUN_NOT_FOUND
   */
  runStateDigest(runId: RunId, through?: RunStateDigest['through']): Promise<RunStateDigest>;

  readonly artifacts: ArtifactStore;
  readonly registry: RegistryStore;
  /** Syncs and seals what this process wrote. Further calls fail with STORE_CLOSED. */
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
  /** An artifact can be recorded that lies elsewhere, or is one of another run or model. */
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
   * Given by servers: the run is logged for a client whose process nobody can see, and is never judged
   * lost. `run-updated` events with a status carry the same. Default false.
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

/** Bytes to be stored: whole, or as they come (a 5 GB file needs no 5 GB of memory). */
export type ArtifactContent = Uint8Array | AsyncIterable<Uint8Array>;

/** The files of runs and logged models. Paths are checked by every method. */
export interface ArtifactStore {
  /**
   * Writes one file whole or not at all, in place of what was there, and says what was written. The
   * caller appends the `artifact` event that records it.
   * @throws ARTIFACT_PATH_UNSAFE, WRITE_FAILED
   */
  write(owner: ArtifactOwner, path: string, content: ArtifactContent): Promise<ArtifactFile>;
  /**
   * Writes a file of this machine, sharing its blocks where the file system can. A capability of stores
   * that lie on this machine's disks; elsewhere give its bytes to `write`.
   * @throws ARTIFACT_NOT_FOUND, ARTIFACT_PATH_UNSAFE when `localPath` is no regular file; WRITE_FAILED
   */
  writeLocalFile?(owner: ArtifactOwner, path: string, localPath: string): Promise<ArtifactFile>;
  /**
   * Writes a small file before it returns, for a process that is ending and can wait for nothing. A
   * capability: a store behind a network has none.
   * @throws ARTIFACT_PATH_UNSAFE, WRITE_FAILED
   */
  writeSync?(owner: ArtifactOwner, path: string, content: Uint8Array): ArtifactFile;
  /** @throws ARTIFACT_PATH_UNSAFE; ARTIFACT_NOT_FOUND once iteration begins */
  read(owner: ArtifactOwner, path: string): AsyncIterable<Uint8Array>;
  /**
   * Removes one file, or a folder with all below it, or without a path everything of the owner. What is
   * not there is no error. The caller records that it is gone. A capability: a store that cannot leaves it.
   * @throws ARTIFACT_PATH_UNSAFE, WRITE_FAILED
   */
  remove?(owner: ArtifactOwner, path?: string): Promise<void>;
  /** The entries of one folder (the root without a path), sorted by path; empty when there is none. */
  list(owner: ArtifactOwner, path?: string): Promise<ArtifactEntry[]>;
}

/** Where a registered model's chain of commits ends: what a commit must follow. */
export interface RegistryHead {
  readonly number: number;
  /** `sha256:` and 64 hexadecimal digits; of the whole last commit. */
  readonly hash: string;
}

/** A registered model as last committed. */
export interface RegistryEntry {
  readonly model: RegisteredModel;
  readonly head: RegistryHead;
}

/** A commit to be made: all its changes happen, or none. */
export interface RegistryCommitDraft {
  readonly by: Actor;
  readonly atMs: number;
  readonly changes: readonly RegistryChange[];
  /** Set when a merge made a commit of another store anew; author and time are then the original's. */
  readonly replayed?: ReplayMark;
}

/** Where a commit was made first, and who made it anew here. */
export interface ReplayMark {
  /** The commit in the chain that it was made for. */
  readonly from: RegistryHead;
  readonly by: Actor;
  readonly atMs: number;
}

/** The registered models. Rules live above this port; it only serialises commits. */
export interface RegistryStore {
  /** Every registered model, sorted by name. */
  list(): Promise<RegistryEntry[]>;
  /** `undefined` when there is no model of this name. */
  read(name: string): Promise<RegistryEntry | undefined>;
  /**
   * Commits on top of `expected`: the head of the model, or of a chain that ended and is to hold a new
   * model. `undefined`: there must be no model of the name; one that was deleted or renamed away does
   * not count. Gives the model after the commit; as it last was, when the commit ended it.
   * @throws REGISTRY_CONFLICT when the chain has moved on
   */
  commit(
    name: string,
    expected: RegistryHead | undefined,
    draft: RegistryCommitDraft,
  ): Promise<RegistryEntry>;
  /** The chains of commits; absent where the store keeps none (`capabilities.registryChain`). */
  readonly chains?: RegistryChains;
}

/** The commits behind the registered models, also behind those that are gone. */
export interface RegistryChains {
  /** The names that commits were ever made for, sorted. */
  names(): Promise<string[]>;
  /** How the chain of a name stands; `undefined` when there never was one. */
  read(name: string): Promise<RegistryChain | undefined>;
  /**
   * The commits of a name, oldest first, each checked against the hash of the one before and against
   * the state that it changes.
   * @throws STORE_DAMAGED, STORE_FORMAT_TOO_NEW
   */
  commits(name: string): AsyncIterable<ChainedCommit>;
}

/** A commit as it stands in its chain. */
export interface ChainedCommit extends RegistryCommitDraft, RegistryHead {
  /** The name that the chain is for. */
  readonly model: string;
  /** The hash of the commit before; null in the first. */
  readonly previous: string | null;
}

/** The state of one chain. */
export interface RegistryChain {
  readonly name: string;
  readonly head: RegistryHead;
  /** Absent when the model is gone, or has not arrived yet. */
  readonly model?: RegisteredModel;
  /** The highest version number ever given, also to versions that were deleted; 0 when none was. */
  readonly lastVersion: number;
  /** What the numbers were given to that the model has no more, so that none comes to mean something else. */
  readonly versionMarks: Readonly<Record<number, string>>;
  /** Why there is no model. */
  readonly ended?: ChainEnd;
  /** A rename that was begun: its chain decides about it with the commit that follows `from`. */
  readonly arriving?: ModelArrived;
}

/** How a chain came to hold no model. */
export interface ChainEnd {
  /** `withdrawn`: a rename to this name was begun and came to nothing. */
  readonly kind: 'deleted' | 'renamed' | 'withdrawn';
  /** With `renamed`: the new name. */
  readonly to?: string;
  readonly by: Actor;
  readonly atMs: number;
}
